//! How states are written in tables.

use crate::domain::order::OrderState;
use crate::domain::parcel::Scan;
use crate::domain::refund::RefundState;
use crate::domain::shipment::Stage;

macro_rules! codes {
    ($($type:ident { $($variant:ident = $code:literal),+ $(,)? })+) => { $(
        impl Code for $type {
            fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            fn from_code(code: &str) -> sqlx::Result<Self> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    other => Err(super::decode(format!("{other:?} is no {}", stringify!($type)))),
                }
            }
        }
    )+ };
}

/// A state with its text in a table.
pub(super) trait Code: Sized {
    /// The text.
    fn code(self) -> &'static str;

    /// The state of a text.
    fn from_code(code: &str) -> sqlx::Result<Self>;
}

codes! {
    OrderState {
        Rejected = "REJECTED",
        Accepted = "ACCEPTED",
        Paid = "PAID",
        Cancelled = "CANCELLED",
        Closed = "CLOSED",
    }
    Stage {
        Planned = "PLANNED",
        Released = "RELEASED",
        Packed = "PACKED",
        Ready = "READY",
        Dispatched = "DISPATCHED",
        Refused = "REFUSED",
        Delivered = "DELIVERED",
        Lost = "LOST",
        Returned = "RETURNED",
        Cancelled = "CANCELLED",
    }
    RefundState {
        Requested = "REQUESTED",
        Settled = "SETTLED",
        Failed = "FAILED",
    }
    Scan {
        Tendered = "TENDERED",
        InTransit = "IN_TRANSIT",
        Arrived = "ARRIVED",
        ClearanceStarted = "CLEARANCE_STARTED",
        ClearanceDone = "CLEARANCE_DONE",
        OutForDelivery = "OUT_FOR_DELIVERY",
        Refused = "REFUSED",
        Returning = "RETURNING",
        Delivered = "DELIVERED",
        Lost = "LOST",
        Returned = "RETURNED",
    }
}
