use super::broken;
use super::story::{CANCELLED, DELIVERED, REJECTED, shipment};

const PLACED: &str = "every order placed is one order in fulfillment, and the other way round";
const PLANNED: &str = "every shipment was planned once and is known to fulfillment and customs";

#[test]
fn an_order_that_was_never_placed_is_found() {
    assert_eq!(broken(|world| world.lose("OrderPlaced", REJECTED)), [PLACED]);
}

#[test]
fn an_order_that_fulfillment_lost_is_found() {
    assert!(broken(|world| world.forget("order", REJECTED)).contains(&PLACED));
}

#[test]
fn an_order_whose_acceptance_was_never_announced_is_found() {
    assert!(broken(|world| world.find("order", REJECTED).state = "CANCELLED".to_owned()).contains(&PLACED));
}

#[test]
fn an_order_that_is_not_finished_is_found_only_where_ends_are_required() {
    let open = |require_final: bool| {
        broken(|world| {
            world.find("order", DELIVERED).state = "PAID".to_owned();
            world.find("shipment", shipment(DELIVERED)).r#final = false;
            world.options.require_final = require_final;
        })
    };
    assert_eq!(
        open(true),
        ["every order is REJECTED, CANCELLED or CLOSED", "every shipment has reached its end"]
    );
    assert!(open(false).is_empty());
}

#[test]
fn a_shipment_that_customs_never_saw_is_found() {
    assert!(broken(|world| world.forget("customs_shipment", shipment(CANCELLED))).contains(&PLANNED));
}

#[test]
fn a_shipment_that_was_never_planned_is_found() {
    assert!(broken(|world| world.lose("ShipmentPlanned", CANCELLED)).contains(&PLANNED));
}

#[test]
fn an_order_with_fewer_shipments_than_it_says_is_found() {
    assert!(broken(|world| world.forget("shipment", shipment(CANCELLED))).contains(&PLANNED));
}
