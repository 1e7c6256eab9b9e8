//! What is due: the month's cycle, the end of one that was evaluated, and what follows it.

use std::sync::Arc;
use std::time::Duration;

use chassis::{Clock, Shutdown};
use jiff::Timestamp;
use kernel::CycleId;
use messaging::{Deadline, DeadlineHandler, HandleError};
use sqlx::{PgConnection, PgPool};

use crate::app::{
    ANNOUNCE, MONTHLY, Rules, SWEEP, TURN, announce, complete_cycle, schedule_next, start_cycle, sweep,
};
use crate::domain::cycle::month;
use crate::domain::past::PastDays;
use crate::store;

/// Pause before the first deadline is tried again while the database is away.
const RETRY: Duration = Duration::from_secs(1);
/// What drove cycles before 0.5.0; a version before it that runs beside this one may have left one.
const OLDER_STEP: &str = "cycle_step";
/// A simulated clock stands at 1970 until its first tick; no month begins before.
const FIRST_TICK: Timestamp = Timestamp::constant(86_400, 0);

/// Begins cycles and ends them.
pub(crate) struct CycleDeadlines {
    pub(crate) pool: PgPool,
    pub(crate) rules: Arc<Rules>,
    pub(crate) past: Arc<PastDays>,
}

impl DeadlineHandler for CycleDeadlines {
    /// The end of a cycle waits for all who change verdicts: it must hold nothing that these wait for.
    const MOST: u16 = 1;

    async fn fire(&self, db: &mut PgConnection, due: &[Deadline], now: Timestamp) -> Result<(), HandleError> {
        for deadline in due {
            match deadline.kind.as_ref() {
                MONTHLY => self.begin(db, now).await?,
                TURN => {
                    let cycle = CycleId::parse(&deadline.subject).map_err(HandleError::failed)?;
                    complete_cycle(db, &self.pool, &self.rules, now, cycle).await?;
                }
                ANNOUNCE => {
                    let slice = deadline.subject.parse().map_err(HandleError::failed)?;
                    announce(db, slice, now).await?;
                }
                // 1970, where nothing is forgotten yet.
                SWEEP => sweep(db, now, self.past.forgotten(now).unwrap_or_default()).await?,
                OLDER_STEP => {}
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

/// Once, when business time is known: sets the deadline of the next month's cycle, from which later ones follow, and notes since when
/// what held is known.
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
    let mut db = pool.acquire().await?;
    store::past::begin(&mut db, now).await?;
    schedule_next(&mut db, now).await
}
