//! Screening, export filing and holds, over topics.

use testbed::{soon, usd};
use wire::brokerage::events::v1::{BrokerageEvent, ExportFilingAccepted, ExportFilingRejected};
use wire::convert::timestamp;
use wire::customs::events::v1::customs_event::Event;
use wire::customs::v1::ClearanceState;
use wire::fulfillment::events::v1::{FulfillmentEvent, HoldResolved, ShipmentCancelled};

use super::support::*;

const ORDER: &str = "114-0000001-0000001";

fn resolved(order: &str) -> FulfillmentEvent {
    HoldResolved {
        shipment_id: shipment_id(order),
        order_id: order.to_owned(),
        resolution: "RECIPIENT_TAX_ID".to_owned(),
    }
    .into()
}

fn held(event: &Event) -> &str {
    match event {
        Event::ShipmentHeld(held) => &held.reason,
        other => panic!("{other:?}"),
    }
}

fn citation(event: &Event) -> &str {
    match event {
        Event::ShipmentCleared(cleared) => &cleared.export_citation,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_shipment_is_screened_and_cleared() {
    let world = World::start().await;
    let shipment = world.planned(ORDER, "DE", 4).await;
    assert_eq!(citation(&world.events(&shipment, 1).await[0]), "NOEEI 30.37(a)");
    let shown = world.shipment(&shipment, |s| s.clearance_state() == ClearanceState::Cleared).await;
    assert_eq!((shown.seller_id.as_str(), shown.export_citation.as_str()), (SELLER, "NOEEI 30.37(a)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_party_is_held_again_until_the_party_changes() {
    let world = World::start().await;
    let shipment = shipment_id(ORDER);
    world.consignees.add(&shipment, "DE", "Dmitrios Pavel Karrovski", "");
    world.outside.tell(ORDER, FulfillmentEvent::from(plan(ORDER, "DE", 1))).await;
    assert_eq!(held(&world.events(&shipment, 1).await[0]), "DENIED_PARTY_MATCH");
    world.outside.tell(ORDER, resolved(ORDER)).await;
    assert_eq!(held(&world.events(&shipment, 2).await[1]), "DENIED_PARTY_MATCH");
    world.consignees.add(&shipment, "DE", "Ana Prüfer", "");
    world.outside.tell(ORDER, resolved(ORDER)).await;
    assert_eq!(citation(&world.events(&shipment, 3).await[2]), "NOEEI 30.37(a)");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_recipient_number_holds_until_it_is_given() {
    let world = World::start().await;
    let shipment = world.planned(ORDER, "BR", 1).await;
    assert_eq!(held(&world.events(&shipment, 1).await[0]), "RECIPIENT_TAX_ID_MISSING");
    world.consignees.add(&shipment, "BR", "Ana Souza", "12345678909");
    world.outside.tell(ORDER, resolved(ORDER)).await;
    assert_eq!(citation(&world.events(&shipment, 2).await[1]), "NOEEI 30.37(a)");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_high_value_is_filed_and_cleared_by_its_number() {
    let world = World::start().await;
    let shipment = world.planned(ORDER, "DE", 200).await;
    let Event::ExportFilingRequested(request) = &world.events(&shipment, 1).await[0] else { panic!() };
    assert_eq!(
        (request.lines[0].hs_code.as_str(), request.lines[0].value.clone()),
        ("9503009000", usd(499_900))
    );
    let answer = |itn: &str| ExportFilingAccepted {
        shipment_id: shipment.clone(),
        order_id: ORDER.to_owned(),
        itn: itn.to_owned(),
        accepted_time: Some(timestamp(now())),
    };
    world.outside.tell(ORDER, BrokerageEvent::from(answer("12345"))).await;
    assert_eq!(world.service.dead_letters(1).await[0].reason, "INVALID_RECORD");
    world.outside.tell(ORDER, BrokerageEvent::from(answer("X20261005000001"))).await;
    assert_eq!(citation(&world.events(&shipment, 2).await[1]), "AES X20261005000001");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_filing_holds_and_is_asked_for_again() {
    let world = World::start().await;
    let shipment = world.planned(ORDER, "DE", 200).await;
    world.events(&shipment, 1).await;
    let refused = ExportFilingRejected {
        shipment_id: shipment.clone(),
        order_id: ORDER.to_owned(),
        reason: "bad data".to_owned(),
    };
    world.outside.tell(ORDER, BrokerageEvent::from(refused)).await;
    assert_eq!(held(&world.events(&shipment, 2).await[1]), "FILING_REJECTED");
    world.outside.tell(ORDER, resolved(ORDER)).await;
    assert!(matches!(world.events(&shipment, 3).await[2], Event::ExportFilingRequested(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_the_catalogue_tells_late_is_waited_for() {
    let world = World::start().await;
    let shipment = shipment_id(ORDER);
    world.consignees.add(&shipment, "DE", "Ana Prüfer", "");
    let mut planned = plan(ORDER, "DE", 1);
    planned.lines[0].sku = "LATE-1".to_owned();
    world.outside.tell(ORDER, FulfillmentEvent::from(planned)).await;
    world.shipment(&shipment, |s| s.clearance_state() == ClearanceState::Unspecified).await;
    world.outside.tell(&format!("{SELLER}/LATE-1"), item("LATE-1", "Late puzzle", "950300")).await;
    soon("the product is known", async || {
        let known = sqlx::query("SELECT 1 FROM items WHERE sku = 'LATE-1'")
            .fetch_optional(&world.pool)
            .await
            .unwrap();
        known.is_some()
    })
    .await;
    world.time.move_to("2026-10-05T08:15:00Z");
    assert_eq!(citation(&world.events(&shipment, 1).await[0]), "NOEEI 30.37(a)");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_shipment_is_void_and_stays_so() {
    let world = World::start().await;
    let shipment = world.planned(ORDER, "DE", 1).await;
    let cancelled = ShipmentCancelled {
        shipment_id: shipment.clone(),
        order_id: ORDER.to_owned(),
        reason: "BUYER_CANCELLED".to_owned(),
    };
    world.outside.tell(ORDER, FulfillmentEvent::from(cancelled)).await;
    world.shipment(&shipment, |s| s.clearance_state() == ClearanceState::Void).await;
    world.outside.tell(ORDER, resolved(ORDER)).await;
    world.outside.tell(ORDER, packed(ORDER)).await;
    let other = world.planned("114-0000001-0000002", "DE", 1).await;
    world.shipment(&other, |s| s.clearance_state() == ClearanceState::Cleared).await;
    let fact = world.service.fact("customs_shipment", &shipment).await;
    assert_eq!((fact.state.as_str(), fact.r#final), ("VOID", true));
    assert_eq!(world.service.fact("deposit", &shipment).await.state, "EXPECTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_cannot_be_taken_is_refused_alone() {
    let world = World::start().await;
    let mut euros = plan("114-0000001-0000003", "DE", 1);
    euros.deposit_share.as_mut().unwrap().currency_code = "EUR".to_owned();
    let mut too_cheap = plan("114-0000001-0000004", "DE", 1);
    too_cheap.lines[0].discount = usd(2_501);
    world.consignees.add(&shipment_id(ORDER), "DE", "Ana Prüfer", "");
    let bad = [euros, too_cheap].map(|plan| (ORDER.to_owned(), FulfillmentEvent::from(plan)));
    let mut events = bad.to_vec();
    events.push((ORDER.to_owned(), plan(ORDER, "DE", 1).into()));
    world.outside.tell_all(events).await;
    assert_eq!(citation(&world.events(&shipment_id(ORDER), 1).await[0]), "NOEEI 30.37(a)");
    let letters = world.service.dead_letters(2).await;
    assert!(letters.iter().all(|letter| letter.reason == "INVALID_RECORD"), "{letters:?}");
    assert!(letters.iter().any(|letter| letter.detail.contains("lines[0].discount")), "{letters:?}");
}
