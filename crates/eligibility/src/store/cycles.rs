//! Monthly cycles.

use jiff_sqlx::ToSqlx;
use kernel::{CycleId, YearMonth};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{known, stored};
use crate::domain::cycle::{Cancelled, Counts, Cycle, Mode};

struct Row {
    cycle_id: Uuid,
    month: String,
    started_at: jiff::Timestamp,
    completed_at: Option<jiff_sqlx::Timestamp>,
    cancelled_at: Option<jiff_sqlx::Timestamp>,
    cancelled_by: Option<String>,
    rule_set: String,
    mode: String,
    attempt: i32,
    generation: i32,
    total: i64,
    exportable: i64,
    not_exportable: i64,
    needs_review: i64,
}

/// Writes a cycle unless its month has one; says whether it is new.
pub(crate) async fn insert(db: &mut PgConnection, cycle: &Cycle) -> sqlx::Result<bool> {
    let added = sqlx::query!(
        "INSERT INTO cycles (cycle_id, month, started_at, rule_set) VALUES ($1, $2, $3, $4)
         ON CONFLICT (month) DO NOTHING",
        cycle.id.as_uuid(),
        cycle.month.to_string(),
        cycle.started.to_sqlx(),
        cycle.rule_set_version,
    );
    Ok(added.execute(db).await?.rows_affected() == 1)
}

/// The cycle of a month.
pub(crate) async fn of_month(db: &mut PgConnection, month: YearMonth) -> sqlx::Result<Option<Cycle>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT cycle_id, month, started_at, completed_at, cancelled_at, cancelled_by, rule_set, mode, attempt,
                generation, total, exportable, not_exportable, needs_review
           FROM cycles WHERE month = $1",
        month.to_string()
    );
    row.fetch_optional(db).await?.map(Row::cycle).transpose()
}

/// A cycle.
pub(crate) async fn get(db: &mut PgConnection, id: CycleId) -> sqlx::Result<Option<Cycle>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT cycle_id, month, started_at, completed_at, cancelled_at, cancelled_by, rule_set, mode, attempt,
                generation, total, exportable, not_exportable, needs_review
           FROM cycles WHERE cycle_id = $1",
        id.as_uuid()
    );
    row.fetch_optional(db).await?.map(Row::cycle).transpose()
}

/// Up to `limit` cycles before a month (empty = from the newest), newest first.
pub(crate) async fn page(db: &mut PgConnection, before: &str, limit: i64) -> sqlx::Result<Vec<Cycle>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT cycle_id, month, started_at, completed_at, cancelled_at, cancelled_by, rule_set, mode, attempt,
                generation, total, exportable, not_exportable, needs_review
           FROM cycles WHERE month < $1 OR $1 = '' ORDER BY month DESC LIMIT $2",
        before,
        limit
    );
    rows.fetch_all(db).await?.into_iter().map(Row::cycle).collect()
}

/// A cycle, locked.
pub(crate) async fn lock(db: &mut PgConnection, id: CycleId) -> sqlx::Result<Option<Cycle>> {
    sqlx::query!("SELECT FROM cycles WHERE cycle_id = $1 FOR UPDATE", id.as_uuid())
        .fetch_optional(&mut *db)
        .await?;
    get(db, id).await
}

/// Writes a cycle that was locked before, or is new.
pub(crate) async fn save(db: &mut PgConnection, cycle: &Cycle) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE cycles SET started_at = $2, completed_at = $3, cancelled_at = $4, cancelled_by = $5, rule_set = $6,
                           mode = $7, attempt = $8, generation = $9, total = $10, exportable = $11,
                           not_exportable = $12, needs_review = $13
          WHERE cycle_id = $1",
        cycle.id.as_uuid(),
        cycle.started.to_sqlx(),
        cycle.completed.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        cycle.cancelled.as_ref().map(|cancelled| cancelled.at.to_sqlx()) as Option<jiff_sqlx::Timestamp>,
        cycle.cancelled.as_ref().map(|cancelled| cancelled.by.as_str()),
        cycle.rule_set_version,
        cycle.mode.name(),
        cycle.attempt,
        cycle.generation,
        cycle.total,
        cycle.counts.exportable,
        cycle.counts.not_exportable,
        cycle.counts.needs_review,
    )
    .execute(db)
    .await?;
    Ok(())
}

impl Row {
    fn cycle(self) -> sqlx::Result<Cycle> {
        let cancelled = self.cancelled_at.zip(self.cancelled_by);
        Ok(Cycle {
            id: CycleId::new(self.cycle_id),
            month: stored(&self.month)?,
            started: self.started_at,
            completed: self.completed_at.map(|at| at.to_jiff()),
            cancelled: cancelled.map(|(at, by)| Cancelled { at: at.to_jiff(), by }),
            counts: Counts {
                exportable: self.exportable,
                not_exportable: self.not_exportable,
                needs_review: self.needs_review,
            },
            rule_set_version: self.rule_set,
            mode: known(Mode::from_name(&self.mode), &self.mode)?,
            attempt: self.attempt,
            generation: self.generation,
            total: self.total,
        })
    }
}

/// How many products the last cycle evaluated that looked at all of them; 0 before it. There are no fewer now, and counting millions
/// takes a second.
pub(crate) async fn evaluated_by_last_full(db: &mut PgConnection) -> sqlx::Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT exportable + not_exportable + needs_review AS "count!" FROM cycles
            WHERE mode = 'FULL' AND completed_at IS NOT NULL ORDER BY month DESC LIMIT 1"#
    );
    Ok(count.fetch_optional(db).await?.unwrap_or_default())
}
