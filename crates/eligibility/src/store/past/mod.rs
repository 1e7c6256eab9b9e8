//! What held before: kept when it changes, asked for by its time, forgotten by its age (`migrations/0013_keep_the_past.sql`).

mod keep;
mod read;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

pub(crate) use keep::{keep_items, keep_late, keep_verdicts};
pub(crate) use read::{offers, skus, verdict};

/// Since when what held is known; `None`: not yet.
pub(crate) async fn kept_since(db: &mut PgConnection) -> sqlx::Result<Option<Timestamp>> {
    let since = sqlx::query_scalar!("SELECT since FROM past_kept").fetch_optional(db).await?;
    Ok(since.map(jiff_sqlx::Timestamp::to_jiff))
}

/// From now on what held is known, if it was not before.
pub(crate) async fn begin(db: &mut PgConnection, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query!("INSERT INTO past_kept (since) VALUES ($1) ON CONFLICT DO NOTHING", now.to_sqlx() as _)
        .execute(db)
        .await?;
    Ok(())
}

/// Forgets up to `limit` rows of each kind that ended before a time, and says how many.
pub(crate) async fn forget(db: &mut PgConnection, before: Timestamp, limit: i64) -> sqlx::Result<u64> {
    let forgotten = sqlx::query!(
        "WITH sellers AS (DELETE FROM past_sellers WHERE ctid = ANY(ARRAY(
                  SELECT ctid FROM past_sellers WHERE until < $1 ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1),
              exclusions AS (DELETE FROM past_exclusions WHERE ctid = ANY(ARRAY(
                  SELECT ctid FROM past_exclusions WHERE until < $1 ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1),
              items AS (DELETE FROM past_items WHERE ctid = ANY(ARRAY(
                  SELECT ctid FROM past_items WHERE until < $1 ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1),
              verdicts AS (DELETE FROM past_verdicts WHERE ctid = ANY(ARRAY(
                  SELECT ctid FROM past_verdicts WHERE until < $1 ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1)
         SELECT FROM sellers UNION ALL SELECT FROM exclusions UNION ALL SELECT FROM items
         UNION ALL SELECT FROM verdicts",
        before.to_sqlx() as _,
        limit
    );
    Ok(forgotten.execute(db).await?.rows_affected())
}
