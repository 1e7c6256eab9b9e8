//! What happens to the deposit once the facts are there.

use kernel::{Currency, Money, MoneyError, YearMonth};

use super::{Event, Outcome, Shipment, World};
use crate::domain::deposit::{
    DepositState, Movement, NOTHING, Refund, RefundState, Settlement, refund_id, settle,
};
use crate::domain::policy::utc_date;

impl Shipment {
    pub(super) fn advance_deposit(
        &mut self,
        world: World<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), MoneyError> {
        let Some(amount) = self.plan.as_ref().map(|plan| plan.deposit_share) else { return Ok(()) };
        if self.state.deposit.state == DepositState::Expected && self.state.deposit.paid.is_some() {
            self.state.deposit.state = DepositState::Held;
            outcome.events.push(Event::DepositHeld(amount));
            outcome.movements.push(Movement::Held(amount));
        }
        let charged = self.charges_in_usd(world);
        match (self.state.deposit.state, charged) {
            (DepositState::Held, Some(charges)) => {
                let settlement = settle(amount, charges)?;
                self.close(DepositState::Settled, amount, settlement, outcome);
                outcome.movements.push(Movement::Settled(settlement));
            }
            (DepositState::Held, None) if self.is_to_go_back(world) => {
                let settlement = settle(amount, NOTHING)?;
                self.close(DepositState::Returned, amount, settlement, outcome);
                outcome.movements.push(Movement::Returned(amount));
            }
            (DepositState::Returned, Some(charges)) if self.state.deposit.late_charges.is_none() => {
                self.state.deposit.late_charges = Some(charges);
                outcome.movements.push(Movement::LateCharges(charges));
            }
            _ => {}
        }
        self.ask_again(world, outcome);
        Ok(())
    }

    /// The assessed charges at the rate of the month of entry; `None` while one of the two is missing.
    fn charges_in_usd(&self, world: World<'_>) -> Option<Money> {
        let charges = self.state.deposit.charges?;
        if charges.total.currency() == Currency::USD {
            return Some(charges.total);
        }
        let month = YearMonth::of(utc_date(charges.entered));
        world.references.rates.get(&month)?.convert(charges.total, Currency::USD).ok()
    }

    /// Given back whole: the shipment ended without import, or its charges never came within the window after dispatch.
    fn is_to_go_back(&self, world: World<'_>) -> bool {
        let overdue = self.deposit_due(world.policy).is_some_and(|due| world.now >= due);
        overdue || (self.state.ending.is_some() && self.state.deposit.charges.is_none())
    }

    fn close(&mut self, state: DepositState, deposit: Money, settlement: Settlement, outcome: &mut Outcome) {
        self.state.deposit.state = state;
        self.state.deposit.settlement = Some(settlement);
        outcome.events.push(Event::DepositSettled { deposit, settlement });
        if !settlement.refund.is_zero() {
            let refund = Refund {
                refund_id: refund_id(self.id),
                amount: settlement.refund,
                state: RefundState::Requested,
                attempts: 1,
                retry: None,
            };
            self.state.deposit.refund = Some(refund);
            outcome.events.push(request(&refund));
        }
    }

    fn ask_again(&mut self, world: World<'_>, outcome: &mut Outcome) {
        let Some(refund) = self.state.deposit.refund.as_mut() else { return };
        if refund.state == RefundState::Waiting && refund.retry.is_none_or(|retry| world.now >= retry) {
            refund.state = RefundState::Requested;
            refund.attempts += 1;
            refund.retry = None;
            outcome.events.push(request(refund));
        }
    }
}

fn request(refund: &Refund) -> Event {
    Event::RefundRequested { refund_id: refund.refund_id, amount: refund.amount }
}
