//! How many records a group has still to do.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::RDKafkaErrorCode::{UnknownPartition, UnknownTopicOrPartition};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use crate::context::LogContext;
use crate::error::blocking;
use crate::{Bus, BusError, limits};

/// Reads the lag of one group, again and again, over one connection. It never joins the group.
pub struct LagMeter {
    inner: Arc<Inner>,
}

struct Inner {
    consumer: BaseConsumer<LogContext>,
    partitions: Mutex<HashMap<String, (Instant, i32)>>,
}

impl LagMeter {
    /// A meter for `group` (its prefix is added here).
    pub fn new(bus: &Bus, group: &str) -> Result<Self, BusError> {
        let consumer = bus
            .consumer_config(&bus.name(group))
            .create_with_context(LogContext::default())
            .map_err(BusError::kafka("open a lag meter"))?;
        Ok(Self { inner: Arc::new(Inner { consumer, partitions: Mutex::default() }) })
    }

    /// Committed records on the topics (full names) that the group has not committed as done. Zero is exact: nothing is
    /// waiting, nothing is in work. A larger number counts offsets, so it includes the marks of transactions.
    pub async fn lag(&self, topics: &[String]) -> Result<i64, BusError> {
        let (inner, topics) = (Arc::clone(&self.inner), topics.to_vec());
        blocking("read the lag", move || inner.lag(&topics)).await
    }
}

impl Inner {
    fn lag(&self, topics: &[String]) -> KafkaResult<i64> {
        self.drain_events();
        let mut list = TopicPartitionList::new();
        for topic in topics {
            for partition in 0..self.partition_count(topic)? {
                list.add_partition(topic, partition);
            }
        }
        if list.count() == 0 {
            return Ok(0);
        }
        // The ends first: what is committed afterwards can only make the lag smaller.
        let ends = self.at(&list, Offset::End)?;
        let committed = self.consumer.committed_offsets(list.clone(), limits::REQUEST_TIMEOUT)?;
        let done = offsets(&committed)?;
        let behind = |(place, end): &(&(String, i32), &i64)| done.get(*place).is_none_or(|done| done < *end);
        if !ends.iter().any(|entry| behind(&entry)) {
            return Ok(0);
        }
        let starts = self.at(&list, Offset::Beginning)?;
        let lag = |(place, end): (&(String, i32), &i64)| {
            let start = starts.get(place).copied().unwrap_or_default();
            (end - done.get(place).copied().unwrap_or_default().max(start)).max(0)
        };
        Ok(ends.iter().map(lag).sum())
    }

    /// First (`Beginning`) or next (`End`) offset of all partitions in one request.
    fn at(&self, list: &TopicPartitionList, offset: Offset) -> KafkaResult<HashMap<(String, i32), i64>> {
        let mut asked = list.clone();
        asked.set_all_offsets(offset)?;
        let answered = offsets(&self.consumer.offsets_for_times(asked, limits::REQUEST_TIMEOUT)?)?;
        // An end that nobody knows must not count as no lag.
        if answered.len() == list.count() {
            Ok(answered)
        } else {
            Err(KafkaError::OffsetFetch(UnknownPartition))
        }
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
fn offsets(list: &TopicPartitionList) -> KafkaResult<HashMap<(String, i32), i64>> {
    let mut known = HashMap::with_capacity(list.count());
    for element in list.elements() {
        element.error()?;
        if let Offset::Offset(offset) = element.offset() {
            known.insert((element.topic().to_owned(), element.partition()), offset);
        }
    }
    Ok(known)
}
