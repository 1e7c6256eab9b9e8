//! What others send us wrong: each ends with a reason, the service stays up and the good records have their effects.

use bus::{OutRecord, Producer, TopicSpec};
use jiff::{Timestamp, ToSpan as _};
use prost::Message as _;
use wire::Event as _;
use wire::sellers::events::v1::{SellerRegistered, SellersEvent};

use crate::support::{Effects, Process, World, assert_exactly_once, dead_letters, time};

fn record(world: &World, sequence: i64, time: Timestamp) -> OutRecord {
    let registered = SellerRegistered { seller_id: "S1".to_owned(), ..Default::default() };
    OutRecord::event::<SellersEvent>(&world.bus(), "S1", "S1", sequence, "test", time, registered)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_event_type_is_skipped() {
    let world = World::new().await;
    let mut process = Process::start(&world, &Effects::default());
    let mut unknown = record(&world, 1, time());
    // Field 999, which no build of today knows, inside the envelope.
    unknown.payload = vec![0xba, 0x3e, 0x02, 0x08, 0x01];
    assert!(SellersEvent::decode(unknown.payload.as_slice()).unwrap().name().is_none());
    world.producer().await.send_all(vec![unknown, record(&world, 2, time())]).await.unwrap();
    world.quiet().await;
    assert_exactly_once(&world, 1).await;
    assert!(dead_letters(&mut process).await.is_empty());
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_dated_ahead_of_the_clock_becomes_a_dead_letter() {
    let world = World::new().await;
    let mut process = Process::start(&world, &Effects::default());
    let soon = Timestamp::now().checked_add(4.minutes()).unwrap();
    let later = Timestamp::now().checked_add(10.minutes()).unwrap();
    world.producer().await.send_all(vec![record(&world, 1, later), record(&world, 2, soon)]).await.unwrap();
    world.quiet().await;
    assert_exactly_once(&world, 1).await;
    let letters = dead_letters(&mut process).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, "FUTURE_EVENT");
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_ten_megabytes_becomes_a_dead_letter_and_can_be_listed() {
    const SIZE: usize = 10 * 1024 * 1024;
    let world = World::new().await;
    let wide = TopicSpec::named(SellersEvent::PACKAGE, 4).max_message_bytes(12 * 1024 * 1024);
    world.bus().ensure_topics(&[wide]).await.unwrap();
    let mut process = Process::start(&world, &Effects::default());
    let mut large = record(&world, 2, time());
    large.payload = vec![0; SIZE];
    let mut args = bus::BusArgs::new(&world.brokers, &world.prefix);
    args.kafka_extra.push(("message.max.bytes".to_owned(), (2 * SIZE).to_string()));
    let sender = Producer::new(&bus::Bus::new(args, "careless")).unwrap();
    sender.send_all(vec![record(&world, 1, time()), large, record(&world, 3, time())]).await.unwrap();
    world.quiet().await;
    assert_exactly_once(&world, 2).await;
    let letters = dead_letters(&mut process).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, "LIMIT_EXCEEDED");
    let kept = "SELECT octet_length(payload)::bigint FROM messaging.dead_letters";
    assert_eq!(world.count(kept).await, SIZE as i64);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_postgres_cannot_store_as_it_is_becomes_a_dead_letter() {
    let world = World::new().await;
    let mut process = Process::start(&world, &Effects::default());
    let producer = world.producer().await;
    let mut nul = record(&world, 1, time());
    nul.key = "with a \0 in it".to_owned();
    nul.payload = b"\0".to_vec();
    producer.send_all(vec![nul, record(&world, 2, time())]).await.unwrap();
    world.quiet().await;
    assert_exactly_once(&world, 1).await;
    assert_eq!(dead_letters(&mut process).await[0].reason, "MALFORMED_RECORD");
    process.stop().await;
}
