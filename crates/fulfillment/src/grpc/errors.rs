//! Failures of the inside as a caller sees them.

use std::time::Duration;

use chassis::Error;
use messaging::HandleError;
use wire::ErrorReason;

use crate::app::change_orders::Refused;
use crate::domain::order::Fault;

/// When a caller may try again while a dependency is away.
const RETRY: Duration = Duration::from_secs(1);

/// A failure of database, rules or neighbours.
pub(super) fn failed(error: impl Into<HandleError>) -> Error {
    match error.into() {
        HandleError::Unavailable(problem) => {
            tracing::warn!(problem, "call.unavailable");
            Error::unavailable("a dependency does not answer: try again", RETRY)
        }
        HandleError::Failed(error) => Error::internal(error.as_ref()),
    }
}

/// A command that the order refused.
pub(super) fn refused(refused: Refused) -> Error {
    let message = refused.to_string();
    match refused {
        Refused::UnknownOrder(id) => super::unknown_order(id),
        Refused::Fault(Fault::UnknownShipment(..)) => {
            Error::not_found(ErrorReason::ShipmentNotFound, message)
        }
        Refused::Fault(Fault::WrongState(_)) => Error::wrong_state(message),
        Refused::Fault(Fault::Invalid(_)) => Error::new(ErrorReason::InvalidArgument, message),
    }
}
