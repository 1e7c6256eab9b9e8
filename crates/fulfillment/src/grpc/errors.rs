//! Failures of the inside as a caller sees them.

use chassis::Error;
use wire::ErrorReason;

use crate::app::change_orders::Refused;
use crate::domain::order::Fault;

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
