//! What is due: the month's cycle, and the next step of one that runs.

use std::sync::Arc;
use std::time::Duration;

use chassis::{Clock, Shutdown};
use jiff::Timestamp;
use kernel::CycleId;
use messaging::{Deadline, DeadlineHandler, HandleError};
use sqlx::{PgConnection, PgPool};

use crate::app::{MONTHLY, Rules, STEP, schedule_next, start_cycle, step_cycle};
use crate::domain::cycle::month;

/// Pause before the first deadline is tried again while the database is away.
const RETRY: Duration = Duration::from_secs(1);
/// A simulated clock stands at 1970 until its first tick; no month begins before.
const FIRST_TICK: Timestamp = Timestamp::constant(86_400, 0);

/// Fires cycles and their steps.
pub(crate) struct CycleDeadlines {
    pub(crate) rules: Arc<Rules>,
}

impl DeadlineHandler for CycleDeadlines {
    async fn fire(&self, db: &mut PgConnection, due: &[Deadline], now: Timestamp) -> Result<(), HandleError> {
        for deadline in due {
            match deadline.kind.as_ref() {
                MONTHLY => self.begin(db, now).await?,
                STEP => {
                    let cycle = CycleId::parse(&deadline.subject).map_err(HandleError::failed)?;
                    step_cycle(db, &self.rules, now, cycle).await?;
                }
                other => return Err(HandleError::failed(format!("no deadline of ours is of kind {other}"))),
            }
        }
        Ok(())
    }
}

impl CycleDeadlines {
    /// After a pause over a month's end the cycle of the month that is now begins, not of one that has passed.
    async fn begin(&self, db: &mut PgConnection, now: Timestamp) -> Result<(), HandleError> {
        let started = start_cycle(db, &self.rules, now, month(now)).await?;
        tracing::info!(?started, "cycle.due");
        Ok(schedule_next(db, now).await?)
    }
}

/// Once, when business time is known: sets the deadline of the next month's cycle. Later ones follow from each other.
pub(crate) async fn schedule_first(pool: PgPool, clock: Clock, shutdown: Shutdown) -> anyhow::Result<()> {
    let scheduling = async {
        clock.reached(FIRST_TICK).await;
        while let Err(error) = schedule(&pool, clock.now()).await {
            tracing::warn!(%error, "cycle.not_scheduled");
            tokio::time::sleep(RETRY).await;
        }
    };
    tokio::select! {
        () = scheduling => {}
        () = shutdown.cancelled() => {}
    }
    Ok(())
}

async fn schedule(pool: &PgPool, now: Timestamp) -> sqlx::Result<()> {
    schedule_next(&mut *pool.acquire().await?, now).await
}
