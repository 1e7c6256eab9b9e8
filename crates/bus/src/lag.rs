//! How many records a group has still to do.

use std::sync::Arc;

use rdkafka::error::KafkaResult;
use rdkafka::topic_partition_list::Offset;

use crate::error::blocking;
use crate::offsets::Offsets;
use crate::{Bus, BusError};

/// Reads the lag of one group, again and again, over one connection. It never joins the group.
pub struct LagMeter {
    offsets: Arc<Offsets>,
}

impl LagMeter {
    /// A meter for `group` (its prefix is added here).
    pub fn new(bus: &Bus, group: &str) -> Result<Self, BusError> {
        Ok(Self { offsets: Arc::new(Offsets::new(bus, &bus.name(group))?) })
    }

    /// Records on the topics (full names) that the group has not committed as done. Zero is exact: nothing is waiting,
    /// nothing is in work, no transaction is open. A larger number counts offsets, so it includes the marks of transactions.
    pub async fn lag(&self, topics: &[String]) -> Result<i64, BusError> {
        let (offsets, topics) = (Arc::clone(&self.offsets), topics.to_vec());
        blocking("read the lag", move || lag(&offsets, &topics)).await
    }
}

fn lag(offsets: &Offsets, topics: &[String]) -> KafkaResult<i64> {
    let list = offsets.partitions(topics)?;
    if list.count() == 0 {
        return Ok(0);
    }
    // The ends first: what is committed afterwards can only make the lag smaller.
    let ends = offsets.at(&list, Offset::End)?;
    let done = offsets.committed(&list)?;
    let behind = |(place, end): &(&(String, i32), &i64)| done.get(*place).is_none_or(|done| done < *end);
    if !ends.iter().any(|entry| behind(&entry)) {
        return Ok(0);
    }
    let starts = offsets.at(&list, Offset::Beginning)?;
    let waiting = |(place, end): (&(String, i32), &i64)| {
        let start = starts.get(place).copied().unwrap_or_default();
        (end - done.get(place).copied().unwrap_or_default().max(start)).max(0)
    };
    Ok(ends.iter().map(waiting).sum())
}
