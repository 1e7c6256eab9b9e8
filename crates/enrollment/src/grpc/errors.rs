//! What callers see when a use case refuses.

use std::time::Duration;

use chassis::Error;
use messaging::calls::database;
use wire::ErrorReason;

use crate::app;
use crate::domain::Refused;

/// When there may be room for another file.
const RETRY_UPLOAD: Duration = Duration::from_secs(10);

/// A use case's error for the caller.
pub(crate) fn shown(error: app::Error) -> Error {
    let message = error.to_string();
    match error {
        app::Error::Database(error) => database(error),
        app::Error::Refused(refused) => of_domain(&refused, message),
        app::Error::SellerNotFound(_) => Error::not_found(ErrorReason::SellerNotFound, message),
        app::Error::NoPolicy(_) => Error::internal(&error),
        app::Error::UnknownSku(_) => Error::not_found(ErrorReason::ItemNotFound, message),
        app::Error::TooManyUploads => overloaded(message),
        app::Error::UploadRunning(_) => Error::wrong_state(message),
        app::Error::RequestReused(_) => Error::new(ErrorReason::RequestIdReused, message),
        app::Error::BrokenOff | app::Error::Incomplete { .. } | app::Error::NotAPiece(_) => {
            Error::invalid("part", message)
        }
    }
}

fn of_domain(refused: &Refused, message: String) -> Error {
    match refused {
        Refused::TermsNotAccepted { current, .. } => Error::new(ErrorReason::TermsNotAccepted, message)
            .precondition("accepted_terms_version", format!("must be {current}")),
        Refused::MayNotTakePart { seller, reason } => {
            Error::wrong_state(message).precondition(seller.to_string(), reason.clone())
        }
        Refused::VersionConflict { actual, .. } => Error::new(ErrorReason::VersionConflict, message)
            .precondition("expected_settings_version", format!("must be {actual}")),
        Refused::StillExcluded { .. } => Error::invalid("include", message),
        Refused::TooManyExclusions { .. } => Error::limit_exceeded("asin", message),
        Refused::NoSuchVersion { .. } => Error::invalid("settings_version", message),
    }
}

fn overloaded(message: String) -> Error {
    let mut error = Error::new(ErrorReason::Overloaded, message);
    error.retry_after = Some(RETRY_UPLOAD);
    error
}

impl From<app::Error> for Error {
    fn from(error: app::Error) -> Self {
        shown(error)
    }
}
