//! What the programme owes and what it asks payments to pay.

use jiff::Timestamp;
use kernel::{Asin, Money, OrderId, PayoutId, ReimbursementId, SellerId, ShipmentId, Sku};
use uuid::Uuid;

use super::{Cause, Product, SoldLine, Valuation, ValuationError, Value};

/// What a seller is owed for units that the programme lost or damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reimbursement {
    pub(crate) id: ReimbursementId,
    /// The return or the lost shipment it follows from.
    pub(crate) subject: Uuid,
    pub(crate) seller: SellerId,
    pub(crate) order: OrderId,
    pub(crate) asin: Asin,
    pub(crate) sku: Sku,
    pub(crate) quantity: u32,
    pub(crate) cause: Cause,
    /// What was paid for the units.
    pub(crate) paid: Money,
    pub(crate) occurred: Timestamp,
    pub(crate) state: ReimbursementState,
    /// Zero while it is undecided.
    pub(crate) amount: Money,
    /// How the amount came about, or which fact is missing.
    pub(crate) explanation: Vec<String>,
}

/// How far a reimbursement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReimbursementState {
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
    pub(crate) fn decide(
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
    pub(crate) fn payout(&self) -> PayoutId {
        kernel::derive_uuid("payout", &[&self.id.to_string()]).into()
    }
}

/// What is asked of payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MoneyKind {
    /// Refund of a returned unit's price.
    Return,
    /// Refund of the buyer's postage.
    ReturnPostage,
    /// Payout of a reimbursement to a seller.
    Payout,
}

impl MoneyKind {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Return, Self::ReturnPostage, Self::Payout];

    /// Name in tables and facts.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Return => "RETURN",
            Self::ReturnPostage => "RETURN_POSTAGE",
            Self::Payout => "PAYOUT",
        }
    }
}

/// A refund or payout asked of payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MoneyRequest {
    pub(crate) id: Uuid,
    /// The return or the lost shipment it follows from.
    pub(crate) subject: Uuid,
    pub(crate) kind: MoneyKind,
    pub(crate) order: OrderId,
    pub(crate) shipment: Option<ShipmentId>,
    pub(crate) seller: SellerId,
    /// Above zero.
    pub(crate) amount: Money,
    /// Payouts: the reimbursement; empty otherwise.
    pub(crate) reference: String,
    pub(crate) state: MoneyState,
    /// How often it was asked for, from 1.
    pub(crate) attempts: u32,
}

/// What payments has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MoneyState {
    Requested,
    Settled,
    /// Given up after the last try.
    Failed,
}
