//! One commercial invoice for each packed shipment: numbers without gaps, files that are what their rows say.

use chassis::{Role, reason_of};
use sha2::{Digest, Sha256};
use testbed::{soon, usd};
use wire::ErrorReason;
use wire::customs::events::v1::InvoiceIssued;
use wire::customs::events::v1::customs_event::Event;
use wire::customs::v1::DownloadInvoiceRequest;
use wire::enrollment::events::v1::{AuthorityRevoked, EnrollmentEvent};
use wire::fulfillment::events::v1::FulfillmentEvent;

use super::support::*;

const ORDER: &str = "114-0000002-0000001";

fn issued(events: &[Event]) -> InvoiceIssued {
    let mut invoices = events.iter().filter_map(|event| match event {
        Event::InvoiceIssued(invoice) => Some(invoice.clone()),
        _ => None,
    });
    let invoice = invoices.next().expect("an invoice");
    assert!(invoices.next().is_none(), "one invoice");
    invoice
}

async fn download(world: &World, shipment: &str) -> Vec<u8> {
    let request = DownloadInvoiceRequest { shipment_id: shipment.to_owned() };
    let mut stream = world.client(Role::Broker).download_invoice(request).await.unwrap().into_inner();
    let mut file = Vec::new();
    while let Some(part) = stream.message().await.unwrap() {
        assert!(part.chunk.len() <= 64 * 1024);
        file.extend(part.chunk);
    }
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_shipment_gets_its_invoice() {
    let world = World::start().await;
    let shipment = world.planned(ORDER, "DE", 4).await;
    world.events(&shipment, 1).await;
    world.outside.tell(ORDER, packed(ORDER)).await;
    let invoice = issued(&world.events(&shipment, 2).await);
    assert_eq!(invoice.invoice_number, format!("{SELLER}-2026-000001"));
    assert_eq!((invoice.total, invoice.authority_id.as_str()), (usd(10_000 - 100 + 1_250), AUTHORITY));
    let file = download(&world, &shipment).await;
    assert!(file.starts_with(b"%PDF-"));
    let digest: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, invoice.sha256);
    let shown = world.shipment(&shipment, |s| s.invoice.is_some()).await.invoice.unwrap();
    assert_eq!((shown.incoterm.as_str(), shown.sha256), ("DDP", invoice.sha256));
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_that_come_before_the_plan_are_not_lost() {
    let world = World::start().await;
    world.outside.tell(ORDER, packed(ORDER)).await;
    world.outside.tell(ORDER, charged(ORDER, "USD", 500)).await;
    soon("both facts are noted", async || {
        let noted: Option<bool> = sqlx::query_scalar(
            "SELECT jsonb_array_length(state -> 'parcels') = 1 AND state -> 'deposit' -> 'charges' <> 'null'
               FROM shipments WHERE order_id = $1",
        )
        .bind(ORDER)
        .fetch_optional(&world.pool)
        .await
        .unwrap();
        noted == Some(true)
    })
    .await;
    let shipment = world.planned(ORDER, "DE", 4).await;
    world.outside.tell(ORDER, FulfillmentEvent::from(paid(ORDER))).await;
    let events = world.events(&shipment, 5).await;
    issued(&events);
    assert!(events.iter().any(|event| matches!(event, Event::DepositSettled(_))), "{events:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_have_no_gaps_whatever_the_partition() {
    const COUNT: usize = 150;
    let world = World::start().await;
    let orders: Vec<String> = (0..COUNT).map(|n| format!("114-0000003-{n:07}")).collect();
    for order in &orders {
        world.consignees.add(&shipment_id(order), "DE", "Ana Prüfer", "");
    }
    let plans = orders.iter().map(|order| (order.clone(), FulfillmentEvent::from(plan(order, "DE", 1))));
    world.outside.tell_all(plans).await;
    let packs = orders.iter().map(|order| (order.clone(), packed(order)));
    // Said twice: a repeat changes nothing.
    world.outside.tell_all(packs.clone().chain(packs)).await;
    soon("all invoices are issued", async || {
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM invoices").fetch_one(&world.pool).await.unwrap();
        count == COUNT as i64
    })
    .await;
    let numbers: Vec<i32> = sqlx::query_scalar("SELECT number FROM invoices ORDER BY number")
        .fetch_all(&world.pool)
        .await
        .unwrap();
    assert_eq!(numbers, (1..=COUNT as i32).collect::<Vec<_>>());
    let invoices = world.service.facts_of("invoice").await;
    assert_eq!(invoices.len(), COUNT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_transaction_takes_its_number_with_it() {
    let world = World::start().await;
    let shipment = world.planned(ORDER, "DE", 1).await;
    world.events(&shipment, 1).await;
    // The document store fails after the number was taken.
    std::fs::write(&world.invoices, b"in the way").unwrap();
    let rolled_back = async || -> i64 {
        let count = "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()";
        sqlx::query_scalar(count).fetch_one(&world.pool).await.unwrap()
    };
    let before = rolled_back().await;
    world.outside.tell(ORDER, packed(ORDER)).await;
    soon("issuing was tried", async || rolled_back().await > before + 1).await;
    std::fs::remove_file(&world.invoices).unwrap();
    let invoice = issued(&world.events(&shipment, 2).await);
    assert_eq!(invoice.invoice_number, format!("{SELLER}-2026-000001"), "no gap");
    assert!(download(&world, &shipment).await.starts_with(b"%PDF-"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issued_invoice_cannot_be_changed() {
    let world = World::start().await;
    let shipment = world.planned(ORDER, "DE", 1).await;
    world.outside.tell(ORDER, packed(ORDER)).await;
    issued(&world.events(&shipment, 2).await);
    for statement in ["UPDATE invoices SET total = 1", "DELETE FROM invoices", "TRUNCATE invoices"] {
        let refused = sqlx::query(statement).execute(&world.pool).await.unwrap_err();
        assert!(refused.to_string().contains("immutable"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_signed_under_a_revoked_authority() {
    let world = World::start().await;
    let shipment = world.planned(ORDER, "DE", 1).await;
    world.events(&shipment, 1).await;
    let revoked = AuthorityRevoked {
        seller_id: SELLER.to_owned(),
        authority_id: AUTHORITY.to_owned(),
        revoked_time: Some(wire::convert::timestamp(now())),
        ..Default::default()
    };
    world.outside.tell(SELLER, EnrollmentEvent::from(revoked)).await;
    soon("the revocation is known", async || {
        let known = sqlx::query("SELECT 1 FROM authorities WHERE revoked_at IS NOT NULL");
        known.fetch_optional(&world.pool).await.unwrap().is_some()
    })
    .await;
    world.outside.tell(ORDER, packed(ORDER)).await;
    let events = world.events(&shipment, 2).await;
    assert!(
        matches!(&events[1], Event::ShipmentHeld(held) if held.reason == "AUTHORITY_REVOKED"),
        "{events:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_only_shown_to_those_who_may_see_it() {
    let world = World::start().await;
    let shipment = world.planned(ORDER, "DE", 1).await;
    world.events(&shipment, 1).await;
    let request = DownloadInvoiceRequest { shipment_id: shipment };
    let unknown = DownloadInvoiceRequest { shipment_id: shipment_id("none") };
    let mut operator = world.client(Role::Operator);
    for (client, request, reason) in [
        (&mut operator.clone(), request.clone(), ErrorReason::InvoiceNotFound),
        (&mut operator, unknown, ErrorReason::ShipmentNotFound),
        (&mut world.client(Role::Storefront), request.clone(), ErrorReason::RoleNotAllowed),
        (&mut world.seller_client("A9OTHERSELLER"), request, ErrorReason::SellerNotAllowed),
    ] {
        let refused = client.download_invoice(request).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(reason), "{refused:?}");
    }
}
