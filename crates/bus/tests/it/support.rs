//! A bus of its own for each test, and events to send over it.

use std::time::Duration;

use bus::{Bus, BusArgs, OutRecord, TopicSpec};
use jiff::Timestamp;
use wire::sellers::events::v1::{SellerRegistered, SellersEvent};

/// How long a test waits for something that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Partitions of the topics.
pub(crate) const PARTITIONS: i32 = 4;

/// A bus whose topics no other test sees.
pub(crate) async fn bus() -> Bus {
    let brokers = backing::shared().await.kafka_brokers();
    // The one place of this test crate that needs something unique.
    #[allow(clippy::disallowed_methods)]
    let unique = uuid::Uuid::now_v7().simple().to_string();
    let args = BusArgs { topic_partitions: PARTITIONS, ..BusArgs::new(brokers, format!("test-{unique}-")) };
    Bus::new(args, "bus-test")
}

/// Creates the sellers topic and returns its full name.
pub(crate) async fn sellers_topic(bus: &Bus) -> String {
    bus.ensure_topics(&[TopicSpec::of::<SellersEvent>()]).await.unwrap();
    bus.topic::<SellersEvent>()
}

/// `count` events of one key, numbered from `first`.
pub(crate) fn events(bus: &Bus, key: &str, first: i64, count: i64) -> Vec<OutRecord> {
    let event = |sequence| {
        let registered = SellerRegistered { seller_id: key.to_owned(), ..Default::default() };
        let time = Timestamp::UNIX_EPOCH;
        OutRecord::event::<SellersEvent>(bus, key, key, sequence, "bus-test", time, registered)
    };
    (first..first + count).map(event).collect()
}

/// Reads the whole topic as a follower does, and returns the sequences in the order read.
pub(crate) async fn sequences(bus: &Bus, topic: &str) -> Vec<i64> {
    let mut sequences = Vec::new();
    let mut follower = bus.follow(topic).await.unwrap();
    follower.read_to_end(|record| sequences.push(record.headers.unwrap().sequence)).await.unwrap();
    sequences
}

/// Waits for something that must happen soon.
pub(crate) async fn soon<T>(what: &str, wait: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, wait).await {
        Ok(value) => value,
        Err(_) => panic!("{what} did not happen in {PATIENCE:?}"),
    }
}
