//! Shipments that never arrive: their sellers are reimbursed, refused ones come back as returns.

use wire::convert::timestamp;
use wire::fulfillment::events::v1::{FulfillmentEvent, ShipmentLost, ShipmentReturned};
use wire::returns::events::v1::returns_event::Event;

use crate::support::World;
use crate::units::{ORDER, SHIPMENT, sell, sell_at};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_shipment_reimburses_its_seller_once() {
    let world = World::start().await;
    sell(&world).await;
    let lost_time = Some(timestamp(world.time.now()));
    let lost = ShipmentLost { shipment_id: SHIPMENT.into(), order_id: ORDER.into(), lost_time };
    world.outside.tell(ORDER, FulfillmentEvent::from(lost.clone())).await;
    world.outside.tell(ORDER, FulfillmentEvent::from(lost)).await; // A repeat under another event id.
    let facts = world.facts("reimbursement", |facts| !facts.is_empty()).await;
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].units["units"], 2);
    let lost = world.facts("lost_shipment", |facts| !facts.is_empty()).await;
    assert_eq!(lost[0].version, 2, "reimbursed, and asked to be paid out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_unit_whose_fees_are_above_its_price_is_announced_at_zero_and_paid_by_nobody() {
    let world = World::start().await;
    sell_at(&world, 150).await;
    let lost_time = Some(timestamp(world.time.now()));
    let lost = ShipmentLost { shipment_id: SHIPMENT.into(), order_id: ORDER.into(), lost_time };
    world.outside.tell(ORDER, FulfillmentEvent::from(lost)).await;
    world.service.caught_up().await;
    let events = world.published(|events| !events.is_empty()).await;
    let [Event::UnitReimbursed(owed)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(owed.amount.as_ref().unwrap().minor_units, 0);
    let facts = world.facts("reimbursement", |facts| !facts.is_empty()).await;
    assert_eq!((facts[0].state.as_str(), facts[0].r#final), ("PAID", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_shipment_that_is_back_becomes_a_return_of_all_its_units() {
    let world = World::start().await;
    sell(&world).await;
    let returned_time = Some(timestamp(world.time.now()));
    let back = ShipmentReturned { shipment_id: SHIPMENT.into(), order_id: ORDER.into(), returned_time };
    world.outside.tell(ORDER, FulfillmentEvent::from(back)).await;
    let events = world.published(|events| !events.is_empty()).await;
    let Event::ReturnAuthorised(authorised) = &events[0] else { panic!("{events:?}") };
    assert_eq!(authorised.lines[0].quantity, 2);
    assert_eq!(authorised.lines[0].reason_code, "UNDELIVERABLE_REFUSED");
}
