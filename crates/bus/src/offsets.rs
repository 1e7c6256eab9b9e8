//! Asking brokers for the offsets of topics, over a connection of its own.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::RDKafkaErrorCode::{UnknownPartition, UnknownTopicOrPartition};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::context::LogContext;
use crate::{Bus, BusError, limits};

/// Offsets by topic and partition.
pub(crate) type Places = HashMap<(String, i32), i64>;

/// A client that is assigned nothing. A broker answers the requests of one connection in order, so on a consumer's every
/// question would wait behind a fetch that waits for records.
pub(crate) struct Offsets {
    consumer: BaseConsumer<LogContext>,
    partitions: Mutex<HashMap<String, (Instant, i32)>>,
}

impl Offsets {
    /// A client that can ask for what `group` (full name) has committed; it never joins it. Ends are those of all records:
    /// a commit is answered before its markers stand in the partitions, and until then the end of the committed records
    /// would leave out what its sender already takes for published.
    pub(crate) fn new(bus: &Bus, group: &str) -> Result<Self, BusError> {
        let consumer = bus
            .consumer_config(group)
            .set("isolation.level", "read_uncommitted")
            .create_with_context(LogContext::default())
            .map_err(BusError::kafka("open a client for offsets"))?;
        Ok(Self { consumer, partitions: Mutex::default() })
    }

    /// All partitions of the topics.
    pub(crate) fn partitions(&self, topics: &[String]) -> KafkaResult<TopicPartitionList> {
        self.drain_events();
        let mut list = TopicPartitionList::new();
        for topic in topics {
            for partition in 0..self.partition_count(topic)? {
                list.add_partition(topic, partition);
            }
        }
        Ok(list)
    }

    /// First (`Beginning`) or next (`End`) offset of all partitions, in one request to each broker.
    pub(crate) fn at(&self, list: &TopicPartitionList, offset: Offset) -> KafkaResult<Places> {
        let mut asked = list.clone();
        asked.set_all_offsets(offset)?;
        let answered = places(&self.consumer.offsets_for_times(asked, limits::REQUEST_TIMEOUT)?)?;
        // An end that nobody knows must not count as one that is reached.
        if answered.len() == list.count() {
            Ok(answered)
        } else {
            Err(KafkaError::OffsetFetch(UnknownPartition))
        }
    }

    /// What the group has committed; without the partitions of which it has committed nothing.
    pub(crate) fn committed(&self, list: &TopicPartitionList) -> KafkaResult<Places> {
        places(&self.consumer.committed_offsets(list.clone(), limits::REQUEST_TIMEOUT)?)
    }

    fn partition_count(&self, topic: &str) -> KafkaResult<i32> {
        let mut known = self.partitions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, count)) = known.get(topic)
            && at.elapsed() < limits::PARTITION_COUNT_AGE
        {
            return Ok(*count);
        }
        let metadata = self.consumer.fetch_metadata(Some(topic), limits::REQUEST_TIMEOUT)?;
        let count = metadata.topics().first().map_or(0, |found| found.partitions().len());
        let count = i32::try_from(count).unwrap_or(i32::MAX);
        if count == 0 {
            return Err(KafkaError::MetadataFetch(UnknownTopicOrPartition));
        }
        known.insert(topic.to_owned(), (Instant::now(), count));
        Ok(count)
    }

    /// Errors reported while nobody asked must not pile up in the library's queue.
    fn drain_events(&self) {
        const MOST: usize = 1_000;
        for _ in 0..MOST {
            if self.consumer.poll(Duration::ZERO).is_none() {
                break;
            }
        }
    }
}

/// The offsets of a list by place, without those that are not set; an error when one could not be asked for.
fn places(list: &TopicPartitionList) -> KafkaResult<Places> {
    let mut known = HashMap::with_capacity(list.count());
    for element in list.elements() {
        element.error()?;
        if let Offset::Offset(offset) = element.offset() {
            known.insert((element.topic().to_owned(), element.partition()), offset);
        }
    }
    Ok(known)
}
