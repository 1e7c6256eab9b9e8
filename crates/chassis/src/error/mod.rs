//! The one error that callers see: a reason of the closed set, a message that names the thing and the remedy, and
//! the standard details of google.rpc.

mod code;
mod status;

use std::time::Duration;

use wire::{ErrorReason, WireError};

pub use status::reason_of;

use crate::Ids;

/// Why a call was refused, ready to be shown to the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", .reason.name())]
pub struct Error {
    /// Machine-readable reason; its page is `docs/errors/<REASON>.md`.
    pub reason: ErrorReason,
    /// For people: what is wrong and what to do. Never holds personal data.
    pub message: String,
    /// Fields of the request that cannot be taken, each with its problem.
    pub violations: Vec<(String, String)>,
    /// Things in the wrong state, each with what would have to hold.
    pub preconditions: Vec<(String, String)>,
    /// When a repeat may succeed.
    pub retry_after: Option<Duration>,
}

impl Error {
    /// An error with a reason and a message.
    pub fn new(reason: ErrorReason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            violations: Vec::new(),
            preconditions: Vec::new(),
            retry_after: None,
        }
    }

    /// A request field that is malformed, missing or out of its range.
    pub fn invalid(field: &str, problem: impl std::fmt::Display) -> Self {
        Self::field(ErrorReason::InvalidArgument, field, problem)
    }

    /// A list, message or file above its bound.
    pub fn limit_exceeded(field: &str, problem: impl std::fmt::Display) -> Self {
        Self::field(ErrorReason::LimitExceeded, field, problem)
    }

    fn field(reason: ErrorReason, field: &str, problem: impl std::fmt::Display) -> Self {
        let problem = problem.to_string();
        let mut error = Self::new(reason, format!("{field}: {problem}"));
        error.violations.push((field.to_owned(), problem));
        error
    }

    /// Something that does not exist; `reason` says what kind of thing.
    pub fn not_found(reason: ErrorReason, message: impl Into<String>) -> Self {
        Self::new(reason, message)
    }

    /// The aggregate is in a state in which this cannot be done.
    pub fn wrong_state(message: impl Into<String>) -> Self {
        Self::new(ErrorReason::WrongState, message)
    }

    /// Adds what would have to hold: `subject` names the thing, `description` the condition.
    #[must_use]
    pub fn precondition(mut self, subject: impl Into<String>, description: impl Into<String>) -> Self {
        self.preconditions.push((subject.into(), description.into()));
        self
    }

    /// A dependency does not answer; the caller may repeat after `retry`.
    pub fn unavailable(message: impl Into<String>, retry: Duration) -> Self {
        Self { retry_after: Some(retry), ..Self::new(ErrorReason::Unavailable, message) }
    }

    /// A fault of ours. Logs the error and its causes once, under an incident id; the caller sees only the id.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let incident = Ids::random().uuid();
        tracing::error!(%incident, error = chain(error), "request.failed");
        Self::new(
            ErrorReason::Internal,
            format!("a fault of ours, recorded as incident {incident}: tell the operator this number"),
        )
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl From<WireError> for Error {
    fn from(error: WireError) -> Self {
        Self::field(error.reason, &error.field, error.problem)
    }
}
