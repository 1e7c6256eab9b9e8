//! What returns published.

use std::collections::HashMap;

use kernel::{FcCode, Fnsku, Lpn, ReimbursementId};
use wire::returns::events::v1::{ReturnsEvent, UnitRestocked, returns_event};

use super::{Requested, Topics, id, usd};

/// Judgements, restocked units and reimbursements as returns announced them.
#[derive(Debug, Default)]
pub(crate) struct Returns {
    /// How often each unit was judged.
    pub(crate) disposed: HashMap<Lpn, u32>,
    /// Units put back, by LPN.
    pub(crate) restocked: HashMap<Lpn, i64>,
    /// Units put back into each center.
    pub(crate) restocked_into: HashMap<(FcCode, Fnsku), i64>,
    /// Cents owed for each reimbursement.
    pub(crate) reimbursed: HashMap<ReimbursementId, i64>,
}

impl Topics {
    pub(crate) fn take_returns(&mut self, event: ReturnsEvent) -> Result<(), String> {
        use returns_event::Event as E;
        let ours = &mut self.returns;
        match event.event {
            Some(E::ReturnUnitDisposed(event)) => {
                *ours.disposed.entry(id("lpn", &event.lpn)?).or_default() += 1;
            }
            Some(E::UnitRestocked(event)) => ours.restock(&event)?,
            Some(E::UnitReimbursed(event)) => {
                let amount = usd("amount", event.amount.as_ref())?;
                *ours.reimbursed.entry(id("reimbursement_id", &event.reimbursement_id)?).or_default() +=
                    amount;
            }
            Some(E::RefundRequested(event)) => {
                self.flow.refunds_requested.add(Requested::refund("returns", event.refund)?);
            }
            Some(E::PayoutRequested(event)) => {
                self.flow.payouts_requested.add(Requested::payout("returns", event.payout)?);
            }
            Some(_) => {}
            None => return Err("the event is not known to this version".to_owned()),
        }
        Ok(())
    }
}

impl Returns {
    fn restock(&mut self, event: &UnitRestocked) -> Result<(), String> {
        let units = i64::from(event.quantity);
        *self.restocked.entry(id("lpn", &event.lpn)?).or_default() += units;
        let place = (id("fc", &event.fc)?, id("fnsku", &event.fnsku)?);
        *self.restocked_into.entry(place).or_default() += units;
        Ok(())
    }
}
