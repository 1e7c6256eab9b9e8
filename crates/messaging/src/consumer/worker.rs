//! One partition: batch after batch, each applied and then committed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bus::{BusError, PartitionStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::Applier;
use super::patience::{Patience, Stopped};
use crate::metrics;
use crate::probe::Point;

/// Payload bytes of a batch, after which no more records are added.
const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;
/// A partition whose last batch ended so short a time ago is busy and waits for its next batch to fill.
const BUSY: Duration = Duration::from_millis(100);

/// Works off one partition until it is revoked or the process stops.
pub(crate) struct Worker {
    pub(crate) applier: Applier,
    pub(crate) stream: PartitionStream,
    pub(crate) turns: Arc<Semaphore>,
    pub(crate) stop: CancellationToken,
}

impl Worker {
    /// Runs until `stop` or until the partition is revoked; a batch that was begun is finished, unless it waits for a
    /// dependency.
    pub(crate) async fn run(mut self) -> Result<(), BusError> {
        let place = format!("{}/{}", self.stream.topic(), self.stream.partition());
        let stop = self.stop.child_token();
        let mut patience = Patience::new(place, Arc::clone(&self.turns), stop.clone());
        let lost = self.stream.revoked();
        let mut last_batch: Option<Instant> = None;
        loop {
            let ready = tokio::select! {
                biased;
                () = self.stop.cancelled() => false,
                ready = self.stream.ready() => ready?,
            };
            if !ready {
                return Ok(());
            }
            let busy = last_batch.is_some_and(|ended| ended.elapsed() < BUSY);
            let work = self.batch(&mut patience, busy);
            tokio::pin!(work);
            let outcome = tokio::select! {
                biased;
                outcome = &mut work => outcome,
                () = lost.cancelled() => {
                    // No more waiting for dependencies; what is being applied may still commit, its offset may not.
                    stop.cancel();
                    work.await
                }
            };
            match outcome {
                Ok(Ok(())) => last_batch = Some(Instant::now()),
                Ok(Err(Stopped)) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    async fn batch(&mut self, patience: &mut Patience, busy: bool) -> Result<Result<(), Stopped>, BusError> {
        let args = &self.applier.core.args;
        if busy {
            tokio::time::sleep(args.linger()).await;
        }
        if patience.take_turn().await.is_err() {
            return Ok(Err(Stopped));
        }
        let most = usize::from(args.consumer_batch).min(self.applier.handler.most());
        let Some(batch) = self.stream.take(most, MAX_BATCH_BYTES)? else {
            patience.end_turn();
            return Ok(Ok(()));
        };
        metrics::batch_taken(self.applier.handler.package(), batch.records.len());
        let span = batch_span(&batch, self.stream.partition());
        let applied = self.applier.apply(batch.records, patience).instrument(span).await;
        patience.end_turn();
        if applied.is_err() {
            return Ok(Err(Stopped));
        }
        self.applier.core.args.probes.at(Point::ConsumerCommitted).await;
        if !self.stream.commit(batch.next_offset) {
            tracing::debug!(topic = self.stream.topic(), "consumer.committed_after_revoke");
        }
        Ok(Ok(()))
    }
}

/// A batch continues the trace of its first record: traces of batches are samples, not accounts.
fn batch_span(batch: &bus::Batch, partition: i32) -> tracing::Span {
    let first = &batch.records[0];
    let span = tracing::info_span!(
        "consume",
        topic = first.origin.topic,
        partition,
        offset = first.origin.offset,
        records = batch.records.len(),
    );
    if let Ok(headers) = &first.headers
        && let Some(traceparent) = &headers.traceparent
    {
        chassis::follow_trace(&span, traceparent);
    }
    span
}
