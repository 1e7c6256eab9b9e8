use super::broken;
use super::story::{CANCELLED, DELIVERED, LOST, shipment};
use super::world::Fill;

const INVOICES: &str = "every dispatched shipment has one invoice, and none has one without packing";
const DEPOSITS: &str = "every deposit is charges taken from it + refund + what is still held";
const SHORTFALLS: &str = "charges above a deposit are the programme's shortfall, never the buyer's";

#[test]
fn a_dispatched_shipment_without_an_invoice_is_found() {
    assert_eq!(broken(|world| world.forget("invoice", format!("INV-{LOST}"))), [INVOICES]);
}

#[test]
fn a_second_invoice_for_a_shipment_is_found() {
    let failing = broken(|world| {
        world.fact("customs", "invoice", "INV-2", "ISSUED").link("shipment_id", shipment(DELIVERED));
    });
    assert_eq!(failing, [INVOICES]);
}

#[test]
fn an_invoice_for_what_was_never_packed_is_found() {
    assert_eq!(broken(|world| world.lose("ShipmentPacked", DELIVERED)), [INVOICES]);
}

#[test]
fn a_shipment_that_left_without_a_carrier_is_found() {
    assert_eq!(broken(|world| world.lose("ParcelScanned", LOST)), [INVOICES]);
}

#[test]
fn a_deposit_that_does_not_add_up_is_found() {
    let failing = broken(|world| {
        world.find("deposit", shipment(CANCELLED)).usd("held", 5);
    });
    assert!(failing.contains(&DEPOSITS), "{failing:?}");
}

#[test]
fn a_deposit_of_another_amount_than_the_shipments_share_is_found() {
    let failing = broken(|world| {
        world.find("shipment", shipment(LOST)).usd("deposit_share", 299);
    });
    assert_eq!(failing, [DEPOSITS]);
}

#[test]
fn more_given_back_than_was_due_is_found() {
    let failing = broken(|world| {
        world.find("deposit", shipment(DELIVERED)).usd("refunded", 101);
    });
    assert_eq!(failing, [DEPOSITS]);
}

#[test]
fn charges_that_no_broker_assessed_are_found() {
    assert_eq!(broken(|world| world.lose("ImportChargesAssessed", DELIVERED)), [DEPOSITS]);
}

#[test]
fn a_shortfall_that_is_not_the_excess_of_the_charges_is_found() {
    let failing = broken(|world| {
        world.find("deposit", shipment(DELIVERED)).usd("shortfall", 1);
    });
    assert_eq!(failing, [SHORTFALLS]);
}

#[test]
fn a_settled_deposit_charged_with_less_than_the_charges_is_found() {
    let failing = broken(|world| {
        world.find("deposit", shipment(DELIVERED)).usd("charges", 250);
    });
    assert_eq!(failing, [SHORTFALLS]);
}
