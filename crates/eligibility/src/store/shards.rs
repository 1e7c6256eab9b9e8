//! The shards of a cycle that evaluates everything, what is told afterwards, and what is left over.

use kernel::CycleId;
use sqlx::{AssertSqlSafe, PgConnection};

use super::cycle_rows::SHARDS;
use crate::domain::cycle::Counts;

/// A cycle's attempt: shards of an earlier one may still be evaluated, and count for nothing.
pub(crate) type Attempt = (CycleId, i32);

/// Writes the shards of a cycle, all to be done.
pub(crate) async fn begin(db: &mut PgConnection, (cycle, attempt): Attempt) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO cycle_shards (cycle_id, attempt, shard) SELECT $1, $2, generate_series(0, $3::integer - 1)",
        cycle.as_uuid(),
        attempt,
        SHARDS
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes a shard: locks it, and notes what is visible from now on. False: it is done.
pub(crate) async fn take(db: &mut PgConnection, (cycle, attempt): Attempt, shard: i32) -> sqlx::Result<bool> {
    let taken = sqlx::query!(
        "UPDATE cycle_shards SET seen = pg_snapshot_xmin(pg_current_snapshot())
          WHERE cycle_id = $1 AND attempt = $2 AND shard = $3 AND NOT done",
        cycle.as_uuid(),
        attempt,
        shard
    );
    Ok(taken.execute(db).await?.rows_affected() == 1)
}

/// Writes that a shard is done, with what was counted.
pub(crate) async fn done(
    db: &mut PgConnection,
    (cycle, attempt): Attempt,
    shard: i32,
    counts: Counts,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE cycle_shards SET done = true, exportable = $4, not_exportable = $5, needs_review = $6
          WHERE cycle_id = $1 AND attempt = $2 AND shard = $3",
        cycle.as_uuid(),
        attempt,
        shard,
        counts.exportable,
        counts.not_exportable,
        counts.needs_review,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many shards are still to be done, and what the others counted.
pub(crate) async fn progress(
    db: &mut PgConnection,
    (cycle, attempt): Attempt,
) -> sqlx::Result<(i64, Counts)> {
    let row = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE NOT done) AS "undone!", coalesce(sum(exportable), 0)::bigint AS "exportable!",
                  coalesce(sum(not_exportable), 0)::bigint AS "not_exportable!",
                  coalesce(sum(needs_review), 0)::bigint AS "needs_review!"
             FROM cycle_shards WHERE cycle_id = $1 AND attempt = $2"#,
        cycle.as_uuid(),
        attempt
    );
    let row = row.fetch_one(db).await?;
    let counts = Counts {
        exportable: row.exportable,
        not_exportable: row.not_exportable,
        needs_review: row.needs_review,
    };
    Ok((row.undone, counts))
}

/// All products that were touched have been looked at.
pub(crate) async fn forget_touched(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::raw_sql("TRUNCATE touched").execute(db).await.map(drop)
}

/// Has the verdicts of a generation told that are otherwise than before; the slices of that.
pub(crate) async fn announce(db: &mut PgConnection, generation: i32) -> sqlx::Result<Vec<i32>> {
    let slices = sqlx::query_scalar!(
        "INSERT INTO announcements (slice) SELECT generate_series($1::integer, $1 + $2 - 1) RETURNING slice",
        generation * SHARDS,
        SHARDS
    );
    slices.fetch_all(db).await
}

/// Whether verdicts of the last cycle are still being told.
pub(crate) async fn announcing(db: &mut PgConnection) -> sqlx::Result<bool> {
    let announcing = sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM announcements) AS "announcing!""#);
    announcing.fetch_one(db).await
}

/// How far the telling of a slice has come, locked; `None` when it is over.
pub(crate) async fn announced(db: &mut PgConnection, slice: i32) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("SELECT after_asin FROM announcements WHERE slice = $1 FOR UPDATE", slice)
        .fetch_optional(db)
        .await
}

/// Writes how far it has come.
pub(crate) async fn announced_up_to(db: &mut PgConnection, slice: i32, asin: &str) -> sqlx::Result<()> {
    sqlx::query!("UPDATE announcements SET after_asin = $2 WHERE slice = $1", slice, asin)
        .execute(db)
        .await?;
    Ok(())
}

/// It is over.
pub(crate) async fn announced_all(db: &mut PgConnection, slice: i32) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM announcements WHERE slice = $1", slice).execute(db).await?;
    Ok(())
}

/// Removes the verdicts of all generations but those that are kept. Fails rather than waits long for those who read.
pub(crate) async fn sweep(db: &mut PgConnection, keep: &[i32]) -> sqlx::Result<()> {
    let kept: Vec<i32> =
        keep.iter().flat_map(|generation| generation * SHARDS..(generation + 1) * SHARDS).collect();
    let tables = sqlx::query_scalar!(
        r#"SELECT relname::text AS "table!" FROM pg_inherits JOIN pg_class ON oid = inhrelid
            WHERE inhparent = 'verdict_rows'::regclass
              AND NOT substring(relname FROM '[0-9]+$')::integer = ANY($1)"#,
        &kept
    );
    let tables = tables.fetch_all(&mut *db).await?;
    if tables.is_empty() {
        return Ok(());
    }
    let statement = format!("SET LOCAL lock_timeout = '1s'; DROP TABLE {};", tables.join(", "));
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(db).await.map(drop)
}
