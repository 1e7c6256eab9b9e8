//! The inbox: which events this consumer has dealt with.

use std::collections::HashSet;

use sqlx::PgConnection;
use uuid::Uuid;

/// Marks the events and returns those that were not marked before. An event that another transaction is marking at the
/// same moment is waited for: two owners of a partition, one of them late, never both apply it.
pub(crate) async fn mark(
    db: &mut PgConnection,
    consumer: &str,
    mut ids: Vec<Uuid>,
) -> sqlx::Result<HashSet<Uuid>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    // One order for everybody, so that two batches with common events wait for each other and never deadlock.
    ids.sort_unstable();
    let fresh = sqlx::query_scalar!(
        "INSERT INTO messaging.inbox (consumer, event_id)
         SELECT $1, id FROM unnest($2::uuid[]) AS id
         ON CONFLICT DO NOTHING
         RETURNING event_id",
        consumer,
        &ids,
    )
    .fetch_all(db)
    .await?;
    Ok(fresh.into_iter().collect())
}

/// Forgets at most `most` events that were received more than `days` days ago, by the machine's time.
pub(crate) async fn forget(db: &mut PgConnection, days: i32, most: i64) -> sqlx::Result<u64> {
    let result = sqlx::query!(
        "DELETE FROM messaging.inbox WHERE ctid = ANY(ARRAY(
             SELECT ctid FROM messaging.inbox
             WHERE received_at < now() - make_interval(days => $1)
             ORDER BY received_at LIMIT $2))",
        days,
        most,
    )
    .execute(db)
    .await?;
    Ok(result.rows_affected())
}
