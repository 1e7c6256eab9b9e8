//! Membership in a consumer group: which partitions are ours, and one stream for each of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, Rebalance, StreamConsumer};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::message::Message as _;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use tokio::sync::mpsc;

use crate::context::LogContext;
use crate::error::is_transient;
use crate::partition::Ownership;
use crate::{Bus, BusError, PartitionStream};

pub(crate) type MemberConsumer = StreamConsumer<MemberContext>;

/// One member of a consumer group. [`GroupConsumer::next_partition`] must be awaited all the time: it also drives
/// rebalances and the answers to commits.
pub struct GroupConsumer {
    consumer: Arc<MemberConsumer>,
    assigned: mpsc::UnboundedReceiver<PartitionStream>,
}

impl GroupConsumer {
    /// Joins the group. Partitions come with [`GroupConsumer::next_partition`].
    pub(crate) fn join(bus: &Bus, group: &str, topics: &[String]) -> Result<Self, BusError> {
        // Bounded by the number of partitions that the group's topics have.
        let (sender, assigned) = mpsc::unbounded_channel();
        let context = MemberContext::new(sender);
        let consumer: MemberConsumer = bus
            .group_config(&bus.name(group))
            .create_with_context(context)
            .map_err(BusError::kafka("open a consumer"))?;
        let consumer = Arc::new(consumer);
        if consumer.context().consumer.set(Arc::downgrade(&consumer)).is_err() {
            unreachable!("a fresh context has no consumer");
        }
        let names: Vec<&str> = topics.iter().map(String::as_str).collect();
        consumer.subscribe(&names).map_err(BusError::kafka("subscribe"))?;
        Ok(Self { consumer, assigned })
    }

    /// The next partition that the group gives to this member. After an error the member must be closed and joined anew.
    pub async fn next_partition(&mut self) -> Result<PartitionStream, BusError> {
        loop {
            tokio::select! {
                biased;
                Some(partition) = self.assigned.recv() => return Ok(partition),
                event = self.consumer.recv() => match event {
                    Ok(message) => return Err(BusError::Stray {
                        topic: message.topic().to_owned(),
                        partition: message.partition(),
                        offset: message.offset(),
                    }),
                    Err(error @ KafkaError::MessageConsumptionFatal(_)) => {
                        return Err(BusError::kafka("consume")(error));
                    }
                    Err(error) => report(&error),
                },
            }
        }
    }

    /// Leaves the group; the other members take over at once. All its streams must have been dropped before.
    pub async fn close(self) {
        // Leaving waits for the last commits and for the coordinator.
        let leaving = tokio::task::spawn_blocking(move || drop(self));
        if leaving.await.is_err() {
            tracing::debug!("kafka.leave_interrupted");
        }
    }
}

/// Errors that the library heals by itself.
pub(crate) fn report(error: &KafkaError) {
    match error {
        KafkaError::PartitionEOF(_) => {}
        KafkaError::MessageConsumption(code) if is_transient(*code) => {
            tracing::debug!(%error, "kafka.consume_retry");
        }
        _ => tracing::warn!(%error, "kafka.consume_error"),
    }
}

/// Keeps the streams in step with the partitions that the group gives and takes.
pub(crate) struct MemberContext {
    log: LogContext,
    consumer: OnceLock<Weak<MemberConsumer>>,
    assigned: mpsc::UnboundedSender<PartitionStream>,
    owned: Mutex<HashMap<(String, i32), Arc<Ownership>>>,
}

impl MemberContext {
    fn new(assigned: mpsc::UnboundedSender<PartitionStream>) -> Self {
        Self { log: LogContext::default(), consumer: OnceLock::new(), assigned, owned: Mutex::default() }
    }

    pub(crate) fn log(&self) -> &LogContext {
        &self.log
    }

    fn owned(&self) -> MutexGuard<'_, HashMap<(String, i32), Arc<Ownership>>> {
        self.owned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn assign(&self, partitions: &TopicPartitionList) {
        // None while the consumer is being dropped: then nobody reads any more.
        let Some(consumer) = self.consumer.get().and_then(Weak::upgrade) else { return };
        for element in partitions.elements() {
            let (topic, partition) = (element.topic().to_owned(), element.partition());
            // Split before the library starts to fetch, so that no record takes the common queue.
            let Some(queue) = consumer.split_partition_queue(&topic, partition) else { continue };
            let ownership = Arc::new(Ownership::default());
            self.owned().insert((topic.clone(), partition), Arc::clone(&ownership));
            let stream = PartitionStream::new(topic, partition, Arc::clone(&consumer), queue, ownership);
            if self.assigned.send(stream).is_err() {
                tracing::debug!("kafka.assigned_while_leaving");
            }
        }
    }

    fn revoke(&self, partitions: &TopicPartitionList) {
        for element in partitions.elements() {
            let key = (element.topic().to_owned(), element.partition());
            let ownership = self.owned().remove(&key);
            if let Some(ownership) = ownership {
                ownership.revoke();
            }
        }
    }
}

impl ClientContext for MemberContext {
    fn log(&self, level: RDKafkaLogLevel, fac: &str, message: &str) {
        self.log.log(level, fac, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.log.error(error, reason);
    }
}

impl ConsumerContext for MemberContext {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Assign(partitions) => {
                tracing::debug!(partitions = partitions.count(), "kafka.assigned");
                self.assign(partitions);
            }
            Rebalance::Revoke(partitions) => {
                tracing::debug!(partitions = partitions.count(), "kafka.revoked");
                self.revoke(partitions);
            }
            Rebalance::Error(error) => tracing::warn!(%error, "kafka.rebalance_error"),
        }
    }

    fn commit_callback(&self, result: KafkaResult<()>, offsets: &TopicPartitionList) {
        if let Err(error) = result {
            // The stream commits again as long as it owns the partition.
            tracing::debug!(%error, "kafka.commit_failed");
            return;
        }
        self.log.answered();
        for element in offsets.elements() {
            let (Ok(()), Offset::Offset(offset)) = (element.error(), element.offset()) else { continue };
            let ownership = self.owned().get(&(element.topic().to_owned(), element.partition())).cloned();
            if let Some(ownership) = ownership {
                ownership.acknowledge(offset);
            }
        }
    }
}
