//! Monthly cycles.

use jiff_sqlx::ToSqlx;
use kernel::{CycleId, YearMonth};
use sqlx::PgConnection;
use uuid::Uuid;

use super::stored;
use crate::domain::cycle::{Counts, Cycle};

struct Row {
    cycle_id: Uuid,
    month: String,
    started_at: jiff::Timestamp,
    completed_at: Option<jiff_sqlx::Timestamp>,
    rule_set: String,
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
        "SELECT cycle_id, month, started_at, completed_at, rule_set, exportable, not_exportable, needs_review
           FROM cycles WHERE month = $1",
        month.to_string()
    );
    row.fetch_optional(db).await?.map(Row::cycle).transpose()
}

/// A cycle.
pub(crate) async fn get(db: &mut PgConnection, id: CycleId) -> sqlx::Result<Option<Cycle>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT cycle_id, month, started_at, completed_at, rule_set, exportable, not_exportable, needs_review
           FROM cycles WHERE cycle_id = $1",
        id.as_uuid()
    );
    row.fetch_optional(db).await?.map(Row::cycle).transpose()
}

/// Up to `limit` cycles before a month (empty = from the newest), newest first.
pub(crate) async fn page(db: &mut PgConnection, before: &str, limit: i64) -> sqlx::Result<Vec<Cycle>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT cycle_id, month, started_at, completed_at, rule_set, exportable, not_exportable, needs_review
           FROM cycles WHERE month < $1 OR $1 = '' ORDER BY month DESC LIMIT $2",
        before,
        limit
    );
    rows.fetch_all(db).await?.into_iter().map(Row::cycle).collect()
}

/// A cycle and the last ASIN it looked at, locked.
pub(crate) async fn lock(db: &mut PgConnection, id: CycleId) -> sqlx::Result<Option<(Cycle, String)>> {
    let after =
        sqlx::query_scalar!("SELECT after_asin FROM cycles WHERE cycle_id = $1 FOR UPDATE", id.as_uuid());
    let Some(after) = after.fetch_optional(&mut *db).await? else { return Ok(None) };
    Ok(get(db, id).await?.map(|cycle| (cycle, after)))
}

/// Writes how far a cycle that was locked before has come.
pub(crate) async fn save(db: &mut PgConnection, cycle: &Cycle, after: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE cycles SET completed_at = $2, after_asin = $3, exportable = $4, not_exportable = $5,
                           needs_review = $6, rule_set = $7
          WHERE cycle_id = $1",
        cycle.id.as_uuid(),
        cycle.completed.map(ToSqlx::to_sqlx),
        after,
        cycle.counts.exportable,
        cycle.counts.not_exportable,
        cycle.counts.needs_review,
        cycle.rule_set_version,
    )
    .execute(db)
    .await?;
    Ok(())
}

impl Row {
    fn cycle(self) -> sqlx::Result<Cycle> {
        Ok(Cycle {
            id: CycleId::new(self.cycle_id),
            month: stored(&self.month)?,
            started: self.started_at,
            completed: self.completed_at.map(|at| at.to_jiff()),
            counts: Counts {
                exportable: self.exportable,
                not_exportable: self.not_exportable,
                needs_review: self.needs_review,
            },
            rule_set_version: self.rule_set,
        })
    }
}
