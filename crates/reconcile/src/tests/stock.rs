use super::broken;
use super::story::{DELIVERED, FNSKU, STOCK, shipment};
use super::world::Fill;

const BALANCE: &str = "units on hand are received + restocked - dispatched, none below zero";
const MOVEMENTS: &str = "units received and restocked were counted exactly once";
const SHIPMENTS: &str = "units reserved and dispatched are those of the shipments";

#[test]
fn units_that_do_not_add_up_are_found() {
    assert_eq!(
        broken(|world| {
            world.find("stock", STOCK).units("on_hand", 8);
        }),
        [BALANCE]
    );
}

#[test]
fn more_reserved_than_on_hand_is_found() {
    let failing = broken(|world| {
        world.find("stock", STOCK).units("reserved", 8);
    });
    assert_eq!(failing, [BALANCE, SHIPMENTS]);
}

#[test]
fn a_receipt_applied_twice_is_found() {
    let failing = broken(|world| {
        world.find("stock", STOCK).units("received", 20).units("on_hand", 17);
    });
    assert_eq!(failing, [MOVEMENTS]);
}

#[test]
fn a_receipt_that_was_lost_is_found() {
    let failing = broken(|world| world.forget("stock", STOCK));
    assert_eq!(failing, [MOVEMENTS, SHIPMENTS]);
}

#[test]
fn a_reservation_without_a_shipment_is_found() {
    assert_eq!(
        broken(|world| {
            world.find("stock", STOCK).units("reserved", 1);
        }),
        [SHIPMENTS]
    );
}

#[test]
fn a_dispatch_counted_twice_is_found() {
    let failing = broken(|world| {
        world.find("stock", STOCK).units("dispatched", 6).units("on_hand", 5);
    });
    assert_eq!(failing, [SHIPMENTS]);
}

#[test]
fn a_shipment_whose_units_are_not_those_of_its_products_is_found() {
    let failing = broken(|world| {
        world.find("shipment", shipment(DELIVERED)).units("units", 3);
    });
    assert_eq!(failing, [SHIPMENTS]);
}

#[test]
fn a_shipment_that_is_not_dispatched_reserves_its_units() {
    let failing = broken(|world| {
        let fact = world.find("shipment", shipment(super::story::CANCELLED));
        fact.state = "HELD".to_owned();
        fact.units("units", 2).units(&format!("fnsku:{FNSKU}"), 2);
    });
    assert_eq!(failing, [SHIPMENTS]);
}
