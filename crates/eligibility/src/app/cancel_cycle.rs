//! A running cycle is ended before its end: nothing of it ever held.

use kernel::CycleId;
use sqlx::PgConnection;

use crate::domain::cycle::{Cancelled, Cycle};
use crate::store;

/// What became of a cancellation.
#[derive(Debug)]
pub(crate) enum Ended {
    Now(Cycle),
    /// It was cancelled before.
    Already(Cycle),
    /// Its verdicts hold.
    Completed,
}

/// Cancels a cycle; `None` when there is none. Shards that are being evaluated come to their end and count for nothing.
pub(crate) async fn cancel_cycle(
    db: &mut PgConnection,
    id: CycleId,
    by: Cancelled,
) -> sqlx::Result<Option<Ended>> {
    let Some(mut cycle) = store::cycles::lock(db, id).await? else { return Ok(None) };
    if cycle.completed.is_some() {
        return Ok(Some(Ended::Completed));
    }
    if cycle.cancelled.is_some() {
        return Ok(Some(Ended::Already(cycle)));
    }
    cycle.cancelled = Some(by);
    store::cycles::save(db, &cycle).await?;
    Ok(Some(Ended::Now(cycle)))
}
