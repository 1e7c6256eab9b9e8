//! What callers see when something cannot be done.

use std::time::Duration;

use chassis::Error;
use messaging::calls::database;

use crate::app::QuoteError;
use crate::store::documents::DocumentError;

/// Pause a caller should take before it tries again.
const RETRY: Duration = Duration::from_secs(1);

/// A quote that cannot be made at all.
pub(super) fn quoting(error: QuoteError) -> Error {
    match error {
        QuoteError::Database(error) => database(error),
        QuoteError::NoPolicy(_) => Error::internal(&error),
    }
}

/// A document that cannot be read.
pub(super) fn document(error: DocumentError) -> Error {
    match error {
        DocumentError::Store(object_store::Error::NotFound { .. }) | DocumentError::Changed(_) => {
            Error::internal(&error)
        }
        DocumentError::Store(_) => Error::unavailable("the document store does not answer: try again", RETRY),
    }
}
