//! When a shipment must be looked at although nothing happens to it, and what must be known when it is.

use jiff::Timestamp;
use kernel::{Currency, YearMonth};

use super::{Clearance, Ending, Shipment};
use crate::domain::deposit::DepositState;
use crate::domain::policy::{Policy, utc_date};

impl Shipment {
    /// When to look again; `None` when only a new fact can change anything.
    #[must_use]
    pub(crate) fn wake(&self, now: Timestamp, policy: &Policy) -> Option<Timestamp> {
        let soon = || Some(now + policy.reference_retry);
        let retry = self.state.deposit.refund.and_then(|refund| refund.retry);
        let waits = (self.waits_for_data() || self.waits_for_rates(now, policy)).then(soon).flatten();
        let due = self.deposit_due(policy).filter(|_| self.state.deposit.state == DepositState::Held);
        [retry, waits, due].into_iter().flatten().min()
    }

    /// Until when the charges of a dispatched shipment are waited for.
    pub(super) fn deposit_due(&self, policy: &Policy) -> Option<Timestamp> {
        self.state.dispatched.map(|dispatched| dispatched + policy.deposit_settlement)
    }

    /// True when it is to be examined, so that its consignee must be asked for.
    #[must_use]
    pub(crate) fn needs_recipient(&self) -> bool {
        let open = self.state.clearance == Clearance::Pending && self.state.ending != Some(Ending::Cancelled);
        self.plan.is_some() && open && self.recipient.is_none()
    }

    /// True when it is to be examined or signed, so that seller, products and authority must be known.
    #[must_use]
    pub(crate) fn needs_papers(&self) -> bool {
        let pending = self.state.clearance == Clearance::Pending;
        self.plan.is_some() && self.state.ending.is_none() && (pending || self.awaits_invoice())
    }

    /// The month whose exchange rates it needs.
    #[must_use]
    pub(crate) fn needs_rates(&self) -> Option<YearMonth> {
        let deposit = &self.state.deposit;
        let open = deposit.settlement.is_none()
            || (deposit.state == DepositState::Returned && deposit.late_charges.is_none());
        let charges = deposit.charges.filter(|charges| charges.total.currency() != Currency::USD)?;
        open.then(|| YearMonth::of(utc_date(charges.entered)))
    }

    /// Packed and cleared, without its invoice.
    pub(super) fn awaits_invoice(&self) -> bool {
        let state = &self.state;
        state.clearance == Clearance::Cleared
            && !state.parcels.is_empty()
            && state.invoice.is_none()
            && state.ending.is_none()
    }

    fn waits_for_data(&self) -> bool {
        self.plan.is_some() && (self.state.waiting_since.is_some() || self.awaits_invoice())
    }

    /// Charges whose exchange rate is missing are looked at again for as long as the window after dispatch is; then an
    /// operator must look why no rate was published.
    fn waits_for_rates(&self, now: Timestamp, policy: &Policy) -> bool {
        let charges = self.state.deposit.charges;
        self.plan.is_some()
            && self.state.deposit.paid.is_some()
            && self.needs_rates().is_some()
            && charges.is_some_and(|charges| now < charges.entered + policy.deposit_settlement)
    }
}
