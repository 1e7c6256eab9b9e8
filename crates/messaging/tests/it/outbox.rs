//! What the outbox promises its writers.

use messaging::Outgoing;
use wire::Event as _;
use wire::sellers::events::v1::{SellerRegistered, SellersEvent};

use crate::support::{Effects, Process, World, assert_exactly_once, event, time};

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_rolled_back_publishes_nothing() {
    let world = World::new().await;
    let process = Process::start(&world, &Effects::default());
    let mut tx = world.pool.begin().await.unwrap();
    messaging::outbox::enqueue(&mut tx, "tested", &[event("S1", 1)]).await.unwrap();
    tx.rollback().await.unwrap();
    world.enqueue(&[event("S2", 1)]).await;
    world.quiet().await;
    let keys: Vec<String> = world.on_topic().await.into_iter().map(|record| record.key).collect();
    assert_eq!(keys, ["S2"]);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_event_carries_what_its_writer_said() {
    let world = World::new().await;
    let process = Process::start(&world, &Effects::default());
    let outgoing = event("S1", 7);
    world.enqueue(std::slice::from_ref(&outgoing)).await;
    world.quiet().await;
    let record = world.on_topic().await.remove(0);
    let headers = record.headers.unwrap();
    assert_eq!(headers.id, outgoing.id());
    assert_eq!(headers.ce_type, format!("{}.SellerRegistered", SellersEvent::PACKAGE));
    assert_eq!((headers.source.as_str(), headers.subject.as_str(), headers.sequence), ("tested", "S1", 7));
    assert_eq!(headers.time, time());
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_no_broker_would_take_is_refused_when_it_is_written() {
    let world = World::new().await;
    let large = SellerRegistered { seller_id: "x".repeat(1_000_001), ..Default::default() };
    let event = Outgoing::event::<SellersEvent>("S1", "S1", 1, time(), large);
    let mut tx = world.pool.begin().await.unwrap();
    let refused = messaging::outbox::enqueue(&mut tx, "tested", &[event]).await.unwrap_err();
    assert!(refused.to_string().contains("outbox_payload_fits"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_events_are_published_in_several_batches() {
    let world = World::new().await;
    let process = Process::start(&world, &Effects::default());
    let large = |sequence| {
        let registered = SellerRegistered { seller_id: "x".repeat(900_000), ..Default::default() };
        Outgoing::event::<SellersEvent>("S1", "S1", sequence, time(), registered)
    };
    for sequence in 1..=30 {
        world.enqueue(&[large(sequence)]).await;
    }
    world.quiet().await;
    assert_exactly_once(&world, 30).await;
    let records = world.on_topic().await;
    let sequences: Vec<i64> = records.iter().map(|r| r.headers.as_ref().unwrap().sequence).collect();
    let offsets: Vec<i64> = records.iter().map(|r| r.origin.offset).collect();
    assert_eq!(sequences, (1..=30).collect::<Vec<i64>>(), "at {offsets:?}");
    process.stop().await;
}
