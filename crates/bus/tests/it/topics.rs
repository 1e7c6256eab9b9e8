//! Topics, sending and following.

use bus::{Producer, TopicSpec};
use wire::Event as _;
use wire::clock::events::v1::ClockEvent;
use wire::sellers::events::v1::SellersEvent;

use crate::support::{bus, events, sellers_topic, sequences, soon};

#[tokio::test(flavor = "multi_thread")]
async fn topics_are_created_once_and_left_alone_afterwards() {
    let bus = bus().await;
    let clock = TopicSpec::of::<ClockEvent>();
    assert_eq!(clock.partitions, Some(1));
    bus.ensure_topics(&[clock]).await.unwrap();
    let more = TopicSpec::named(ClockEvent::PACKAGE, 7);
    bus.ensure_topics(&[more, TopicSpec::of::<SellersEvent>().compacted()]).await.unwrap();
    assert!(bus.follow(&bus.topic::<ClockEvent>()).await.unwrap().caught_up().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn following_an_unknown_topic_is_an_error_that_names_it() {
    let bus = bus().await;
    let topic = bus.topic::<SellersEvent>();
    let error = bus.follow(&topic).await.err().unwrap().to_string();
    assert!(error.contains(&topic), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_gets_everything_in_order_per_key_and_then_what_comes_next() {
    let bus = bus().await;
    let topic = sellers_topic(&bus).await;
    let producer = Producer::new(&bus).unwrap();
    producer.send_all(events(&bus, "S1", 1, 3_000)).await.unwrap();
    assert_eq!(sequences(&bus, &topic).await, (1..=3_000).collect::<Vec<i64>>());

    let mut follower = bus.follow(&topic).await.unwrap();
    follower.read_to_end(drop).await.unwrap();
    assert!(follower.caught_up().await.unwrap());
    producer.send_all(events(&bus, "S1", 3_001, 1)).await.unwrap();
    assert!(!follower.caught_up().await.unwrap());
    let next = soon("the next record", async {
        loop {
            if let [record] = follower.next_batch().await.unwrap().as_slice() {
                return record.clone();
            }
        }
    });
    let next = next.await;
    let headers = next.headers.unwrap();
    assert_eq!((next.key.as_str(), headers.sequence), ("S1", 3_001));
    assert_eq!(headers.ce_type, format!("{}.SellerRegistered", SellersEvent::PACKAGE));
    assert_eq!(headers.id, bus::event_id(SellersEvent::PACKAGE, "S1", 3_001));
    assert!(follower.caught_up().await.unwrap());
}
