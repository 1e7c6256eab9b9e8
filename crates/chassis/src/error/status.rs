//! Our errors as google.rpc.Status and back.

use std::collections::HashMap;

use tonic::Status;
use tonic_types::{ErrorDetails, FieldViolation, PreconditionViolation, StatusExt};
use wire::{ErrorReason, REASON_DOMAIN};

use super::Error;
use super::code::code_of;

/// Where the page of a reason is, from the root of the repository.
fn help_page(reason: ErrorReason) -> String {
    format!("docs/errors/{}.md", reason.name())
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let reason = error.reason;
        let mut details = ErrorDetails::new();
        details.set_error_info(reason.name(), REASON_DOMAIN, HashMap::new());
        details.add_help_link(format!("What {} means and what to do", reason.name()), help_page(reason));
        if !error.violations.is_empty() {
            let violations = error.violations.into_iter();
            details.set_bad_request(
                violations.map(|(field, problem)| FieldViolation::new(field, problem)).collect::<Vec<_>>(),
            );
        }
        if !error.preconditions.is_empty() {
            let failed = error.preconditions.into_iter();
            details.set_precondition_failure(
                failed
                    .map(|(subject, condition)| PreconditionViolation::new(reason.name(), subject, condition))
                    .collect::<Vec<_>>(),
            );
        }
        if error.retry_after.is_some() {
            details.set_retry_info(error.retry_after);
        }
        Self::with_error_details(code_of(reason), error.message, details)
    }
}

/// The reason in a status of one of our servers; `None` when the status is not ours (a broken connection, say).
#[must_use]
pub fn reason_of(status: &Status) -> Option<ErrorReason> {
    let info = status.get_details_error_info()?;
    (info.domain == REASON_DOMAIN).then(|| ErrorReason::from_name(&info.reason)).flatten()
}
