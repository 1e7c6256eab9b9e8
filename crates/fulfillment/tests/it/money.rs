//! Payments, cancellations and refunds.

use testbed::{Said, fresh_id, soon, usd};
use wire::convert::timestamp;
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::fulfillment::events::v1::fulfillment_event::Event as Told;
use wire::fulfillment::v1::{CancelOrderRequest, OrderState, ShipmentState};
use wire::orders::events::v1::{OrderCancellationRequested, OrdersEvent};
use wire::payments::events::v1::{PaymentFailed, PaymentsEvent, RefundFailed, RefundSettled};

use crate::support::{World, line, one_shirt, order_id, placed};

/// Id and amount of the refunds asked for an order.
async fn refunds(world: &World, number: usize, count: usize) -> Vec<(String, i64)> {
    let of_order = |said: Said<FulfillmentEvent>| match said.event.event {
        Some(Told::RefundRequested(event)) if said.key == order_id(number) => event.refund,
        _ => None,
    };
    let found = world.outside.hear(of_order, |refunds| refunds.len() >= count).await;
    found.into_iter().map(|refund| (refund.refund_id, refund.amount.unwrap().minor_units)).collect()
}

async fn refund_state(world: &World) -> (String, i32) {
    sqlx::query_as("SELECT state, attempts FROM refunds").fetch_one(&world.pool).await.unwrap()
}

fn cancel(number: usize, line_nos: &[u32]) -> CancelOrderRequest {
    CancelOrderRequest {
        request_id: fresh_id(),
        order_id: order_id(number),
        line_nos: line_nos.to_vec(),
        reason: "changed my mind".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_is_cancelled_once_and_refunded_until_it_is_settled() {
    let world = World::start().await;
    world.released(1).await;
    let request = cancel(1, &[]);
    let mut storefront = world.client(chassis::Role::Storefront);
    let first = storefront.cancel_order(request.clone()).await.unwrap().into_inner();
    assert_eq!(first.order.as_ref().unwrap().state(), OrderState::Cancelled);
    let repeat = storefront.cancel_order(request.clone()).await.unwrap().into_inner();
    assert_eq!(first, repeat, "the same call has the same answer");
    let again = storefront.cancel_order(cancel(1, &[])).await.unwrap().into_inner();
    assert!(again.already_applied);
    let other = CancelOrderRequest { reason: "another reason".to_owned(), ..request };
    let reused = storefront.cancel_order(other).await.unwrap_err();
    assert_eq!(chassis::reason_of(&reused), Some(wire::ErrorReason::RequestIdReused));

    let asked = refunds(&world, 1, 1).await;
    assert_eq!(asked[0].1, 19_00 + 10_00, "goods and shipping; customs gives the deposit back");
    let failed = |reason: &str| RefundFailed {
        refund_id: asked[0].0.clone(),
        requested_by: "fulfillment".to_owned(),
        reason: reason.to_owned(),
    };
    world.outside.tell(&order_id(1), PaymentsEvent::from(failed("card closed"))).await;
    soon("the failure is booked", async || {
        let due: Option<bool> = sqlx::query_scalar("SELECT retry_due IS NOT NULL FROM refunds")
            .fetch_one(&world.pool)
            .await
            .unwrap();
        due == Some(true)
    })
    .await;
    world.time.pass_days(1);
    let asked_again = refunds(&world, 1, 2).await;
    assert_eq!(asked_again[0], asked_again[1], "the same refund, asked for twice");
    assert_eq!(refund_state(&world).await, ("REQUESTED".to_owned(), 2));
    let settled = RefundSettled {
        refund_id: asked[0].0.clone(),
        requested_by: "fulfillment".to_owned(),
        amount: usd(29_00),
        settled_time: Some(timestamp(world.time.now())),
    };
    world.outside.tell(&order_id(1), PaymentsEvent::from(settled)).await;
    soon("the refund is settled", async || refund_state(&world).await.0 == "SETTLED").await;
    let facts = world.service.facts_of("refund").await;
    assert_eq!((facts[0].state.as_str(), facts[0].units["attempts"]), ("SETTLED", 2));
    assert!(world.service.facts_of("stock").await.iter().all(|fact| fact.units["reserved"] == 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_that_fail_mismatch_or_come_late_are_dealt_with() {
    let world = World::start().await;
    for number in 1..=2 {
        world.place(one_shirt(number)).await;
        world.order_in(&order_id(number), OrderState::Accepted).await;
    }
    let failed = PaymentFailed { order_id: order_id(1), reason: "card declined".to_owned() };
    world.outside.tell(&order_id(1), PaymentsEvent::from(failed)).await;
    world.order_in(&order_id(1), OrderState::Cancelled).await;
    world.pay_amount(&order_id(1), usd(34_00)).await;
    assert_eq!(refunds(&world, 1, 1).await[0].1, 34_00, "late money goes back whole");

    world.pay_amount(&order_id(2), usd(1)).await;
    world.pay_amount(&order_id(3), usd(1)).await;
    let letters = world.service.dead_letters(2).await;
    let mut reasons: Vec<&str> = letters.iter().map(|letter| letter.reason.as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["INVALID_RECORD", "ORDER_NOT_FOUND"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_cancelled_as_whole_shipments_and_a_late_buyer_is_told() {
    let world = World::start().await;
    world.place(placed(1, vec![line(1, "SHIRT", 1), line(2, "BOOK", 1)])).await;
    world.place(placed(2, vec![line(1, "SHIRT", 1), line(2, "SHIRT", 1)])).await;
    world.order_in(&order_id(1), OrderState::Accepted).await;
    world.order_in(&order_id(2), OrderState::Accepted).await;
    let mut operator = world.operator();
    let part = operator.cancel_order(cancel(1, &[2])).await.unwrap().into_inner().order.unwrap();
    let cancelled: Vec<bool> = part.lines.iter().map(|line| line.cancelled).collect();
    assert_eq!((part.state(), cancelled), (OrderState::Accepted, vec![false, true]));
    let torn = operator.cancel_order(cancel(2, &[2])).await.unwrap_err();
    assert_eq!(chassis::reason_of(&torn), Some(wire::ErrorReason::WrongState));

    let asked = OrderCancellationRequested {
        cancellation_id: fresh_id(),
        order_id: order_id(2),
        line_nos: vec![2],
        requested_time: Some(timestamp(world.time.now())),
    };
    world.outside.tell(&order_id(2), OrdersEvent::from(asked.clone())).await;
    let told = world.told(&order_id(2), |event| matches!(event, Told::NotificationRequested(_))).await;
    let Told::NotificationRequested(notice) = &told[2].1 else { panic!("{told:?}") };
    assert_eq!((notice.template.as_str(), notice.recipient.as_str()), ("cancellation_refused", "BUYER"));
    let all = OrderCancellationRequested { line_nos: Vec::new(), ..asked };
    world.outside.tell(&order_id(2), OrdersEvent::from(all)).await;
    let order = world.order_in(&order_id(2), OrderState::Cancelled).await;
    assert_eq!(order.shipments[0].state(), ShipmentState::Cancelled);
}
