//! One lane: wait for the lock, take over the transactional id, publish.

use std::time::Duration;

use bus::{BusError, PublishError, TransactionalProducer};
use chassis::Shutdown;
use tokio::sync::watch;

use super::session::{Rows, Session};
use crate::metrics;
use crate::probe::Point;
use crate::retry::Retry;
use crate::service::Core;

/// How often a process without the lane asks for it.
const LOCK_POLL: Duration = Duration::from_secs(1);

/// A lane of the relay.
pub(super) struct Lane {
    pub(super) core: Core,
    pub(super) number: i16,
    pub(super) wake: watch::Receiver<()>,
}

/// Why the lane was given up. Whatever it was, session and producer are dropped, and both are taken anew.
#[derive(Debug, thiserror::Error)]
enum LaneError {
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Bus(#[from] BusError),
    #[error("publish: {0}")]
    Publish(#[from] PublishError),
}

impl Lane {
    /// Runs until `stop` and until nothing is left to publish.
    pub(super) async fn run(mut self, stop: Shutdown) -> anyhow::Result<()> {
        let mut retry = Retry::new(format!("relay lane {}", self.number));
        loop {
            let Err(error) = self.hold(&mut retry, &stop).await else { return Ok(()) };
            let pause = retry.failed(&error);
            // Rows that cannot be published now are published by the next process.
            if stop.is_cancelled() {
                return Ok(());
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Takes the lane and serves it; returns when the process stops.
    async fn hold(&mut self, retry: &mut Retry, stop: &Shutdown) -> Result<(), LaneError> {
        let mut session = Session::open(&self.core.pool.connect_options(), self.number).await?;
        while !session.try_lock().await? {
            retry.succeeded();
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(LOCK_POLL) => {}
            }
        }
        let id = format!("{}-relay-{}", self.core.service, self.number);
        let producer = TransactionalProducer::open(&self.core.bus, &id).await?;
        let served = self.serve(&mut session, &producer, retry, stop).await;
        producer.close().await;
        served
    }

    async fn serve(
        &mut self,
        session: &mut Session,
        producer: &TransactionalProducer,
        retry: &mut Retry,
        stop: &Shutdown,
    ) -> Result<(), LaneError> {
        loop {
            // Seen before the query, so that a notification after it wakes the wait.
            self.wake.borrow_and_update();
            let rows = session.read(&self.core.bus, self.core.args.relay_batch.into()).await?;
            if !rows.seqs.is_empty() {
                self.publish(session, producer, rows).await?;
            } else if stop.is_cancelled() {
                return Ok(());
            } else {
                tokio::select! {
                    () = stop.cancelled() => {}
                    // The listener lives as long as the lanes; without it there is the poll.
                    Ok(()) = self.wake.changed() => {}
                    () = tokio::time::sleep(self.core.args.relay_poll()) => {}
                }
            }
            retry.succeeded();
        }
    }

    async fn publish(
        &self,
        session: &mut Session,
        producer: &TransactionalProducer,
        rows: Rows,
    ) -> Result<(), LaneError> {
        let probes = &self.core.args.probes;
        probes.at(Point::RelayRead { lane: self.number }).await;
        let count = rows.seqs.len();
        producer.publish(rows.records).await?;
        probes.at(Point::RelayPublished { lane: self.number }).await;
        session.delete(&rows.seqs).await?;
        metrics::published(count);
        self.core.acted(count);
        Ok(())
    }
}
