//! The import-fee deposit: held, settled, given back; the ledger always balances.

use std::collections::BTreeMap;

use chassis::Role;
use testbed::{soon, usd};
use wire::customs::events::v1::RefundRequested;
use wire::customs::events::v1::customs_event::Event;
use wire::customs::v1::{DepositState, ExportLedgerRequest};
use wire::fulfillment::events::v1::{FulfillmentEvent, ShipmentDispatched, ShipmentLost};
use wire::ops::v1::Fact;
use wire::payments::events::v1::{PaymentsEvent, RefundFailed};
use wire::rates::events::v1::{ExchangeRate, ExchangeRatesPublished, RatesEvent};

use super::support::*;

const ORDER: &str = "114-0000004-0000001";

/// A shipment to Germany whose deposit of USD 20 is paid.
async fn paid_shipment(world: &World, order: &str) -> String {
    let shipment = world.planned(order, "DE", 1).await;
    world.outside.tell(order, FulfillmentEvent::from(paid(order))).await;
    world.shipment(&shipment, |s| s.deposit_state() == DepositState::Held).await;
    shipment
}

fn refund(events: &[Event]) -> RefundRequested {
    let refund = events.iter().rev().find_map(|event| match event {
        Event::RefundRequested(refund) => Some(refund.clone()),
        _ => None,
    });
    refund.expect("a refund")
}

fn amount(fact: &Fact, name: &str) -> i64 {
    fact.amounts.get(name).map_or(0, |money| money.minor_units)
}

