//! An order from acceptance to the door.

use wire::carrier::events::v1::ScanCode;
use wire::fulfillment::events::v1::fulfillment_event::Event as Told;
use wire::fulfillment::v1::{OrderState, ShipmentState};

use crate::support::{World, line, order_id, placed};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_followed_from_acceptance_to_the_door() {
    let world = World::start().await;
    world.place(placed(1, vec![line(1, "SHIRT", 2), line(2, "BOOK", 1)])).await;
    let order = world.order_in(&order_id(1), OrderState::Accepted).await;
    assert_eq!(order.shipments.len(), 2, "no center holds both");
    world.pay(&order).await;
    for shipment in &order.shipments {
        world.clear(shipment).await;
    }
    let released = |state| {
        move |order: &wire::fulfillment::v1::Order| {
            order.shipments.iter().all(|shipment| shipment.state() == state)
        }
    };
    world.order_when(&order_id(1), released(ShipmentState::Released)).await;
    for shipment in &order.shipments {
        let tracking = world.pack(shipment).await;
        world.invoice(shipment).await;
        world
            .order_when(&order_id(1), |order| {
                let own = order.shipments.iter().find(|own| own.shipment_id == shipment.shipment_id);
                own.is_some_and(|own| own.state() == ShipmentState::Ready)
            })
            .await;
        for code in [ScanCode::Tendered, ScanCode::InTransit, ScanCode::Delivered] {
            world.scan(shipment, &tracking, code).await;
        }
    }
    let closed = world.order_in(&order_id(1), OrderState::Closed).await;
    assert!(released(ShipmentState::Delivered)(&closed));
    let entries: Vec<&str> = closed.history.iter().map(|entry| entry.event.as_str()).collect();
    assert_eq!((entries[0], entries[entries.len() - 1]), ("ORDER_ACCEPTED", "ORDER_CLOSED"));

    let told = world.told(&order_id(1), |event| matches!(event, Told::OrderClosed(_))).await;
    let sequences: Vec<i64> = told.iter().map(|(sequence, _)| *sequence).collect();
    assert_eq!(sequences, (1..=told.len() as i64).collect::<Vec<_>>(), "without gaps, in order");
    let of = |pick: fn(&Told) -> bool| told.iter().filter(|(_, event)| pick(event)).count();
    assert_eq!(of(|event| matches!(event, Told::ShipmentPlanned(_))), 2);
    assert_eq!(of(|event| matches!(event, Told::ShipmentPaid(_))), 2);
    assert_eq!(of(|event| matches!(event, Told::ShipmentReleased(_))), 2);
    assert_eq!(of(|event| matches!(event, Told::ShipmentReadyForCarrier(_))), 2);
    assert_eq!(of(|event| matches!(event, Told::ShipmentDispatched(_))), 2);
    assert_eq!(of(|event| matches!(event, Told::ShipmentDelivered(_))), 2);
    assert_eq!(told.len(), 14);

    let orders = world.service.facts_of("order").await;
    assert_eq!((orders[0].version, orders[0].r#final), (14, true));
    let stock = world.service.facts_of("stock").await;
    let units = |name: &str| -> i64 { stock.iter().map(|fact| fact.units[name]).sum() };
    assert_eq!((units("dispatched"), units("reserved"), units("on_hand")), (3, 0, 197));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_or_late_event_changes_nothing() {
    let world = World::start().await;
    let (shipment, tracking) = world.dispatched(1).await;
    world.clear(&shipment).await;
    world.pack(&shipment).await;
    world.invoice(&shipment).await;
    world.scan(&shipment, &tracking, ScanCode::Delivered).await;
    world.scan(&shipment, &tracking, ScanCode::Tendered).await;
    world.scan(&shipment, &tracking, ScanCode::Lost).await;
    world.order_in(&order_id(1), OrderState::Closed).await;
    // Something that is applied after all of those, on the same partitions.
    world.released(2).await;
    let told = world.told(&order_id(1), |event| matches!(event, Told::OrderClosed(_))).await;
    assert_eq!(told.len(), 8);
    assert!(world.service.dead_letters(0).await.is_empty());
}
