//! Fires deadlines when the clock reaches them. Several replicas share the work: each takes rows that no other holds.

use std::sync::Arc;
use std::time::Duration;

use chassis::Shutdown;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;

use super::{Deadline, DeadlineHandler};
use crate::database::still_valid;
use crate::retry::Retry;
use crate::service::{Core, Tx};
use crate::{HandleError, metrics};

/// How often the table is looked at although the clock did not move: a deadline may be set that is due at once.
const POLL: Duration = Duration::from_millis(500);
/// Pause before a deadline that failed is tried again, times its attempts.
const RETRY_SECONDS: i32 = 5;
/// The longest such pause.
const RETRY_SECONDS_MAX: i32 = 600;

/// A handler whose type is forgotten.
pub(crate) trait AnyDeadlineHandler: Send + Sync {
    /// Deadlines fired in one transaction.
    fn most(&self) -> i64;

    fn fire_boxed<'a>(
        &'a self,
        db: &'a mut PgConnection,
        due: &'a [Deadline],
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), HandleError>>;
}

impl<H: DeadlineHandler> AnyDeadlineHandler for H {
    fn most(&self) -> i64 {
        H::MOST.into()
    }

    fn fire_boxed<'a>(
        &'a self,
        db: &'a mut PgConnection,
        due: &'a [Deadline],
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), HandleError>> {
        self.fire(db, due, now).boxed()
    }
}

/// The task that fires.
pub(crate) struct Runner {
    pub(crate) core: Core,
    pub(crate) handler: Arc<dyn AnyDeadlineHandler>,
}

impl Runner {
    /// Runs until `stop`.
    pub(crate) async fn run(self, stop: Shutdown) -> anyhow::Result<()> {
        let mut retry = Retry::new("deadlines");
        while !stop.is_cancelled() {
            let now = self.core.clock.now();
            let pause = match self.fire_due(now).await {
                Ok(fired) => {
                    retry.succeeded();
                    if fired > 0 {
                        continue;
                    }
                    POLL
                }
                Err(error) => retry.failed(&error),
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.core.clock.changed(now) => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        Ok(())
    }

    /// Fires one batch, and says how many it had.
    async fn fire_due(&self, now: Timestamp) -> Result<usize, HandleError> {
        match self.fire_batch(now).await {
            Err(HandleError::Failed(error)) => {
                tracing::error!(error = format!("{error:#}"), "deadlines.batch_failed");
                self.fire_one_by_one(now).await.map(|()| 1)
            }
            outcome => outcome,
        }
    }

    async fn fire_batch(&self, now: Timestamp) -> Result<usize, HandleError> {
        let mut tx = self.core.begin().await?;
        let due = take(&mut tx, now, self.handler.most()).await?;
        self.fire(tx, due, now).await
    }

    /// After a batch failed for a fault of ours: fires what can be fired; the others wait and are tried again.
    async fn fire_one_by_one(&self, now: Timestamp) -> Result<(), HandleError> {
        let mut db = self.core.connection().await?;
        let due = first_due(&mut db, now, self.handler.most()).await?;
        drop(db);
        for deadline in due {
            let mut tx = self.core.begin().await?;
            let taken = take_one(&mut tx, &deadline, now).await?;
            match self.fire(tx, taken, now).await {
                Err(HandleError::Failed(error)) => self.postpone(&deadline, &error).await?,
                outcome => drop(outcome?),
            }
        }
        Ok(())
    }

    /// Fires what was taken, and commits.
    async fn fire(&self, mut tx: Tx, due: Vec<Deadline>, now: Timestamp) -> Result<usize, HandleError> {
        if due.is_empty() {
            return Ok(0);
        }
        self.handler.fire_boxed(&mut tx, &due, now).await?;
        still_valid(&mut tx).await?;
        tx.commit().await?;
        metrics::deadlines_fired(due.len());
        self.core.acted(due.len());
        Ok(due.len())
    }

    async fn postpone(&self, deadline: &Deadline, error: &anyhow::Error) -> Result<(), HandleError> {
        let mut db = self.core.connection().await?;
        sqlx::query!(
            "UPDATE messaging.deadlines
             SET attempts = attempts + 1,
                 retry_at = now() + make_interval(secs => least($3::int * (attempts + 1), $4::int))
             WHERE kind = $1 AND subject = $2",
            &deadline.kind,
            deadline.subject,
            RETRY_SECONDS,
            RETRY_SECONDS_MAX,
        )
        .execute(&mut *db)
        .await?;
        let Deadline { kind, subject, .. } = deadline;
        tracing::error!(%kind, subject, error = format!("{error:#}"), "deadlines.failed");
        metrics::deadline_failed();
        Ok(())
    }
}

/// Takes the earliest due rows that no other transaction holds.
async fn take(db: &mut PgConnection, now: Timestamp, most: i64) -> sqlx::Result<Vec<Deadline>> {
    let rows = sqlx::query!(
        "DELETE FROM messaging.deadlines d
         USING (SELECT kind, subject FROM messaging.deadlines
                WHERE due <= $1 AND (retry_at IS NULL OR retry_at <= now())
                ORDER BY due, kind, subject LIMIT $2 FOR UPDATE SKIP LOCKED) taken
         WHERE d.kind = taken.kind AND d.subject = taken.subject
         RETURNING d.kind, d.subject, d.due",
        now.to_sqlx(),
        most,
    )
    .fetch_all(db)
    .await?;
    let mut due: Vec<Deadline> =
        rows.into_iter().map(|row| Deadline::new(row.kind, row.subject, row.due.to_jiff())).collect();
    due.sort_by(|a, b| (a.due, &a.kind, &a.subject).cmp(&(b.due, &b.kind, &b.subject)));
    Ok(due)
}

/// The rows that [`take`] would take first, without taking them.
async fn first_due(db: &mut PgConnection, now: Timestamp, most: i64) -> sqlx::Result<Vec<Deadline>> {
    let rows = sqlx::query!(
        "SELECT kind, subject, due FROM messaging.deadlines
         WHERE due <= $1 AND (retry_at IS NULL OR retry_at <= now())
         ORDER BY due, kind, subject LIMIT $2",
        now.to_sqlx(),
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| Deadline::new(row.kind, row.subject, row.due.to_jiff())).collect())
}

/// Takes this one, if it is still due and nobody else holds it.
async fn take_one(db: &mut PgConnection, deadline: &Deadline, now: Timestamp) -> sqlx::Result<Vec<Deadline>> {
    let rows = sqlx::query!(
        "DELETE FROM messaging.deadlines d
         USING (SELECT kind, subject FROM messaging.deadlines
                WHERE kind = $1 AND subject = $2 AND due <= $3 FOR UPDATE SKIP LOCKED) taken
         WHERE d.kind = taken.kind AND d.subject = taken.subject
         RETURNING d.due",
        &deadline.kind,
        deadline.subject,
        now.to_sqlx(),
    )
    .fetch_all(db)
    .await?;
    let Deadline { kind, subject, .. } = deadline;
    Ok(rows.into_iter().map(|row| Deadline::new(kind.clone(), subject.clone(), row.due.to_jiff())).collect())
}
