//! What the programme owes and what it asks payments to pay.

use jiff::Timestamp;
use kernel::{Asin, Money, OrderId, PayoutId, ReimbursementId, SellerId, ShipmentId, Sku};
use uuid::Uuid;

use super::{Cause, Product, SoldLine, Valuation, ValuationError, Value};

/// What a seller is owed for units that the programme lost or damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reimbursement {
    pub id: ReimbursementId,
    /// The return or the lost shipment it follows from.
    pub subject: Uuid,
    pub seller: SellerId,
    pub order: OrderId,
    pub asin: Asin,
    pub sku: Sku,
    pub quantity: u32,
    pub cause: Cause,
    /// What was paid for the units.
    pub paid: Money,
    pub occurred: Timestamp,
    pub state: ReimbursementState,
    /// Zero while it is undecided.
    pub amount: Money,
    /// How the amount came about, or which fact is missing.
    pub explanation: Vec<String>,
}

/// How far a reimbursement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReimbursementState {
    /// A fact is missing; looked at again until it is there.
    Undecided,
    Approved,
    /// Payments settled the payout; or nothing was owed.
    Paid,
    /// The payout failed for good; a person must look.
    Failed,
}

impl Reimbursement {
    /// Decides what was undecided; whether it is decided now. An amount of zero is paid at once.
    ///
    /// # Errors
    /// When the value cannot be calculated.
    pub fn decide(
        &mut self,
        valuation: &Valuation,
        product: &Product,
        policies: &super::Policies,
    ) -> Result<bool, ValuationError> {
        if self.state != ReimbursementState::Undecided {
            return Ok(false);
        }
        let prices = SoldLine::shares(self.paid, self.quantity);
        match valuation.of_units(product, &prices, policies, self.occurred)? {
            Value::Known { amount, explanation } => {
                self.state =
                    if amount.is_zero() { ReimbursementState::Paid } else { ReimbursementState::Approved };
                self.amount = amount;
                self.explanation = explanation;
                Ok(true)
            }
            Value::Missing(fact) => {
                self.explanation = vec![format!("undecided: {fact} is missing")];
                Ok(false)
            }
        }
    }

    /// The payout that pays it.
    #[must_use]
    pub fn payout(&self) -> PayoutId {
        kernel::derive_uuid("payout", &[&self.id.to_string()]).into()
    }
}

/// What is asked of payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyKind {
    /// Refund of a returned unit's price.
    Return,
    /// Refund of the buyer's postage.
    ReturnPostage,
    /// Payout of a reimbursement to a seller.
    Payout,
}

impl MoneyKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Return, Self::ReturnPostage, Self::Payout];

    /// Name in tables and facts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Return => "RETURN",
            Self::ReturnPostage => "RETURN_POSTAGE",
            Self::Payout => "PAYOUT",
        }
    }
}

/// A refund or payout asked of payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyRequest {
    pub id: Uuid,
    /// The return or the lost shipment it follows from.
    pub subject: Uuid,
    pub kind: MoneyKind,
    pub order: OrderId,
    pub shipment: Option<ShipmentId>,
    pub seller: SellerId,
    /// Above zero.
    pub amount: Money,
    /// Payouts: the reimbursement; empty otherwise.
    pub reference: String,
    pub state: MoneyState,
    /// How often it was asked for, from 1.
    pub attempts: u32,
}

/// What payments has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyState {
    Requested,
    Settled,
    /// Given up after the last try.
    Failed,
}
