//! Units: no event lost or applied twice, nothing below zero.

use std::collections::HashMap;

use kernel::{FcCode, Fnsku};

use crate::Check;
use crate::facts::{Facts, is_dispatched, is_reserved};
use crate::topics::Topics;

type Place = (FcCode, Fnsku);

pub(super) fn balance(facts: &Facts) -> Check {
    let mut check = Check::new("units on hand are received + restocked - dispatched, none below zero");
    for ((fc, fnsku), stock) in &facts.fulfillment.stock {
        let expected = stock.received + stock.restocked - stock.dispatched;
        let holds = stock.on_hand == expected
            && (0..=stock.on_hand).contains(&stock.reserved)
            && [stock.received, stock.restocked, stock.dispatched].iter().all(|units| *units >= 0);
        check.that(holds, || format!("{fc}/{fnsku}: {stock:?}"));
    }
    check
}

/// What came in, by the topics: every receipt and every restocked unit counted exactly once.
pub(super) fn movements(facts: &Facts, topics: &Topics) -> Check {
    let mut check = Check::new("units received and restocked were counted exactly once");
    let (received, restocked) = (&topics.outside.received, &topics.returns.restocked_into);
    for (place, stock) in &facts.fulfillment.stock {
        check.equal(stock.received, at(received, place), || format!("received in {}/{}", place.0, place.1));
        check
            .equal(stock.restocked, at(restocked, place), || format!("restocked in {}/{}", place.0, place.1));
    }
    for (place, units) in received.iter().chain(restocked) {
        let is_known = *units == 0 || facts.fulfillment.stock.contains_key(place);
        check.that(is_known, || {
            format!("{units} units came into {}/{}, which has no stock", place.0, place.1)
        });
    }
    check
}

/// What is promised and what has left, by the shipments.
pub(super) fn shipments(facts: &Facts) -> Check {
    let mut check = Check::new("units reserved and dispatched are those of the shipments");
    let (mut reserved, mut dispatched) = (HashMap::new(), HashMap::new());
    for (id, shipment) in &facts.fulfillment.shipments {
        let contents: i64 = shipment.contents.iter().map(|(_, units)| units).sum();
        check.equal(contents, shipment.units, || format!("units of shipment {id} by FNSKU"));
        let sums = match shipment.state {
            state if is_reserved(state) => &mut reserved,
            state if is_dispatched(state) => &mut dispatched,
            _ => continue,
        };
        for (fnsku, units) in &shipment.contents {
            *sums.entry((shipment.fc, *fnsku)).or_default() += units;
        }
    }
    for (place, stock) in &facts.fulfillment.stock {
        check.equal(stock.reserved, at(&reserved, place), || format!("reserved in {}/{}", place.0, place.1));
        check.equal(stock.dispatched, at(&dispatched, place), || {
            format!("dispatched from {}/{}", place.0, place.1)
        });
    }
    for place in reserved.keys().chain(dispatched.keys()) {
        check.that(facts.fulfillment.stock.contains_key(place), || {
            format!("shipments hold units of {}/{}, which has no stock", place.0, place.1)
        });
    }
    check
}

fn at(units: &HashMap<Place, i64>, place: &Place) -> i64 {
    units.get(place).copied().unwrap_or_default()
}
