//! One lane: wait for the lock, take over the transactional id, publish.

use std::time::{Duration, Instant};

use bus::{BusError, PublishError, TransactionalProducer};
use chassis::Shutdown;
use tokio::sync::watch;

use super::session::{Rows, Session};
use super::share::{Held, Share};
use crate::metrics;
use crate::probe::Point;
use crate::retry::Retry;
use crate::service::Core;

/// How often a process without the lane asks for it.
const LOCK_POLL: Duration = Duration::from_secs(1);

/// How often a process looks whether it holds more lanes than its share.
const SHARE_POLL: Duration = Duration::from_secs(5);
/// How long it stays away from a lane that it gave up: others ask for it meanwhile.
const STAY_AWAY: Duration = Duration::from_secs(3);

/// A lane that published so short a time ago is busy and waits for its next batch to fill: a Kafka transaction costs the
/// broker the same for one record as for hundreds.
const BUSY: Duration = Duration::from_millis(100);

/// A lane of the relay.
pub(super) struct Lane {
    pub(super) core: Core,
    pub(super) number: i16,
    pub(super) wake: watch::Receiver<()>,
    pub(super) share: Share,
}

/// Why a lane that could be served was parted with.
enum Parted {
    /// The process stops, and nothing is left to publish.
    Stopped,
    /// Others hold fewer.
    Shared,
}

/// Why the lane was lost. Whatever it was, session and producer are dropped, and both are taken anew.
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
            let pause = match self.hold(&mut retry, &stop).await {
                Ok(Parted::Stopped) => return Ok(()),
                Ok(Parted::Shared) => STAY_AWAY,
                Err(error) => retry.failed(&error),
            };
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

    /// Takes the lane and serves it; returns when the process stops or leaves the lane to another.
    async fn hold(&mut self, retry: &mut Retry, stop: &Shutdown) -> Result<Parted, LaneError> {
        let mut session = Session::open(&self.core.pool.connect_options(), self.number).await?;
        while !session.try_lock().await? {
            retry.succeeded();
            tokio::select! {
                () = stop.cancelled() => return Ok(Parted::Stopped),
                () = tokio::time::sleep(LOCK_POLL) => {}
            }
        }
        let mut held = self.share.hold(self.number);
        let id = format!("{}-relay-{}", self.core.service, self.number);
        let producer = TransactionalProducer::open(&self.core.bus, &id).await?;
        let served = self.serve(&mut session, &mut held, &producer, retry, stop).await;
        producer.close().await;
        served
    }

    async fn serve(
        &mut self,
        session: &mut Session,
        held: &mut Held,
        producer: &TransactionalProducer,
        retry: &mut Retry,
        stop: &Shutdown,
    ) -> Result<Parted, LaneError> {
        let mut last_look = Instant::now();
        let mut last_publish: Option<Instant> = None;
        loop {
            if last_publish.is_some_and(|ended| ended.elapsed() < BUSY) {
                tokio::time::sleep(self.core.args.relay_linger()).await;
            }
            if last_look.elapsed() >= SHARE_POLL {
                last_look = Instant::now();
                if held.is_surplus(session.processes().await?) {
                    tracing::info!(lane = self.number, "relay.lane_left_to_another");
                    return Ok(Parted::Shared);
                }
            }
            // Seen before the query, so that a notification after it wakes the wait.
            self.wake.borrow_and_update();
            let rows = session.read(&self.core.bus, self.core.args.relay_batch.into()).await?;
            if !rows.seqs.is_empty() {
                self.publish(session, producer, rows).await?;
                last_publish = Some(Instant::now());
            } else if stop.is_cancelled() {
                return Ok(Parted::Stopped);
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
