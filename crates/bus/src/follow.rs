//! Reading a whole topic without a group: for mirrors in memory and for proofs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::error::KafkaError;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::context::LogContext;
use crate::error::blocking;
use crate::group::report;
use crate::offsets::Offsets;
use crate::{Bus, BusError, InRecord, limits, metrics};

/// Records of one batch at most.
const MAX_BATCH: usize = 1_000;
/// How often a topic that is not known yet is looked for, and the pause between two looks: five seconds in all.
const NEW_TOPIC_LOOKS: u32 = 50;
const NEW_TOPIC_PAUSE: Duration = Duration::from_millis(100);

/// All partitions of a topic from the start, committed records only, in order per partition.
pub struct Follower {
    topic: String,
    consumer: Arc<StreamConsumer<LogContext>>,
    offsets: Arc<Offsets>,
}

/// Where a follower begins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start {
    Beginning,
    Now,
}

impl Follower {
    pub(crate) async fn open(bus: &Bus, topic: &str, start: Start) -> Result<Self, BusError> {
        // A group is only a name here: it is never joined and nothing is committed to it.
        let group = bus.name(&format!("{}-follower", bus.client_id()));
        let config = bus.consumer_config(&group);
        let consumer: StreamConsumer<LogContext> =
            config.create_with_context(LogContext::default()).map_err(BusError::kafka("open a follower"))?;
        let consumer = Arc::new(consumer);
        let partitions = known_partitions(&consumer, topic).await?;
        let offsets = Arc::new(Offsets::new(bus, &group)?);
        let ends = match start {
            Start::Beginning => HashMap::new(),
            Start::Now => ends_of(&offsets, topic).await?,
        };
        let mut assignment = TopicPartitionList::with_capacity(partitions as usize);
        for partition in 0..partitions {
            let end = ends.get(&partition).map(|end| Offset::Offset(*end));
            assignment
                .add_partition_offset(topic, partition, end.unwrap_or(Offset::Beginning))
                .map_err(BusError::kafka("assign partitions"))?;
        }
        consumer.assign(&assignment).map_err(BusError::kafka("assign partitions"))?;
        Ok(Self { topic: topic.to_owned(), consumer, offsets })
    }

    /// Full name of the topic.
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// The next records, at most 1,000 of them; empty when the end of a partition was reached meanwhile, which is the
    /// moment to ask [`Follower::caught_up`]. Safe to cancel.
    pub async fn next_batch(&mut self) -> Result<Vec<InRecord>, BusError> {
        let mut records = Vec::new();
        match self.next_record().await? {
            Some(record) => records.push(record),
            None => return Ok(records),
        }
        while records.len() < MAX_BATCH {
            match self.next_record().now_or_never() {
                Some(Ok(Some(record))) => records.push(record),
                Some(Ok(None)) | None => break,
                Some(Err(error)) => return Err(error),
            }
        }
        metrics::read(records.len());
        Ok(records)
    }

    /// Whether every record that is committed by now has been returned. Asks the brokers.
    pub async fn caught_up(&self) -> Result<bool, BusError> {
        let ends = self.ends().await?;
        Ok(self.has_reached(&ends))
    }

    /// Reads until everything that was committed when it was called has been given to `apply`. Waits for transactions that
    /// were open then.
    pub async fn read_to_end(&mut self, mut apply: impl FnMut(InRecord)) -> Result<(), BusError> {
        let ends = self.ends().await?;
        while !self.has_reached(&ends) {
            self.next_batch().await?.into_iter().for_each(&mut apply);
        }
        Ok(())
    }

    /// What is still to be read, by the brokers' word: the next offset of each partition that is not empty.
    async fn ends(&self) -> Result<Vec<(i32, i64)>, BusError> {
        let (offsets, topic, positions) = (Arc::clone(&self.offsets), self.topic.clone(), self.positions());
        blocking("ask for offsets", move || {
            let list = offsets.partitions(&[topic])?;
            let mut ends = offsets.at(&list, Offset::End)?;
            ends.retain(|_, end| *end > 0);
            // Of a partition whose records were all deleted nothing will ever be read.
            if ends.keys().any(|(_, partition)| !positions.contains_key(partition)) {
                let starts = offsets.at(&list, Offset::Beginning)?;
                ends.retain(|place, end| starts.get(place).is_none_or(|start| start < end));
            }
            Ok(ends.into_iter().map(|((_, partition), end)| (partition, end)).collect())
        })
        .await
    }

    fn has_reached(&self, ends: &[(i32, i64)]) -> bool {
        let positions = self.positions();
        ends.iter().all(|(partition, end)| positions.get(partition).is_some_and(|position| position >= end))
    }

    /// The next offset to be returned, of each partition of which something was.
    fn positions(&self) -> HashMap<i32, i64> {
        let Ok(positions) = self.consumer.position() else { return HashMap::new() };
        let known = positions.elements().into_iter().filter_map(|element| match element.offset() {
            Offset::Offset(offset) => Some((element.partition(), offset)),
            _ => None,
        });
        known.collect()
    }

    async fn next_record(&self) -> Result<Option<InRecord>, BusError> {
        loop {
            match self.consumer.recv().await {
                Ok(message) => {
                    self.consumer.context().answered();
                    return Ok(Some(InRecord::copy(&message)));
                }
                Err(KafkaError::PartitionEOF(_)) => return Ok(None),
                Err(error @ KafkaError::MessageConsumptionFatal(_)) => {
                    return Err(BusError::kafka("follow")(error));
                }
                Err(error) => report(&error),
            }
        }
    }
}

/// The next offset of each partition.
async fn ends_of(offsets: &Arc<Offsets>, topic: &str) -> Result<HashMap<i32, i64>, BusError> {
    let (offsets, topic) = (Arc::clone(offsets), topic.to_owned());
    blocking("ask for offsets", move || {
        let list = offsets.partitions(&[topic])?;
        let ends = offsets.at(&list, Offset::End)?;
        Ok(ends.into_iter().map(|((_, partition), end)| (partition, end)).collect())
    })
    .await
}

/// As [`partition_count`], with patience: a topic that was just made is not at once in every broker's metadata.
async fn known_partitions(consumer: &Arc<StreamConsumer<LogContext>>, topic: &str) -> Result<i32, BusError> {
    for _ in 0..NEW_TOPIC_LOOKS {
        match partition_count(consumer, topic).await {
            Err(BusError::UnknownTopic { .. }) => tokio::time::sleep(NEW_TOPIC_PAUSE).await,
            known => return known,
        }
    }
    partition_count(consumer, topic).await
}

async fn partition_count(consumer: &Arc<StreamConsumer<LogContext>>, topic: &str) -> Result<i32, BusError> {
    let (asked, name) = (Arc::clone(consumer), topic.to_owned());
    let count = blocking("ask for metadata", move || {
        let metadata = asked.fetch_metadata(Some(&name), limits::REQUEST_TIMEOUT)?;
        Ok(metadata.topics().first().map_or(0, |found| found.partitions().len()))
    })
    .await?;
    match i32::try_from(count) {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(BusError::UnknownTopic { topic: topic.to_owned() }),
    }
}
