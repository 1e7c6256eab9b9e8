//! Why an order or a line of it was refused. Codes are stable; details are for people and name the remedy.

use std::borrow::Cow;

/// Order: only Amazon.com orders are exported.
pub(crate) const MARKETPLACE_NOT_SUPPORTED: &str = "MARKETPLACE_NOT_SUPPORTED";
/// Order: orders of other shops (`S..`) are not taken.
pub(crate) const MULTI_CHANNEL_NOT_SUPPORTED: &str = "MULTI_CHANNEL_NOT_SUPPORTED";
/// Order: enrollment has not told us of the seller.
pub(crate) const SELLER_UNKNOWN: &str = "SELLER_UNKNOWN";
/// Order: the seller does not take part.
pub(crate) const PROGRAM_DISABLED: &str = "PROGRAM_DISABLED";
/// Order: more lines, units or shipments than the dated policy allows.
pub(crate) const ORDER_LIMIT_EXCEEDED: &str = "ORDER_LIMIT_EXCEEDED";
/// Order: no carrier takes it to the destination.
pub(crate) const NO_ROUTE: &str = "NO_ROUTE";
/// Line: the catalogue has not told us of the SKU.
pub(crate) const SKU_UNKNOWN: &str = "SKU_UNKNOWN";
/// Line: the offer is gone.
pub(crate) const ITEM_DELISTED: &str = "ITEM_DELISTED";
/// Line: the unit's weight is unknown, and it is never guessed.
pub(crate) const WEIGHT_UNKNOWN: &str = "WEIGHT_UNKNOWN";
/// Line: the unit's sides are unknown, and they are never guessed.
pub(crate) const DIMENSIONS_UNKNOWN: &str = "DIMENSIONS_UNKNOWN";
/// Line: fewer units are free than ordered.
pub(crate) const OUT_OF_STOCK: &str = "OUT_OF_STOCK";

/// Shipment: the buyer took it back.
pub(crate) const BUYER_CANCELLED: &str = "BUYER_CANCELLED";
/// Shipment: the seller gave it up.
pub(crate) const SELLER_CANCELLED: &str = "SELLER_CANCELLED";
/// Shipment: an operator gave it up.
pub(crate) const OPERATOR_CANCELLED: &str = "OPERATOR_CANCELLED";
/// Shipment: the buyer's money will not come.
pub(crate) const PAYMENT_FAILED: &str = "PAYMENT_FAILED";
/// Shipment: the buyer's money did not come in time.
pub(crate) const PAYMENT_TIMEOUT: &str = "PAYMENT_TIMEOUT";
/// Shipment: customs did not answer in time.
pub(crate) const CLEARANCE_TIMEOUT: &str = "CLEARANCE_TIMEOUT";
/// Shipment: what it was held for did not come in time.
pub(crate) const HOLD_EXPIRED: &str = "HOLD_EXPIRED";
/// Shipment: the center did not pack it in time.
pub(crate) const PACK_TIMEOUT: &str = "PACK_TIMEOUT";
/// Shipment: the carrier did not take it in time.
pub(crate) const HANDOVER_TIMEOUT: &str = "HANDOVER_TIMEOUT";
/// Hold: the seller revoked the authority the shipment was accepted under.
pub(crate) const AUTHORITY_REVOKED: &str = "AUTHORITY_REVOKED";

/// Notification: a cancellation came when the goods were packed, or would tear a shipment apart.
pub(crate) const TOO_LATE: &str = "CANCELLATION_TOO_LATE";

/// A code with its explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason {
    /// One of this module's, or eligibility's or customs' own.
    pub(crate) code: Cow<'static, str>,
    /// For people: names the thing and the remedy; no personal data.
    pub(crate) detail: String,
}

impl Reason {
    /// A reason of ours.
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code: Cow::Borrowed(code), detail: detail.into() }
    }

    /// A reason another service gave.
    pub(crate) fn given(code: String, detail: String) -> Self {
        Self { code: Cow::Owned(code), detail }
    }
}
