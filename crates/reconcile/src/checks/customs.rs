//! Invoices and deposits.

use std::collections::HashMap;

use kernel::ShipmentId;
use wire::customs::v1::DepositState;

use crate::Check;
use crate::facts::{Facts, is_dispatched};
use crate::topics::Topics;

/// One invoice for each dispatched shipment, by the facts and by the events, and none for what was never packed.
pub(super) fn invoices(facts: &Facts, topics: &Topics) -> Check {
    let mut check = Check::new("every dispatched shipment has one invoice, and none has one without packing");
    let mut of_shipment: HashMap<ShipmentId, u32> = HashMap::new();
    for (number, shipment) in &facts.customs.invoices {
        *of_shipment.entry(*shipment).or_default() += 1;
        check.that(topics.outside.packed.contains(shipment), || {
            format!("invoice {number} is for shipment {shipment}, which was never packed")
        });
    }
    let left = facts.fulfillment.shipments.iter().filter(|(_, shipment)| is_dispatched(shipment.state));
    for (id, _) in left {
        check.equal(count(&of_shipment, id), 1, || format!("invoices of dispatched shipment {id}"));
        check.that(topics.fulfillment.dispatched.contains(id), || {
            format!("shipment {id} has left, which was never announced")
        });
        check.that(topics.outside.tendered.contains(id), || {
            format!("shipment {id} has left, but no carrier took it over")
        });
    }
    for (id, issued) in &topics.customs.invoiced {
        check.equal(*issued, 1, || format!("invoices announced for shipment {id}"));
        check.equal(count(&of_shipment, id), 1, || {
            format!("invoices of shipment {id}, whose invoice was announced")
        });
    }
    for id in of_shipment.keys() {
        let is_announced = topics.customs.invoiced.contains_key(id);
        check.that(is_announced, || format!("shipment {id} has an invoice that was never announced"));
    }
    check
}

fn count(of_shipment: &HashMap<ShipmentId, u32>, id: &ShipmentId) -> u32 {
    of_shipment.get(id).copied().unwrap_or_default()
}

pub(super) fn deposits(facts: &Facts, topics: &Topics) -> Check {
    let mut check = Check::new("every deposit is charges taken from it + refund + what is still held");
    for (id, deposit) in &facts.customs.deposits {
        let parts = deposit.charges_from_deposit + deposit.refund + deposit.held;
        check.equal(deposit.deposit, parts, || format!("deposit of shipment {id}"));
        let shares = facts.fulfillment.shipments.get(id).map(|shipment| shipment.deposit_share);
        check.that(deposit.deposit == 0 || shares == Some(deposit.deposit), || {
            format!(
                "deposit of shipment {id} is {} but its share of the order's is {shares:?}",
                deposit.deposit
            )
        });
        check.that(deposit.refunded <= deposit.refund, || {
            format!("deposit of shipment {id}: {} refunded of {}", deposit.refunded, deposit.refund)
        });
        check.that(deposit.charges == 0 || topics.outside.assessed.contains(id), || {
            format!("deposit of shipment {id} was charged {}, which no broker assessed", deposit.charges)
        });
    }
    check
}

/// The buyer never pays more than the deposit; what is above is the programme's.
pub(super) fn shortfalls(facts: &Facts) -> Check {
    let mut check = Check::new("charges above a deposit are the programme's shortfall, never the buyer's");
    for (id, deposit) in &facts.customs.deposits {
        let shortfall = (deposit.charges - deposit.deposit).max(0);
        check.equal(deposit.shortfall, shortfall, || format!("shortfall of shipment {id}"));
        if deposit.state == DepositState::Settled {
            let charged = deposit.charges.min(deposit.deposit);
            check.equal(deposit.charges_from_deposit, charged, || format!("charges of shipment {id}"));
        }
    }
    check
}
