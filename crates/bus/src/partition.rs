//! One partition of a group member: its records in batches, and the offset up to which they are done.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use futures::{FutureExt as _, Stream as _};
use rdkafka::consumer::stream_consumer::StreamPartitionQueue;
use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use tokio_util::sync::CancellationToken;

use crate::group::{MemberConsumer, MemberContext, report};
use crate::{BusError, InRecord, metrics};

/// How long an unanswered commit waits before it is sent again.
const RECOMMIT_AFTER: Duration = Duration::from_secs(1);

/// Whether the partition is still ours. Reading, committing and losing it exclude each other, so that a lost partition
/// is neither read nor committed, not even by a stream that was in the middle of it.
#[derive(Debug, Default)]
pub(crate) struct Ownership {
    lost: Mutex<bool>,
    revoked: CancellationToken,
    /// Highest offset that the coordinator confirmed.
    acknowledged: AtomicI64,
}

impl Ownership {
    pub(crate) fn revoke(&self) {
        *self.lock() = true;
        self.revoked.cancel();
    }

    pub(crate) fn acknowledge(&self, offset: i64) {
        self.acknowledged.fetch_max(offset, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Records of one partition, in order.
#[derive(Debug)]
pub struct Batch {
    /// At least one.
    pub records: Vec<InRecord>,
    /// What to commit when all of them are done.
    pub next_offset: i64,
}

/// The records of one partition while this member owns it. Batches must be worked off in order: who gives up on one
/// drops the stream.
pub struct PartitionStream {
    topic: String,
    partition: i32,
    consumer: Arc<MemberConsumer>,
    queue: StreamPartitionQueue<MemberContext>,
    ownership: Arc<Ownership>,
    first: Option<InRecord>,
    /// The offset that should be committed by now.
    wanted: i64,
    /// No batch is out.
    settled: bool,
}

enum Event {
    Record(Box<InRecord>),
    End,
}

impl PartitionStream {
    pub(crate) fn new(
        topic: String,
        partition: i32,
        consumer: Arc<MemberConsumer>,
        queue: StreamPartitionQueue<MemberContext>,
        ownership: Arc<Ownership>,
    ) -> Self {
        Self { topic, partition, consumer, queue, ownership, first: None, wanted: 0, settled: true }
    }

    /// Full name of the topic.
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// The partition, from 0.
    pub fn partition(&self) -> i32 {
        self.partition
    }

    /// Completes when the group has taken the partition away.
    pub fn revoked(&self) -> CancellationToken {
        self.ownership.revoked.clone()
    }

    /// Waits until a record is there; false when the partition was taken away. Safe to cancel.
    pub async fn ready(&mut self) -> Result<bool, BusError> {
        while self.first.is_none() {
            let event = if self.wanted > self.ownership.acknowledged.load(Ordering::Relaxed) {
                match tokio::time::timeout(RECOMMIT_AFTER, self.next_event()).await {
                    Ok(event) => event?,
                    Err(_) => {
                        self.send_commit();
                        continue;
                    }
                }
            } else {
                self.next_event().await?
            };
            match event {
                None => return Ok(false),
                Some(Event::Record(record)) => self.first = Some(*record),
                Some(Event::End) => self.end_reached(),
            }
        }
        Ok(true)
    }

    /// Takes what is there, after [`PartitionStream::ready`]: at most `max_records`, and no more once the payloads
    /// exceed `max_bytes`. None when nothing is there or the partition was taken away.
    pub fn take(&mut self, max_records: usize, max_bytes: usize) -> Result<Option<Batch>, BusError> {
        let Some(first) = self.first.take() else { return Ok(None) };
        let mut bytes = first.payload.len();
        let mut next_offset = first.origin.offset + 1;
        let mut records = vec![first];
        while records.len() < max_records && bytes < max_bytes {
            match self.next_event().now_or_never() {
                None => break,
                Some(event) => match event? {
                    None => return Ok(None),
                    Some(Event::Record(record)) => {
                        bytes += record.payload.len();
                        next_offset = record.origin.offset + 1;
                        records.push(*record);
                    }
                    Some(Event::End) => {
                        next_offset = next_offset.max(self.position().unwrap_or_default());
                        break;
                    }
                },
            }
        }
        metrics::read(records.len());
        self.settled = false;
        Ok(Some(Batch { records, next_offset }))
    }

    /// Says that everything before `next_offset` is done. False when the partition was taken away: its new owner will
    /// see the records again. The coordinator is told in the background and again until it confirms.
    pub fn commit(&mut self, next_offset: i64) -> bool {
        self.wanted = self.wanted.max(next_offset);
        self.settled = true;
        self.send_commit()
    }

    /// At the end of the log the position is behind the last record's successor, because the marks that transactions
    /// leave in the log take offsets too. It is committed, so that a consumer with nothing to do has no lag.
    fn end_reached(&mut self) {
        if let (true, Some(position)) = (self.settled, self.position())
            && position > self.wanted
        {
            self.commit(position);
        }
    }

    fn position(&self) -> Option<i64> {
        let positions = self.consumer.position().ok()?;
        match positions.find_partition(&self.topic, self.partition)?.offset() {
            Offset::Offset(offset) => Some(offset),
            _ => None,
        }
    }

    fn send_commit(&self) -> bool {
        let lost = self.ownership.lock();
        if *lost {
            return false;
        }
        let mut offsets = TopicPartitionList::with_capacity(1);
        let added = offsets.add_partition_offset(&self.topic, self.partition, Offset::Offset(self.wanted));
        if let Err(error) = added.and_then(|()| self.consumer.commit(&offsets, CommitMode::Async)) {
            tracing::debug!(%error, "kafka.commit_not_sent");
        }
        true
    }

    /// The next record or end of the log; None once the partition is lost. Safe to cancel.
    async fn next_event(&self) -> Result<Option<Event>, BusError> {
        loop {
            let mut revoked = pin!(self.ownership.revoked.cancelled());
            let mut stream = pin!(self.queue.stream());
            let polled = poll_fn(|cx| {
                if revoked.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(None);
                }
                // Held while polling: a partition that is lost and given back must not be read by its old stream.
                let lost = self.ownership.lock();
                if *lost {
                    return Poll::Ready(None);
                }
                let polled = stream.as_mut().poll_next(cx);
                polled.map(|item| item.map(|item| item.map(|message| InRecord::copy(&message))))
            })
            .await;
            match polled {
                None => return Ok(None),
                Some(Ok(record)) => {
                    self.consumer.context().log().answered();
                    return Ok(Some(Event::Record(Box::new(record))));
                }
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(Some(Event::End)),
                Some(Err(error @ KafkaError::MessageConsumptionFatal(_))) => {
                    return Err(BusError::kafka("consume")(error));
                }
                Some(Err(error)) => report(&error),
            }
        }
    }
}
