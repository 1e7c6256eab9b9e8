//! Applying one batch: inbox, handler and dead letters in one transaction, until it is done.

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use bus::InRecord;
use jiff::Timestamp;
use uuid::Uuid;
use wire::ErrorReason;

use super::batch::{AnyBatch, AnyHandler, MAX_AHEAD, Sifted};
use super::patience::{Patience, Stopped};
use crate::database::still_valid;
use crate::dead_letters::{self, Rejected};
use crate::probe::Point;
use crate::service::{Core, Tx};
use crate::{HandleError, Refusal, inbox, metrics};

/// Applies batches of one topic.
#[derive(Clone)]
pub(crate) struct Applier {
    pub(crate) core: Core,
    pub(crate) handler: Arc<dyn AnyHandler>,
}

impl Applier {
    /// Applies the records, however long that takes, unless it is told to stop.
    pub(crate) async fn apply(&self, records: Vec<InRecord>, patience: &mut Patience) -> Result<(), Stopped> {
        let now = loop {
            match self.time_for(&records).await {
                Ok(now) => break now,
                Err(error) => patience.wait(&error).await?,
            }
        };
        let mut sifted = Arc::clone(&self.handler).sift(records, now);
        metrics::unknown_events(self.handler.package(), sifted.unknown);
        loop {
            match self.whole(&mut sifted).await {
                Ok(()) => break,
                Err(HandleError::Failed(error)) => {
                    let topic = self.handler.package();
                    tracing::error!(topic, error = format!("{error:#}"), "consumer.batch_failed");
                    self.one_by_one(&sifted, patience).await?;
                    break;
                }
                Err(error) => patience.wait(&error).await?,
            }
        }
        patience.succeeded();
        Ok(())
    }

    /// Business time. Before a record is called too far ahead of it, a simulated clock is brought up to date.
    pub(crate) async fn time_for(&self, records: &[InRecord]) -> Result<Timestamp, HandleError> {
        let now = self.core.clock.now();
        if !records.iter().any(|record| is_ahead(record, now)) {
            return Ok(now);
        }
        self.core.feed.catch_up().await?;
        Ok(self.core.clock.now())
    }

    /// All in one transaction.
    async fn whole(&self, sifted: &mut Sifted) -> Result<(), HandleError> {
        let mut tx = self.core.begin().await?;
        let ids = sifted.batch.records().iter().chain(sifted.rejected.iter().map(|r| &r.record));
        let ids: Vec<Uuid> = ids.filter_map(event_id).collect();
        let marked = ids.len();
        let fresh = inbox::mark(&mut tx, self.core.service, ids).await?;
        metrics::repeats(self.handler.package(), marked - fresh.len());
        // What is found in the inbox stays there, so a later attempt need not look at it again.
        sifted.batch.keep(&fresh);
        sifted.rejected.retain(|rejected| event_id(&rejected.record).is_none_or(|id| fresh.contains(&id)));
        let mut letters =
            self.hand_over(&mut tx, sifted.batch.as_ref(), 0..sifted.batch.records().len()).await?;
        letters.extend(sifted.rejected.iter().cloned());
        self.finish(tx, &letters, sifted.batch.records().len()).await
    }

    /// Each record in a transaction of its own; those that fail alone become dead letters.
    async fn one_by_one(&self, sifted: &Sifted, patience: &mut Patience) -> Result<(), Stopped> {
        for index in 0..sifted.batch.records().len() {
            let mut failure = None;
            loop {
                match self.single(sifted.batch.as_ref(), index, failure.clone()).await {
                    Ok(()) => break,
                    Err(HandleError::Failed(error)) => {
                        let origin = &sifted.batch.records()[index].origin;
                        tracing::error!(%origin, error = format!("{error:#}"), "consumer.record_failed");
                        failure = Some(format!("{error:#}"));
                    }
                    Err(error) => patience.wait(&error).await?,
                }
            }
        }
        for rejected in &sifted.rejected {
            while let Err(error) = self.bury(rejected.clone()).await {
                patience.wait(&error).await?;
            }
        }
        Ok(())
    }

    /// One record; with `failure` it is not tried any more and becomes a dead letter.
    async fn single(
        &self,
        batch: &dyn AnyBatch,
        index: usize,
        failure: Option<String>,
    ) -> Result<(), HandleError> {
        let record = &batch.records()[index];
        if let Some(detail) = failure {
            return self
                .bury(Rejected { record: record.clone(), reason: ErrorReason::Internal, detail })
                .await;
        }
        let mut tx = self.core.begin().await?;
        let ids = event_id(record).into_iter().collect();
        if inbox::mark(&mut tx, self.core.service, ids).await?.is_empty() {
            return Ok(());
        }
        let letters = self.hand_over(&mut tx, batch, index..index + 1).await?;
        self.finish(tx, &letters, 1).await
    }

    async fn bury(&self, rejected: Rejected) -> Result<(), HandleError> {
        let mut tx = self.core.begin().await?;
        let id = event_id(&rejected.record);
        let fresh = inbox::mark(&mut tx, self.core.service, id.into_iter().collect()).await?;
        if id.is_some() && fresh.is_empty() {
            return Ok(());
        }
        self.finish(tx, &[rejected], 0).await
    }

    /// Calls the handler and turns its refusals into dead letters to be.
    pub(crate) async fn hand_over(
        &self,
        tx: &mut Tx,
        batch: &dyn AnyBatch,
        part: Range<usize>,
    ) -> Result<Vec<Rejected>, HandleError> {
        if part.is_empty() {
            return Ok(Vec::new());
        }
        let records = &batch.records()[part.clone()];
        let started = Instant::now();
        let refusals = batch.handle(tx, part).await;
        metrics::handled(self.handler.package(), records.len(), started.elapsed());
        let refused = |Refusal { index, reason, detail }| {
            let record = records.get(index).ok_or_else(|| {
                HandleError::failed(format!("the handler refused record {index} of {}", records.len()))
            })?;
            Ok(Rejected { record: record.clone(), reason, detail })
        };
        refusals?.into_iter().map(refused).collect()
    }

    async fn finish(&self, mut tx: Tx, letters: &[Rejected], handled: usize) -> Result<(), HandleError> {
        if letters.is_empty() {
            still_valid(&mut tx).await?;
        } else {
            dead_letters::insert(&mut tx, self.core.service, letters, self.core.clock.now()).await?;
        }
        self.core.args.probes.at(Point::ConsumerHandled).await;
        tx.commit().await?;
        for letter in letters {
            let reason = letter.reason.name();
            tracing::warn!(origin = %letter.record.origin, reason, "consumer.dead_letter");
            metrics::dead_letter(self.handler.package(), reason);
        }
        self.core.acted(handled + letters.len());
        Ok(())
    }
}

fn event_id(record: &InRecord) -> Option<Uuid> {
    record.headers.as_ref().ok().map(|headers| headers.id)
}

fn is_ahead(record: &InRecord, now: Timestamp) -> bool {
    record.headers.as_ref().is_ok_and(|headers| headers.time.duration_since(now) > MAX_AHEAD)
}