/// The ledger as CSV; the sum of every transaction is zero.
async fn ledger(world: &World) -> BTreeMap<String, String> {
    let mut stream =
        world.client(Role::Auditor).export_ledger(ExportLedgerRequest {}).await.unwrap().into_inner();
    let mut csv = Vec::new();
    while let Some(part) = stream.message().await.unwrap() {
        csv.extend(part.chunk);
    }
    let (mut sums, mut balances) = (BTreeMap::new(), BTreeMap::new());
    for row in csv::Reader::from_reader(csv.as_slice()).records() {
        let row = row.unwrap();
        let amount: rust_decimal::Decimal = row[8].parse().unwrap();
        *sums.entry(row[1].to_owned()).or_insert(rust_decimal::Decimal::ZERO) += amount;
        *balances.entry(row[6].to_owned()).or_insert(rust_decimal::Decimal::ZERO) += amount;
    }
    assert!(sums.values().all(|sum| sum.is_zero()), "{sums:?}");
    balances.into_iter().map(|(account, balance)| (account, balance.to_string())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_after_the_actual_charges_goes_back_to_the_buyer() {
    let world = World::start().await;
    let shipment = paid_shipment(&world, ORDER).await;
    world.outside.tell(ORDER, charged(ORDER, "EUR", 1_080)).await;
    let events = world.events(&shipment, 4).await;
    let asked = refund(&events).refund.unwrap();
    assert_eq!((asked.amount.clone(), asked.requested_by.as_str()), (usd(800), "customs"));
    let fact = world.service.fact("deposit", &shipment).await;
    assert_eq!((fact.state.as_str(), fact.r#final), ("SETTLED", false), "the refund is open");
    world.outside.tell(ORDER, refund_settled(&asked.refund_id, 800)).await;
    world.shipment(&shipment, |s| s.refunded == usd(800)).await;
    let fact = world.service.fact("deposit", &shipment).await;
    assert_eq!(amount(&fact, "deposit"), amount(&fact, "charges_from_deposit") + amount(&fact, "refund"));
    assert_eq!((amount(&fact, "charges"), amount(&fact, "refunded"), fact.r#final), (1_200, 800, true));
    let refund = world.service.fact("refund", &asked.refund_id).await;
    assert_eq!((refund.state.as_str(), refund.units["attempts"]), ("SETTLED", 1));
    let balances = ledger(&world).await;
    assert_eq!(balances["deposit:held"], "0.00");
    assert_eq!((&*balances["payments:clearing"], &*balances["authority:payable"]), ("12.00", "-12.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortfall_is_the_programmes() {
    let world = World::start().await;
    let shipment = paid_shipment(&world, ORDER).await;
    world.outside.tell(ORDER, charged(ORDER, "USD", 2_500)).await;
    let shown = world.shipment(&shipment, |s| s.deposit_state() == DepositState::Settled).await;
    assert_eq!((shown.charges, shown.shortfall, shown.refunded), (usd(2_500), usd(500), usd(0)));
    assert_eq!(ledger(&world).await["programme:shortfall"], "5.00");
    let account = world.service.fact("ledger", "programme:shortfall").await;
    assert_eq!((account.amounts["USD"].minor_units, account.units["postings"]), (500, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_shipment_gives_its_deposit_back_whole_and_a_failed_refund_is_asked_for_again() {
    let world = World::start().await;
    let shipment = paid_shipment(&world, ORDER).await;
    let lost = ShipmentLost { shipment_id: shipment.clone(), order_id: ORDER.to_owned(), lost_time: None };
    world.outside.tell(ORDER, FulfillmentEvent::from(lost)).await;
    let first = refund(&world.events(&shipment, 4).await).refund.unwrap();
    assert_eq!(first.amount, usd(2_000));
    let failed = RefundFailed {
        refund_id: first.refund_id.clone(),
        requested_by: "customs".to_owned(),
        reason: "card closed".to_owned(),
    };
    world.outside.tell(ORDER, PaymentsEvent::from(failed)).await;
    soon("the failure is noted", async || {
        let waits: bool = sqlx::query_scalar(
            "SELECT state -> 'deposit' -> 'refund' ->> 'state' = 'Waiting' FROM shipments",
        )
        .fetch_one(&world.pool)
        .await
        .unwrap();
        waits
    })
    .await;
    world.time.move_to("2026-10-06T08:00:00Z");
    let again = refund(&world.events(&shipment, 5).await).refund.unwrap();
    assert_eq!(again.refund_id, first.refund_id, "the same id is never paid twice");
    assert_eq!(world.service.fact("refund", &first.refund_id).await.units["attempts"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn charges_that_never_come_give_the_deposit_back_after_60_days() {
    let world = World::start().await;
    let shipment = paid_shipment(&world, ORDER).await;
    let dispatched = ShipmentDispatched {
        shipment_id: shipment.clone(),
        order_id: ORDER.to_owned(),
        dispatched_time: Some(wire::convert::timestamp(now())),
        ..Default::default()
    };
    world.outside.tell(ORDER, FulfillmentEvent::from(dispatched)).await;
    soon("the deadline is set", async || {
        let deadlines = sqlx::query("SELECT 1 FROM messaging.deadlines WHERE kind = 'shipment'");
        deadlines.fetch_optional(&world.pool).await.unwrap().is_some()
    })
    .await;
    world.time.move_to("2026-12-04T08:00:00Z");
    assert_eq!(refund(&world.events(&shipment, 4).await).refund.unwrap().amount, usd(2_000));
    world.outside.tell(ORDER, charged(ORDER, "USD", 700)).await;
    soon("late charges are the programme's", async || {
        ledger(&world).await.get("programme:shortfall").is_some_and(|balance| balance == "7.00")
    })
    .await;
    let fact = world.service.fact("deposit", &shipment).await;
    assert_eq!(
        (fact.state.as_str(), amount(&fact, "late_charges"), amount(&fact, "shortfall")),
        ("RETURNED", 700, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn charges_wait_for_the_rate_of_their_month() {
    let world = World::start().await;
    let shipment = paid_shipment(&world, ORDER).await;
    world.outside.tell(ORDER, charged(ORDER, "PLN", 4_000)).await;
    soon("the charges are noted", async || {
        let noted: bool =
            sqlx::query_scalar("SELECT state -> 'deposit' -> 'charges' <> 'null' FROM shipments")
                .fetch_one(&world.pool)
                .await
                .unwrap();
        noted
    })
    .await;
    assert_eq!(world.service.fact("deposit", &shipment).await.state, "HELD");
    let mut published =
        ExchangeRatesPublished { month: "2026-10".to_owned(), source: "ECB".to_owned(), rates: vec![] };
    published.rates.push(ExchangeRate { currency_code: "PLN".to_owned(), units_per_usd: "4".to_owned() });
    world.outside.tell("2026-10", RatesEvent::from(published)).await;
    soon("the rate is known", async || {
        let known = sqlx::query("SELECT 1 FROM exchange_rates WHERE currency = 'PLN'");
        known.fetch_optional(&world.pool).await.unwrap().is_some()
    })
    .await;
    world.time.move_to("2026-10-05T08:15:00Z");
    let shown = world.shipment(&shipment, |s| s.deposit_state() == DepositState::Settled).await;
    assert_eq!(shown.charges, usd(1_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_refund_nobody_asked_for_is_a_dead_letter() {
    let world = World::start().await;
    let shipment = paid_shipment(&world, ORDER).await;
    world.outside.tell(ORDER, refund_settled(&shipment, 100)).await;
    let others = RefundFailed { requested_by: "fulfillment".to_owned(), ..Default::default() };
    world.outside.tell(ORDER, PaymentsEvent::from(others)).await;
    world.outside.tell(ORDER, charged(ORDER, "USD", 500)).await;
    let asked = refund(&world.events(&shipment, 4).await).refund.unwrap();
    world.outside.tell(ORDER, refund_settled(&asked.refund_id, 1_499)).await;
    let letters = world.service.dead_letters(2).await;
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert!(letters.iter().all(|letter| letter.reason == "INVALID_RECORD"));
    assert_eq!(world.service.fact("refund", &asked.refund_id).await.state, "REQUESTED");
}
