//! Shards whose verdicts are still to be published to the state topic.

use sqlx::PgConnection;

/// A shard, and the last product of it that was looked at.
#[derive(Debug)]
pub(crate) struct Shard {
    pub(crate) number: i32,
    pub(crate) after: String,
}

/// The next shard that is due and that nobody else works on, locked.
pub(crate) async fn take(db: &mut PgConnection) -> sqlx::Result<Option<Shard>> {
    let shard = sqlx::query_as!(
        Shard,
        "SELECT shard AS number, after_asin AS after FROM state_backfill WHERE due_at <= now()
          ORDER BY shard LIMIT 1 FOR UPDATE SKIP LOCKED"
    );
    shard.fetch_optional(db).await
}

/// Writes how far it has come.
pub(crate) async fn up_to(db: &mut PgConnection, shard: i32, asin: &str) -> sqlx::Result<()> {
    sqlx::query!("UPDATE state_backfill SET after_asin = $2 WHERE shard = $1", shard, asin)
        .execute(db)
        .await?;
    Ok(())
}

/// All of it is published.
pub(crate) async fn done(db: &mut PgConnection, shard: i32) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM state_backfill WHERE shard = $1", shard).execute(db).await?;
    Ok(())
}
