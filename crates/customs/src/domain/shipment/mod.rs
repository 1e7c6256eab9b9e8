//! A shipment as customs sees it.
//!
//! What happens outside ([`Fact`]) is only written down, each in a place of its own, so the order in which topics arrive
//! does not matter: a packing note may be there before the plan. [`Shipment::advance`] then does everything that the
//! facts known so far allow: clear or hold, book or settle the deposit. [`Shipment::ready_to_sign`] says whether its
//! invoice can be issued.

mod clearance;
mod deposit;
mod facts;
mod hold;
mod outcome;
mod plan;
mod signing;
mod state;
mod wake;
mod world;

#[cfg(test)]
mod tests;

use kernel::{Money, MoneyError, OrderId, ShipmentId};

use super::deposit::{DepositState, NOTHING, RefundState};
use super::party::Recipient;

pub(crate) use facts::Fact;
pub(crate) use hold::{Hold, HoldReason};
pub(crate) use outcome::{Event, FilingLine, Outcome};
pub(crate) use plan::{Declared, Plan, PlannedLine};
pub(crate) use signing::{Signing, SigningPapers};
pub(crate) use state::{Clearance, Ending, Filing, IssuedInvoice, Parcel, Screening, State};
pub(crate) use world::{Item, References, World};

/// A shipment with everything that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shipment {
    /// Its id.
    pub id: ShipmentId,
    /// The order it belongs to.
    pub order_id: OrderId,
    /// Events published so far.
    pub version: i64,
    /// What fulfillment planned; `None` while only later facts have arrived.
    pub plan: Option<Plan>,
    /// The consignee that was screened, which is the one on the invoice.
    pub recipient: Option<Recipient>,
    /// Everything else.
    pub state: State,
}

impl Shipment {
    /// Does everything that the facts known so far allow, except signing.
    ///
    /// # Errors
    /// When an amount cannot be computed.
    pub(crate) fn advance(&mut self, world: World<'_>) -> Result<Outcome, MoneyError> {
        let mut outcome = Outcome::default();
        if self.plan.is_some() {
            self.advance_clearance(world, &mut outcome)?;
            self.advance_deposit(world, &mut outcome)?;
        }
        Ok(outcome)
    }

    /// The deposit as booked: zero while it is not paid.
    #[must_use]
    pub(crate) fn booked_deposit(&self) -> Money {
        match (&self.plan, self.state.deposit.state) {
            (None, _) | (_, DepositState::Expected) => NOTHING,
            (Some(plan), _) => plan.deposit_share,
        }
    }

    /// True when nothing about the deposit can change any more.
    #[must_use]
    pub(crate) fn deposit_is_final(&self) -> bool {
        let deposit = &self.state.deposit;
        match deposit.state {
            DepositState::Expected => self.state.clearance == Clearance::Void,
            DepositState::Held => false,
            DepositState::Settled | DepositState::Returned => {
                deposit.refund.is_none_or(|refund| refund.state == RefundState::Settled)
            }
        }
    }
}
