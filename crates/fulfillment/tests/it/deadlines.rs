//! What time does.

use wire::fulfillment::events::v1::fulfillment_event::Event as Told;
use wire::fulfillment::v1::{OrderState, ShipmentState};

use crate::support::{World, one_shirt, order_id};

#[tokio::test(flavor = "multi_thread")]
async fn every_waiting_ends_at_its_deadline() {
    let world = World::start().await;
    world.place(one_shirt(1)).await;
    world.order_in(&order_id(1), OrderState::Accepted).await;
    world.place(one_shirt(2)).await;
    let held = world.order(&order_id(2)).await;
    world.pay(&held).await;
    world.hold(&held.shipments[0], "DENIED_PARTY_MATCH").await;
    world.shipment_in(&order_id(2), ShipmentState::Held).await;
    world.released(3).await;
    world.dispatched(4).await;
    let deadlines: i64 =
        sqlx::query_scalar("SELECT count(*) FROM messaging.deadlines").fetch_one(&world.pool).await.unwrap();
    assert_eq!(deadlines, 4, "one for each order that waits");

    world.time.pass_days(7);
    world.order_in(&order_id(1), OrderState::Cancelled).await;
    world.time.pass_days(7);
    world.order_in(&order_id(2), OrderState::Cancelled).await;
    world.order_in(&order_id(3), OrderState::Cancelled).await;
    world.time.pass_days(31);
    let lost = world.order_in(&order_id(4), OrderState::Closed).await;
    assert_eq!(lost.shipments[0].state(), ShipmentState::Lost);

    let reason = async |number: usize| {
        let told = world.told(&order_id(number), |event| matches!(event, Told::OrderCancelled(_))).await;
        told.into_iter()
            .find_map(|(_, event)| match event {
                Told::OrderCancelled(event) => Some(event.reason),
                _ => None,
            })
            .unwrap()
    };
    assert_eq!(reason(1).await, "PAYMENT_TIMEOUT");
    assert_eq!(reason(2).await, "HOLD_EXPIRED");
    assert_eq!(reason(3).await, "PACK_TIMEOUT");
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM messaging.deadlines").fetch_one(&world.pool).await.unwrap();
    assert_eq!(left, 0);
}
