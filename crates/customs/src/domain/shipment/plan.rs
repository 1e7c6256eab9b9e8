//! What fulfillment planned, and what each line of it is declared as.

use jiff::Timestamp;
use kernel::{Asin, AuthorityId, Country, LineNo, Money, MoneyError, QuoteId, SellerId, Sku, Weight};
use serde::{Deserialize, Serialize};

use crate::domain::hs::Classification;

/// What fulfillment planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The exporter.
    pub seller_id: SellerId,
    /// The authority that was in force when the order was accepted.
    pub authority_id: AuthorityId,
    /// Destination.
    pub destination: Country,
    /// Carrier and its service.
    pub carrier: String,
    /// The carrier's service.
    pub service: String,
    /// Airport it leaves from.
    pub gateway: String,
    /// At least one.
    pub lines: Vec<PlannedLine>,
    /// Part of the order's shipping price.
    pub shipping_share: Money,
    /// Part of the order's deposit.
    pub deposit_share: Money,
    /// The quote the buyer saw.
    pub quote_id: Option<QuoteId>,
    /// When it was planned.
    pub planned: Timestamp,
}

/// Units of one product in a shipment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PlannedLine {
    /// Line of the order.
    pub line_no: LineNo,
    /// The seller's key.
    pub sku: Sku,
    /// The product.
    pub asin: Asin,
    /// Units.
    pub quantity: u32,
    /// Price of one unit before promotions.
    pub unit_price: Money,
    /// Discount on these units together.
    pub discount: Money,
    /// What it is declared as; set when the shipment is examined.
    pub declared: Option<Declared>,
}

impl PlannedLine {
    /// What these units cost before promotions.
    ///
    /// # Errors
    /// When it does not fit.
    pub(crate) fn gross(&self) -> Result<Money, MoneyError> {
        self.unit_price.checked_mul_qty(self.quantity)
    }

    /// What the buyer paid for them: the value in filings.
    ///
    /// # Errors
    /// When it does not fit.
    pub(crate) fn net(&self) -> Result<Money, MoneyError> {
        self.gross()?.checked_sub(self.discount)
    }
}

/// What a line is declared as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Declared {
    /// The HS code.
    pub classification: Classification,
    /// Country of origin; `None` when the catalogue does not know it.
    pub origin: Option<Country>,
    /// Description of the goods.
    pub description: String,
    /// Weight of one packaged unit, when known.
    pub unit_weight: Option<Weight>,
}
