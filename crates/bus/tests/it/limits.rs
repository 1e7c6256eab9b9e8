//! Large and odd records are read, never a crash.

use std::time::Duration;

use bus::{HeaderError, Producer, TopicSpec};
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use wire::Event as _;
use wire::sellers::events::v1::SellersEvent;

use crate::support::{bus, events, sellers_topic};

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_refuses_a_record_above_its_bound_with_a_clear_error() {
    let bus = bus().await;
    sellers_topic(&bus).await;
    let mut large = events(&bus, "S1", 1, 1);
    large[0].payload = vec![0; 10 * 1024 * 1024];
    let error = Producer::new(&bus).unwrap().send_all(large).await.unwrap_err().to_string();
    assert!(error.contains("MessageSizeTooLarge") || error.contains("too large"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_ten_megabytes_on_a_topic_that_takes_it_is_read_whole() {
    const SIZE: usize = 10 * 1024 * 1024;
    let bus = bus().await;
    let wide = TopicSpec::named(SellersEvent::PACKAGE, 1).max_message_bytes(12 * 1024 * 1024);
    bus.ensure_topics(&[wide]).await.unwrap();
    let mut records = events(&bus, "S1", 1, 3);
    records[1].payload = vec![7; SIZE];
    let mut args = bus::BusArgs::new(backing::shared().await.kafka_brokers(), bus.name(""));
    args.kafka_extra.push(("message.max.bytes".to_owned(), (2 * SIZE).to_string()));
    let sender = bus::Bus::new(args, "bus-test");
    Producer::new(&sender).unwrap().send_all(records).await.unwrap();
    let mut sizes = Vec::new();
    let mut follower = bus.follow(&bus.topic::<SellersEvent>()).await.unwrap();
    follower.read_to_end(|record| sizes.push(record.payload.len())).await.unwrap();
    assert_eq!(sizes[1], SIZE);
    assert_eq!(sizes.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_without_our_headers_is_read_and_says_what_it_lacks() {
    let bus = bus().await;
    let topic = sellers_topic(&bus).await;
    let brokers = backing::shared().await.kafka_brokers();
    let stranger: FutureProducer = ClientConfig::new().set("bootstrap.servers", brokers).create().unwrap();
    let headers = OwnedHeaders::new().insert(Header { key: "x", value: Some("y") });
    let record = FutureRecord::to(&topic).key("S1").payload("not ours").headers(headers);
    stranger.send(record, Duration::from_secs(10)).await.unwrap();
    let mut read = Vec::new();
    bus.follow(&topic).await.unwrap().read_to_end(|record| read.push(record)).await.unwrap();
    assert_eq!(read[0].headers, Err(HeaderError::Missing("ce_id")));
    assert_eq!(read[0].raw_headers, [("x".to_owned(), b"y".to_vec())]);
    assert_eq!(read[0].payload, b"not ours");
}
