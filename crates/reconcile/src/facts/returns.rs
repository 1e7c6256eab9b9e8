//! Facts of returns.

use std::collections::HashMap;

use kernel::{Lpn, PayoutId, ReimbursementId, RmaId, ShipmentId};
use wire::returns::v1::{Disposition, ReturnState};

use super::{Field, once, unknown_kind};

/// What returns knows. Amounts are in US cents.
#[derive(Debug, Default)]
pub(crate) struct Returns {
    pub(crate) returns: HashMap<RmaId, Return>,
    /// Version of each lost shipment that was reimbursed.
    pub(crate) lost: HashMap<ShipmentId, i64>,
    pub(crate) units: HashMap<Lpn, ReturnUnit>,
    pub(crate) reimbursements: HashMap<ReimbursementId, Reimbursement>,
}

#[derive(Debug)]
pub(crate) struct Return {
    pub(crate) version: i64,
    pub(crate) state: ReturnState,
    pub(crate) received: i64,
    pub(crate) disposed: i64,
}

#[derive(Debug)]
pub(crate) struct ReturnUnit {
    pub(crate) rma: RmaId,
    /// What was found; `None` while nobody has judged it.
    pub(crate) disposition: Option<Disposition>,
    pub(crate) restocked: i64,
}

#[derive(Debug)]
pub(crate) struct Reimbursement {
    pub(crate) amount: i64,
    /// `None` where nothing is owed.
    pub(crate) payout: Option<PayoutId>,
}

impl Returns {
    pub(super) fn take(&mut self, fact: Field<'_>) -> Result<(), String> {
        match fact.kind() {
            "return" => once(self.returns.insert(fact.id()?, returned(fact)?)),
            "lost_shipment" => once(self.lost.insert(fact.id()?, fact.version())),
            "return_unit" => once(self.units.insert(fact.id()?, unit(fact)?)),
            "reimbursement" => {
                let reimbursement =
                    Reimbursement { amount: fact.usd("amount")?, payout: fact.maybe_link("payout_id")? };
                once(self.reimbursements.insert(fact.id()?, reimbursement))
            }
            _ => Err(unknown_kind()),
        }
    }

    /// An event's subject is a return or a lost shipment; both are UUIDs.
    pub(super) fn version(&self, subject: &str) -> Option<i64> {
        let found = self.returns.get(&subject.parse().ok()?).map(|found| found.version);
        found.or_else(|| self.lost.get(&subject.parse().ok()?).copied())
    }

    pub(super) fn versions(&self) -> Vec<(String, i64)> {
        let returns = self.returns.iter().map(|(id, found)| (id.to_string(), found.version));
        returns.chain(self.lost.iter().map(|(id, version)| (id.to_string(), *version))).collect()
    }
}

fn returned(fact: Field<'_>) -> Result<Return, String> {
    Ok(Return {
        version: fact.version(),
        state: fact.state_of("RETURN_STATE_", ReturnState::from_str_name)?,
        received: fact.units("received"),
        disposed: fact.units("disposed"),
    })
}

fn unit(fact: Field<'_>) -> Result<ReturnUnit, String> {
    let disposition = match fact.state() {
        "RECEIVED" => None,
        _ => Some(fact.state_of("DISPOSITION_", Disposition::from_str_name)?),
    };
    Ok(ReturnUnit { rma: fact.link("rma_id")?, disposition, restocked: fact.units("restocked") })
}
