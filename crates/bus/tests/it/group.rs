//! Consumer groups: batches per partition, commits, lag, and losing a partition.

use bus::{GroupConsumer, PartitionStream, Producer, TransactionalProducer};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;

use crate::support::{PARTITIONS, bus, events, sellers_topic, soon};

/// The streams of the first `count` partitions that have a record.
async fn ready_streams(group: &mut GroupConsumer, count: usize) -> Vec<PartitionStream> {
    soon("partitions with records", async {
        let mut waiting = FuturesUnordered::new();
        let mut ready = Vec::new();
        while ready.len() < count {
            tokio::select! {
                stream = group.next_partition() => {
                    let mut stream = stream.unwrap();
                    waiting.push(async move { stream.ready().await.unwrap().then_some(stream) });
                }
                Some(Some(stream)) = waiting.next() => ready.push(stream),
            }
        }
        ready
    })
    .await
}

/// The stream of the first partition that has a record.
async fn first_ready(group: &mut GroupConsumer) -> PartitionStream {
    ready_streams(group, 1).await.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_has_the_records_of_one_partition_in_order_and_a_bound() {
    let bus = bus().await;
    let topic = sellers_topic(&bus).await;
    Producer::new(&bus).unwrap().send_all(events(&bus, "S1", 1, 1_200)).await.unwrap();
    let mut group = bus.join("workers", &[topic]).unwrap();
    let mut stream = first_ready(&mut group).await;
    let mut seen = Vec::new();
    while seen.len() < 1_200 {
        assert!(soon("the next record", stream.ready()).await.unwrap());
        let batch = stream.take(500, usize::MAX).unwrap().unwrap();
        assert!(batch.records.len() <= 500);
        seen.extend(batch.records.iter().map(|record| record.headers.as_ref().unwrap().sequence));
        assert!(stream.commit(batch.next_offset));
    }
    assert_eq!(seen, (1..=1_200).collect::<Vec<i64>>());
    drop(stream);
    group.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lag_falls_to_zero_although_transactions_leave_marks_in_the_log() {
    let bus = bus().await;
    let topic = sellers_topic(&bus).await;
    let topics = [topic];
    assert_eq!(bus.lag("workers", &topics).await.unwrap(), 0);
    let producer = TransactionalProducer::open(&bus, "relay-0").await.unwrap();
    for sequence in 1..=3 {
        producer.publish(events(&bus, "S1", sequence, 1)).await.unwrap();
    }
    assert!(bus.lag("workers", &topics).await.unwrap() >= 3);
    let mut group = bus.join("workers", &topics).unwrap();
    let mut stream = first_ready(&mut group).await;
    let batch = stream.take(500, usize::MAX).unwrap().unwrap();
    stream.commit(batch.next_offset);
    soon("a lag of zero", async {
        while bus.lag("workers", &topics).await.unwrap() > 0 {
            // Both must be driven: the client, and the stream that may find the end of the log.
            let drive = async {
                tokio::select! {
                    stream = group.next_partition() => drop(stream.unwrap()),
                    ready = stream.ready() => drop(ready.unwrap()),
                }
            };
            let _ = tokio::time::timeout(std::time::Duration::from_millis(100), drive).await;
            while let Some(batch) = stream.take(500, usize::MAX).unwrap() {
                stream.commit(batch.next_offset);
            }
        }
    })
    .await;
    drop(stream);
    group.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_partition_is_neither_read_nor_committed_by_its_former_owner() {
    let bus = bus().await;
    let topics = [sellers_topic(&bus).await];
    let of_many_keys = (0..200).flat_map(|key| events(&bus, &format!("S{key}"), 1, 2)).collect();
    Producer::new(&bus).unwrap().send_all(of_many_keys).await.unwrap();
    let mut former = bus.join("workers", &topics).unwrap();
    let mut in_work = Vec::new();
    for mut stream in ready_streams(&mut former, PARTITIONS as usize).await {
        let batch = stream.take(1, usize::MAX).unwrap().unwrap();
        in_work.push((stream, batch));
    }
    // Another member takes some of the partitions while their first batch is in work.
    let mut successor = bus.join("workers", &topics).unwrap();
    let taken_over = async {
        tokio::select! {
            stream = first_ready(&mut successor) => stream,
            _ = async { loop { former.next_partition().await.unwrap(); } } => unreachable!(),
        }
    };
    let mut taken_over = taken_over.await;
    let (mut lost, lost_batch) = {
        let place = in_work.iter().position(|(stream, _)| stream.partition() == taken_over.partition());
        in_work.swap_remove(place.unwrap())
    };
    assert!(lost.revoked().is_cancelled());
    assert!(!lost.commit(lost_batch.next_offset));
    assert!(!lost.ready().await.unwrap());
    let again = taken_over.take(500, usize::MAX).unwrap().unwrap();
    assert_eq!(again.records[0].origin, lost_batch.records[0].origin);

    let mut kept = in_work.iter_mut().filter(|(stream, _)| !stream.revoked().is_cancelled());
    assert!(kept.all(|(stream, batch)| stream.commit(batch.next_offset)));
    drop((lost, taken_over, in_work));
    tokio::join!(former.close(), successor.close());
}
