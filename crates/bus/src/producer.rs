//! The plain producer: for whoever has no database to put an outbox into.

use std::collections::VecDeque;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{DeliveryFuture, FutureProducer, FutureRecord};

use crate::context::LogContext;
use crate::{Bus, BusError, OutRecord, metrics};

/// Sends records, each stored once by all in-sync replicas, in order per key. Cheap to clone.
#[derive(Clone)]
pub struct Producer {
    inner: FutureProducer<LogContext>,
}

impl Producer {
    /// Opens a producer; connections come with the first record.
    pub fn new(bus: &Bus) -> Result<Self, BusError> {
        let inner = bus
            .producer_config()
            .create_with_context(LogContext::default())
            .map_err(BusError::kafka("open a producer"))?;
        Ok(Self { inner })
    }

    /// Sends the records and returns when all are acknowledged. When it fails, some of them may have been stored; sent
    /// again, they are repeats with the same ids.
    pub async fn send_all(&self, records: Vec<OutRecord>) -> Result<(), BusError> {
        let count = records.len();
        let mut waiting = VecDeque::with_capacity(count);
        for record in &records {
            self.enqueue(record, &mut waiting).await?;
        }
        while let Some(delivery) = waiting.pop_front() {
            delivered(delivery).await?;
        }
        metrics::sent(count);
        Ok(())
    }

    /// Puts a record into the queue; while that is full, waits for the oldest record to be acknowledged.
    async fn enqueue(
        &self,
        record: &OutRecord,
        waiting: &mut VecDeque<DeliveryFuture>,
    ) -> Result<(), BusError> {
        loop {
            let outgoing = FutureRecord::to(&record.topic)
                .key(&record.key)
                .payload(&record.payload)
                .headers(record.headers.to_kafka());
            match self.inner.send_result(outgoing) {
                Ok(delivery) => {
                    waiting.push_back(delivery);
                    return Ok(());
                }
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => {
                    match waiting.pop_front() {
                        Some(oldest) => delivered(oldest).await?,
                        None => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
                    }
                }
                Err((error, _)) => return Err(BusError::kafka("send a record")(error)),
            }
        }
    }
}

async fn delivered(delivery: DeliveryFuture) -> Result<(), BusError> {
    match delivery.await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err((error, _))) => Err(BusError::kafka("send a record")(error)),
        Err(_) => Err(BusError::kafka("send a record")(KafkaError::Canceled)),
    }
}
