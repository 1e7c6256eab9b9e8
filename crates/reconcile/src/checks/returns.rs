//! Returned and lost units.

use std::collections::HashMap;

use kernel::RmaId;
use wire::fulfillment::v1::ShipmentState;
use wire::returns::v1::ReturnState;

use super::orders::noted;
use super::same;
use crate::facts::Facts;
use crate::topics::Topics;
use crate::{Check, Options};

/// Every unit that came back is known, judged once, and counted by its return.
pub(super) fn judged(facts: &Facts, topics: &Topics, options: &Options) -> Check {
    let mut check = Check::new("every returned unit received has one disposition");
    let (received, units) = (&topics.outside.returned_units, &facts.returns.units);
    same(
        &mut check,
        "unit",
        ("received", received.iter()),
        |lpn| received.contains(lpn),
        ("known to returns", units.keys()),
        |lpn| units.contains_key(lpn),
    );
    let mut counted: HashMap<RmaId, (i64, i64)> = HashMap::new();
    let mut open = 0;
    for (lpn, unit) in units {
        let is_judged = unit.disposition.is_some();
        let announced = topics.returns.disposed.get(lpn).copied().unwrap_or_default();
        check.equal(announced, u32::from(is_judged), || format!("judgements announced of unit {lpn}"));
        check.that(is_judged || !options.require_final, || format!("unit {lpn} waits to be judged"));
        open += i64::from(!is_judged);
        let (received, disposed) = counted.entry(unit.rma).or_default();
        *received += 1;
        *disposed += i64::from(is_judged);
    }
    for (id, found) in &facts.returns.returns {
        let counts = counted.get(id).copied().unwrap_or_default();
        check.equal((found.received, found.disposed), counts, || {
            format!("units received and judged of return {id}")
        });
        let is_closed = found.state == ReturnState::Closed;
        check.that(is_closed || !options.require_final, || format!("return {id} is not closed"));
        open += i64::from(!is_closed);
    }
    noted(check, options, open, "returns and returned units are under way")
}

/// A unit that returns put back is on fulfillment's shelf, once.
pub(super) fn restocked(facts: &Facts, topics: &Topics) -> Check {
    let mut check = Check::new("units restocked by returns are units restocked in fulfillment");
    let (announced, shelved) = (&topics.returns.restocked, &facts.fulfillment.restocks);
    for (lpn, unit) in &facts.returns.units {
        let announced = announced.get(lpn).copied().unwrap_or_default();
        check.equal(announced, unit.restocked, || format!("units announced as restocked of {lpn}"));
        let shelved = shelved.get(lpn).copied().unwrap_or_default();
        check.equal(shelved, unit.restocked, || format!("units restocked in fulfillment of {lpn}"));
    }
    for lpn in announced.keys().chain(shelved.keys()) {
        check.that(facts.returns.units.contains_key(lpn), || {
            format!("unit {lpn} was restocked but never returned")
        });
    }
    check
}

/// A reimbursement was announced with its amount, and one payout pays it.
pub(super) fn reimbursed(facts: &Facts, topics: &Topics) -> Check {
    let mut check = Check::new("every reimbursement was announced and is paid by one payout");
    let (announced, known) = (&topics.returns.reimbursed, &facts.returns.reimbursements);
    let mut paying = 0;
    for (id, reimbursement) in known {
        check.equal(announced.get(id).copied(), Some(reimbursement.amount), || format!("reimbursement {id}"));
        let payout =
            reimbursement.payout.map(|payout| facts.money.payouts.get(&payout).map(|found| found.amount));
        paying += i64::from(payout.is_some());
        let holds = match payout {
            Some(amount) => amount == Some(reimbursement.amount),
            None => reimbursement.amount == 0,
        };
        check.that(holds, || format!("reimbursement {id} of {} is paid by {payout:?}", reimbursement.amount));
    }
    for id in announced.keys().filter(|id| !known.contains_key(id)) {
        check.that(false, || format!("reimbursement {id} was announced but is not known to returns"));
    }
    let payouts = i64::try_from(facts.money.payouts.len()).unwrap_or(i64::MAX);
    check.equal(payouts, paying, || "payouts and the reimbursements they pay".to_owned());
    check
}

/// What a carrier lost is made good to the seller.
pub(super) fn lost(facts: &Facts, topics: &Topics) -> Check {
    let mut check = Check::new("every lost shipment is made good to its seller");
    let (announced, made_good) = (&topics.fulfillment.lost, &facts.returns.lost);
    same(
        &mut check,
        "shipment",
        ("lost", announced.iter()),
        |id| announced.contains(id),
        ("made good by returns", made_good.keys()),
        |id| made_good.contains_key(id),
    );
    for (id, shipment) in &facts.fulfillment.shipments {
        check.equal(announced.contains(id), shipment.state == ShipmentState::Lost, || {
            format!("shipment {id} announced as lost")
        });
    }
    check
}
