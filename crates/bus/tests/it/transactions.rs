//! Transactions: whole or not at all, and only by the last owner of the id.

use bus::{PublishError, TransactionalProducer, partition_hash};

use crate::support::{PARTITIONS, bus, events, sellers_topic, sequences};

#[tokio::test(flavor = "multi_thread")]
async fn a_published_batch_is_visible_whole() {
    let bus = bus().await;
    let topic = sellers_topic(&bus).await;
    let producer = TransactionalProducer::open(&bus, "relay-0").await.unwrap();
    producer.publish(events(&bus, "S1", 1, 1_000)).await.unwrap();
    producer.publish(events(&bus, "S1", 1_001, 1_000)).await.unwrap();
    assert_eq!(sequences(&bus, &topic).await, (1..=2_000).collect::<Vec<i64>>());
    producer.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_with_a_record_the_broker_refuses_leaves_nothing_behind() {
    let bus = bus().await;
    let topic = sellers_topic(&bus).await;
    let producer = TransactionalProducer::open(&bus, "relay-0").await.unwrap();
    let mut batch = events(&bus, "S1", 1, 3);
    batch[1].payload = vec![0; 2_000_000];
    let refused = producer.publish(batch).await;
    assert!(matches!(refused, Err(PublishError::Aborted(_))), "{refused:?}");
    producer.publish(events(&bus, "S1", 4, 1)).await.unwrap();
    assert_eq!(sequences(&bus, &topic).await, [4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_former_owner_of_the_id_cannot_publish_any_more() {
    let bus = bus().await;
    let topic = sellers_topic(&bus).await;
    let former = TransactionalProducer::open(&bus, "relay-0").await.unwrap();
    former.publish(events(&bus, "S1", 1, 1)).await.unwrap();
    let successor = TransactionalProducer::open(&bus, "relay-0").await.unwrap();
    let fenced = former.publish(events(&bus, "S1", 2, 1)).await;
    assert!(matches!(fenced, Err(PublishError::Lost(_))), "{fenced:?}");
    successor.publish(events(&bus, "S1", 3, 1)).await.unwrap();
    assert_eq!(sequences(&bus, &topic).await, [1, 3]);
}

/// The relay's lanes are cut along partitions, so our hash must be the client library's.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_goes_to_the_partition_of_its_hash() {
    let bus = bus().await;
    let topic = sellers_topic(&bus).await;
    let producer = TransactionalProducer::open(&bus, "relay-0").await.unwrap();
    let batch = (0..200).flat_map(|seller| events(&bus, &format!("A{seller}SELLER"), 1, 1));
    producer.publish(batch.collect()).await.unwrap();
    let mut read = 0;
    let mut follower = bus.follow(&topic).await.unwrap();
    let check = |record: bus::InRecord| {
        let hash = partition_hash(&record.origin.topic, record.key.as_bytes());
        assert_eq!(
            record.origin.partition.unsigned_abs(),
            hash % PARTITIONS.unsigned_abs(),
            "{}",
            record.key
        );
        read += 1;
    };
    follower.read_to_end(check).await.unwrap();
    assert_eq!(read, 200);
}
