//! After a cycle: verdicts that are otherwise than before are told, slice by slice, and generations that nobody reads any more
//! are removed.

use jiff::{Timestamp, ToSpan};
use messaging::{Deadline, deadlines, outbox};
use sqlx::PgConnection;

use super::{ANNOUNCE, SWEEP};
use crate::{NAME, publish, store};

/// Verdicts told in one transaction.
const PIECE: i64 = 1_000;
/// PostgreSQL's code where a lock could not be had in time.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// Tells the next verdicts of a slice; comes again until there are none.
pub(crate) async fn announce(db: &mut PgConnection, slice: i32, now: Timestamp) -> sqlx::Result<()> {
    let Some(after) = store::shards::announced(db, slice).await? else { return Ok(()) };
    let waiting = store::told::waiting(db, slice, &after, PIECE).await?;
    let Some(last) = waiting.last() else { return store::shards::announced_all(db, slice).await };
    store::shards::announced_up_to(db, slice, &last.asin).await?;
    let events: Vec<_> = waiting.iter().flat_map(publish::verdict).collect();
    outbox::enqueue(db, NAME, &events).await?;
    deadlines::set(db, &[Deadline::new(ANNOUNCE, slice.to_string(), now)]).await
}

/// Removes generations that held last before a time. Where somebody reads for long it is tried again an hour later.
pub(crate) async fn sweep(db: &mut PgConnection, now: Timestamp, horizon: Timestamp) -> sqlx::Result<()> {
    let keep = store::standing::needed(db, horizon).await?;
    let mut attempt = sqlx::Connection::begin(&mut *db).await?;
    match store::shards::sweep(&mut attempt, &keep).await {
        Ok(()) => attempt.commit().await,
        Err(error)
            if error.as_database_error().and_then(|e| e.code()).as_deref() == Some(LOCK_NOT_AVAILABLE) =>
        {
            attempt.rollback().await?;
            deadlines::set(db, &[Deadline::new(SWEEP, "generations", now + 1.hour())]).await
        }
        Err(error) => Err(error),
    }
}
