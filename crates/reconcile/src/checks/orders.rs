//! Orders and shipments: each once, each to its end.

use std::collections::HashMap;

use kernel::OrderId;
use wire::fulfillment::v1::OrderState;

use super::same;
use crate::facts::Facts;
use crate::topics::Topics;
use crate::{Check, Options};

/// Orders on the topic whose record was refused are dead letters, counted by their own check.
pub(super) fn placed(facts: &Facts, topics: &Topics) -> Check {
    let mut check = Check::new("every order placed is one order in fulfillment, and the other way round");
    let (placed, known) = (&topics.outside.orders, &facts.fulfillment.orders);
    same(
        &mut check,
        "order",
        ("placed", placed.iter()),
        |id| placed.contains(id),
        ("known to fulfillment", known.keys()),
        |id| known.contains_key(id),
    );
    for (id, order) in known {
        let announced = match order.state {
            OrderState::Rejected => topics.fulfillment.rejected.contains(id),
            _ => topics.fulfillment.accepted.contains_key(id),
        };
        check.that(announced, || {
            format!("order {id} is {}, which was never announced", order.state.as_str_name())
        });
    }
    check
}

pub(super) fn finished(facts: &Facts, options: &Options) -> Check {
    let mut check = Check::new("every order is REJECTED, CANCELLED or CLOSED");
    let mut open = 0;
    for (id, order) in &facts.fulfillment.orders {
        let is_final =
            matches!(order.state, OrderState::Rejected | OrderState::Cancelled | OrderState::Closed);
        open += i64::from(!is_final);
        check.that(is_final || !options.require_final, || {
            format!("order {id} is still {}", order.state.as_str_name())
        });
    }
    noted(check, options, open, "orders are not finished")
}

/// A shipment exists because it was planned, customs looks at each, and an order has as many as it says.
pub(super) fn shipments_planned(facts: &Facts, topics: &Topics) -> Check {
    let mut check = Check::new("every shipment was planned once and is known to fulfillment and customs");
    let (planned, shipments) = (&topics.fulfillment.planned, &facts.fulfillment.shipments);
    let versions = &facts.customs.versions;
    same(
        &mut check,
        "shipment",
        ("planned", planned.keys()),
        |id| planned.contains_key(id),
        ("known to fulfillment", shipments.keys()),
        |id| shipments.contains_key(id),
    );
    same(
        &mut check,
        "shipment",
        ("planned", planned.keys()),
        |id| planned.contains_key(id),
        ("known to customs", versions.keys()),
        |id| versions.contains_key(id),
    );
    let mut of_order: HashMap<OrderId, i64> = HashMap::new();
    for shipment in shipments.values() {
        *of_order.entry(shipment.order).or_default() += 1;
    }
    for (id, order) in &facts.fulfillment.orders {
        let count = of_order.get(id).copied().unwrap_or_default();
        check.equal(count, order.shipments, || format!("shipments of order {id}"));
    }
    check
}

pub(super) fn shipments_finished(facts: &Facts, options: &Options) -> Check {
    let mut check = Check::new("every shipment has reached its end");
    let mut open = 0;
    for (id, shipment) in &facts.fulfillment.shipments {
        open += i64::from(!shipment.is_final);
        check.that(shipment.is_final || !options.require_final, || {
            format!("shipment {id} is still {}", shipment.state.as_str_name())
        });
    }
    noted(check, options, open, "shipments are under way")
}

/// Where ends are not required, what is open is told.
pub(super) fn noted(mut check: Check, options: &Options, open: i64, what: &str) -> Check {
    if open > 0 && !options.require_final {
        check.note(format!("{open} {what}"));
    }
    check
}
