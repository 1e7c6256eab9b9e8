//! What happened to an order, as data: published in this order, each raising the order's version by one, and kept in
//! the order's history.

use jiff::Timestamp;
use kernel::ShipmentId;

use super::refund::Refund;

/// Something that happened. Shipments are named by their position in the order; what is not carried here is on the
/// order and never changes afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// The order was taken; one [`Event::ShipmentPlanned`] per shipment follows.
    OrderAccepted,
    /// The order was refused as a whole.
    OrderRejected,
    /// A shipment has its stock and its route.
    ShipmentPlanned(usize),
    /// The order's payment is in.
    ShipmentPaid(usize),
    /// Something is missing.
    ShipmentHeld {
        /// The shipment.
        shipment: usize,
        /// Why: customs' code, or [`super::reason::AUTHORITY_REVOKED`].
        reason: String,
        /// What resolves it, for people.
        remedy: String,
        /// Until then.
        deadline: Timestamp,
    },
    /// What the hold asked for was given: customs looks again.
    HoldResolved(usize, Resolved),
    /// Cleared and paid: may be packed.
    ShipmentReleased(usize),
    /// Packed, with its invoice: may be handed over.
    ShipmentReady(usize),
    /// Left the center.
    ShipmentDispatched(usize),
    /// Every parcel arrived, the last at this time.
    ShipmentDelivered(usize, Timestamp),
    /// A parcel is lost since this time.
    ShipmentLost(usize, Timestamp),
    /// The recipient refused a parcel at this time.
    ShipmentRefused(usize, Timestamp),
    /// Every parcel has its end, at least one back at the center, the last at this time.
    ShipmentReturned(usize, Timestamp),
    /// Given up before dispatch, for a reason of [`super::reason`].
    ShipmentCancelled(usize, &'static str),
    /// All shipments were cancelled; the reason of the last one.
    OrderCancelled(&'static str),
    /// Every shipment has its end.
    OrderClosed,
    /// Payments is to pay the buyer back.
    RefundRequested(Refund),
    /// Buyer or seller is to be told.
    Notified {
        /// Who.
        recipient: Recipient,
        /// Text key.
        template: &'static str,
        /// Codes that fill the text.
        reasons: Vec<String>,
    },
}

/// What a customs hold was resolved with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// The recipient's tax id was given.
    TaxId,
    /// The address was corrected.
    Address,
    /// Customs is asked to look again as it is.
    Recheck,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recipient {
    /// The buyer.
    Buyer,
    /// The seller.
    Seller,
}

impl Event {
    /// Name in the order's history; `None` for what is no step of the order's own.
    pub(crate) fn history_name(&self) -> Option<&'static str> {
        Some(match self {
            Self::OrderAccepted => "ORDER_ACCEPTED",
            Self::OrderRejected => "ORDER_REJECTED",
            Self::ShipmentPlanned(_) => "SHIPMENT_PLANNED",
            Self::ShipmentHeld { .. } => "SHIPMENT_HELD",
            Self::HoldResolved(..) => "HOLD_RESOLVED",
            Self::ShipmentReleased(_) => "SHIPMENT_RELEASED",
            Self::ShipmentReady(_) => "SHIPMENT_READY",
            Self::ShipmentDispatched(_) => "SHIPMENT_DISPATCHED",
            Self::ShipmentDelivered(..) => "SHIPMENT_DELIVERED",
            Self::ShipmentLost(..) => "SHIPMENT_LOST",
            Self::ShipmentRefused(..) => "SHIPMENT_REFUSED",
            Self::ShipmentReturned(..) => "SHIPMENT_RETURNED",
            Self::ShipmentCancelled(..) => "SHIPMENT_CANCELLED",
            Self::OrderCancelled(_) => "ORDER_CANCELLED",
            Self::OrderClosed => "ORDER_CLOSED",
            Self::RefundRequested(_) => "REFUND_REQUESTED",
            // The payment is one entry of the order (`PAYMENT_CAPTURED`), not one of each shipment.
            Self::ShipmentPaid(_) | Self::Notified { .. } => return None,
        })
    }

    /// Position of the shipment it concerns.
    pub(crate) fn shipment(&self) -> Option<usize> {
        match self {
            Self::ShipmentPlanned(shipment)
            | Self::ShipmentPaid(shipment)
            | Self::ShipmentHeld { shipment, .. }
            | Self::HoldResolved(shipment, _)
            | Self::ShipmentReleased(shipment)
            | Self::ShipmentReady(shipment)
            | Self::ShipmentDispatched(shipment)
            | Self::ShipmentDelivered(shipment, _)
            | Self::ShipmentLost(shipment, _)
            | Self::ShipmentRefused(shipment, _)
            | Self::ShipmentReturned(shipment, _)
            | Self::ShipmentCancelled(shipment, _) => Some(*shipment),
            Self::OrderAccepted
            | Self::OrderRejected
            | Self::OrderCancelled(_)
            | Self::OrderClosed
            | Self::RefundRequested(_)
            | Self::Notified { .. } => None,
        }
    }

    /// What the history adds to the name.
    pub(crate) fn history_detail(&self) -> String {
        match self {
            Self::ShipmentHeld { reason, .. } => reason.clone(),
            Self::HoldResolved(_, resolved) => resolved.as_str().to_owned(),
            Self::ShipmentCancelled(_, reason) | Self::OrderCancelled(reason) => (*reason).to_owned(),
            Self::RefundRequested(refund) => refund.amount.to_string(),
            _ => String::new(),
        }
    }
}

impl Resolved {
    /// Code on the wire and in the history.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::TaxId => "RECIPIENT_TAX_ID",
            Self::Address => "ADDRESS",
            Self::Recheck => "RECHECK",
        }
    }
}

impl Recipient {
    /// Code on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "BUYER",
            Self::Seller => "SELLER",
        }
    }
}

/// One line of an order's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HistoryEntry {
    /// When, in business time.
    pub(crate) at: Timestamp,
    /// What happened, e.g. `ORDER_ACCEPTED`.
    pub(crate) event: &'static str,
    /// Who did it: a principal's subject, or the area whose event it was.
    pub(crate) actor: String,
    /// Shipment it concerns.
    pub(crate) shipment: Option<ShipmentId>,
    /// More of it; no personal data.
    pub(crate) detail: String,
}
