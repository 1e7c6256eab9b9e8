//! The relay's producer: one batch is one Kafka transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer as _, ProducerContext};
use tokio::task::JoinHandle;

use crate::context::LogContext;
use crate::error::blocking;
use crate::partitioner::ByHash;
use crate::{Bus, BusError, OutRecord, limits, metrics};

/// Why a batch was not published for certain.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The transaction was aborted: none of the batch is visible; the same producer may send it again.
    #[error("aborted: {0}")]
    Aborted(BusError),
    /// The producer is of no more use: it was fenced off by a successor with its transactional id, or it is in doubt
    /// how the transaction ended. Opening the id anew settles it; the batch may then appear twice, never in part.
    #[error("lost: {0}")]
    Lost(BusError),
}

/// How long one look for the library's events waits, and so how long an idle producer takes to close.
const SERVE_FOR: Duration = Duration::from_millis(500);

type RelayProducer = BaseProducer<TransactionContext, ByHash>;

/// A producer that owns a transactional id until somebody else opens the same id.
pub struct TransactionalProducer {
    inner: Arc<Served>,
    serving: JoinHandle<()>,
}

/// A producer whose events are served by a thread until the last owner lets go. Not the library's threaded producer:
/// that one looks ten times a second and spins through the last millisecond of each look, which for some twenty idle
/// producers is a good part of a core.
struct Served {
    producer: Arc<RelayProducer>,
    stop: Arc<AtomicBool>,
}

impl Served {
    fn start(producer: RelayProducer) -> (Self, JoinHandle<()>) {
        let served = Self { producer: Arc::new(producer), stop: Arc::default() };
        let (producer, stop) = (Arc::clone(&served.producer), Arc::clone(&served.stop));
        let serving = tokio::task::spawn_blocking(move || {
            while !stop.load(Ordering::Relaxed) {
                producer.poll(SERVE_FOR);
            }
        });
        (served, serving)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl TransactionalProducer {
    /// Opens the transactional id (the prefix is added here): its former owner is fenced off and what that one left
    /// open is aborted. Waits at most [`limits::TRANSACTION_STEP_TIMEOUT`] for the coordinator.
    pub async fn open(bus: &Bus, transactional_id: &str) -> Result<Self, BusError> {
        let config = bus.transactional_config(&bus.name(transactional_id));
        let producer: RelayProducer = config
            .create_with_context(TransactionContext(LogContext::default()))
            .map_err(BusError::kafka("open a transactional producer"))?;
        let (inner, serving) = Served::start(producer);
        let inner = Arc::new(inner);
        let opening = Arc::clone(&inner);
        let init = move || opening.producer.init_transactions(limits::TRANSACTION_STEP_TIMEOUT);
        blocking("take over a transactional id", init).await?;
        inner.producer.context().0.answered();
        Ok(Self { inner, serving })
    }

    /// Publishes the batch in one transaction and returns when it is committed. A caller that stops waiting does not
    /// stop the transaction; a successor's `open` does.
    pub async fn publish(&self, records: Vec<OutRecord>) -> Result<(), PublishError> {
        let inner = Arc::clone(&self.inner);
        let publishing = move || publish(&inner.producer, &records);
        match tokio::task::spawn_blocking(publishing).await {
            Ok(result) => result,
            Err(_) => Err(PublishError::Lost(BusError::Stopping { action: "publish a batch" })),
        }
    }

    /// Closes the connections; waits for the library's threads and for a batch that is being published.
    pub async fn close(self) {
        drop(self.inner);
        if self.serving.await.is_err() {
            tracing::debug!("kafka.close_interrupted");
        }
    }
}

fn publish(producer: &RelayProducer, records: &[OutRecord]) -> Result<(), PublishError> {
    let lost = |action| move |error| PublishError::Lost(BusError::kafka(action)(error));
    producer.begin_transaction().map_err(lost("begin a transaction"))?;
    let outcome = enqueue_all(producer, records).and_then(|()| commit(producer));
    let Err(error) = outcome else {
        producer.context().0.answered();
        metrics::transaction("committed");
        metrics::sent(records.len());
        return Ok(());
    };
    if is_fatal(&error) {
        metrics::transaction("lost");
        return Err(lost("publish a batch")(error));
    }
    match producer.abort_transaction(limits::TRANSACTION_STEP_TIMEOUT) {
        Ok(()) => {
            metrics::transaction("aborted");
            Err(PublishError::Aborted(BusError::kafka("publish a batch")(error)))
        }
        Err(_) => {
            metrics::transaction("lost");
            Err(lost("publish a batch")(error))
        }
    }
}

fn enqueue_all(producer: &RelayProducer, records: &[OutRecord]) -> Result<(), KafkaError> {
    for record in records {
        let mut outgoing = BaseRecord::to(&record.topic)
            .key(&record.key)
            .payload(&record.payload)
            .headers(record.headers.to_kafka());
        while let Err((error, refused)) = producer.send(outgoing) {
            if error != KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull) {
                return Err(error);
            }
            producer.flush(limits::TRANSACTION_STEP_TIMEOUT)?;
            outgoing = refused;
        }
    }
    Ok(())
}

/// Commits; a call that times out is the same commit when called again, so it is, once.
fn commit(producer: &RelayProducer) -> Result<(), KafkaError> {
    match producer.commit_transaction(limits::TRANSACTION_STEP_TIMEOUT) {
        Err(KafkaError::Transaction(error)) if error.is_retriable() => {
            producer.commit_transaction(limits::TRANSACTION_STEP_TIMEOUT)
        }
        result => result,
    }
}

fn is_fatal(error: &KafkaError) -> bool {
    matches!(error, KafkaError::Transaction(error) if error.is_fatal())
        || error.rdkafka_error_code() == Some(RDKafkaErrorCode::Fatal)
}

/// A failed record fails the commit of its transaction, so single deliveries need no watching.
struct TransactionContext(LogContext);

impl ClientContext for TransactionContext {
    fn log(&self, level: RDKafkaLogLevel, fac: &str, message: &str) {
        self.0.log(level, fac, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        // Being fenced is how a stalled holder learns that it was replaced: an outcome, not a fault.
        let fenced =
            matches!(error.rdkafka_error_code(), Some(RDKafkaErrorCode::Fenced | RDKafkaErrorCode::Fatal));
        if fenced {
            tracing::info!(reason, "kafka.producer_fenced");
        } else {
            self.0.error(error, reason);
        }
    }
}

impl ProducerContext<ByHash> for TransactionContext {
    type DeliveryOpaque = ();

    fn get_custom_partitioner(&self) -> Option<&ByHash> {
        Some(&ByHash)
    }

    fn delivery(&self, _: &DeliveryResult<'_>, (): Self::DeliveryOpaque) {}
}
