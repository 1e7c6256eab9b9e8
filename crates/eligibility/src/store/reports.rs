//! Reports that were asked for.

use jiff_sqlx::ToSqlx;
use kernel::{ReportId, SellerId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::report_row::{Columns, Row};
use crate::domain::report::Report;

/// Waits until nobody else asks for a report of this seller, until the end of the transaction.
pub(crate) async fn lock_seller(db: &mut PgConnection, seller: SellerId) -> sqlx::Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('reports of ' || $1, 0))", seller.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// Reports of a seller that are not final.
pub(crate) async fn count_open(db: &mut PgConnection, seller: SellerId) -> sqlx::Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM report_queue JOIN reports USING (report_id)
            WHERE seller_id = $1 AND state IN ('IN_QUEUE', 'IN_PROGRESS')"#,
        seller.as_str()
    );
    count.fetch_one(db).await
}

/// Writes a new report, and queues it.
pub(crate) async fn insert(db: &mut PgConnection, report: &Report) -> sqlx::Result<()> {
    sqlx::query!(
        "WITH new AS (INSERT INTO reports (report_id, seller_id, created_by, created_at, state, attempts)
                      VALUES ($1, $2, $3, $4, $5, 0) RETURNING report_id, number)
         INSERT INTO report_queue (report_id, number) SELECT report_id, number FROM new",
        report.id.as_uuid(),
        report.seller.as_str(),
        report.created_by,
        report.created.to_sqlx(),
        report.state.name(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A report.
pub(crate) async fn get(db: &mut PgConnection, id: ReportId) -> sqlx::Result<Option<Report>> {
    let row = sqlx::query_as!(Row, "SELECT * FROM reports WHERE report_id = $1", id.as_uuid());
    row.fetch_optional(db).await?.map(Row::report).transpose()
}

/// Up to `limit` reports of a seller before a number (none = from the newest), newest first, with their numbers.
pub(crate) async fn page(
    db: &mut PgConnection,
    seller: SellerId,
    before: Option<i64>,
    limit: i64,
) -> sqlx::Result<Vec<(i64, Report)>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT * FROM reports WHERE seller_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3",
        seller.as_str(),
        before.unwrap_or(i64::MAX),
        limit
    );
    let rows = rows.fetch_all(db).await?.into_iter();
    rows.map(|row| Ok((row.number, row.report()?))).collect()
}

/// A report, locked.
pub(crate) async fn lock(db: &mut PgConnection, id: ReportId) -> sqlx::Result<Option<Report>> {
    let row = sqlx::query_as!(Row, "SELECT * FROM reports WHERE report_id = $1 FOR UPDATE", id.as_uuid());
    row.fetch_optional(db).await?.map(Row::report).transpose()
}

/// True while somebody may write it.
pub(crate) async fn is_open(db: &mut PgConnection, id: ReportId) -> sqlx::Result<bool> {
    let open = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM reports WHERE report_id = $1 AND ended_at IS NULL) AS "open!""#,
        id.as_uuid()
    );
    open.fetch_one(db).await
}

/// Writes what has become of a report that was locked before.
pub(crate) async fn save(db: &mut PgConnection, report: &Report) -> sqlx::Result<()> {
    let columns = Columns::of(report);
    sqlx::query!(
        "UPDATE reports SET state = $2, attempts = $3, started_at = $4, ended_at = $5, reason = $6, cancelled_by = $7,
                            attempt = $8, sha256 = $9, bytes = $10, row_count = $11, next_evaluation = $12,
                            files_until = $13, record_until = $14
          WHERE report_id = $1",
        report.id.as_uuid(),
        report.state.name(),
        report.attempts,
        columns.started_at,
        columns.ended_at,
        columns.reason,
        columns.cancelled_by,
        columns.attempt,
        columns.sha256,
        columns.bytes,
        columns.row_count,
        columns.next_evaluation,
        columns.files_until,
        columns.record_until,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Up to `limit` final reports whose files are to be deleted by now, locked; those that others hold are passed over.
pub(crate) async fn expiring(
    db: &mut PgConnection,
    now: jiff::Timestamp,
    limit: i64,
) -> sqlx::Result<Vec<ReportId>> {
    let ids = sqlx::query_scalar!(
        "SELECT report_id FROM reports WHERE files_until <= $1 AND NOT expired
          ORDER BY files_until LIMIT $2 FOR UPDATE SKIP LOCKED",
        now.to_sqlx(),
        limit
    );
    Ok(ids.fetch_all(db).await?.into_iter().map(ReportId::new).collect())
}

/// The files of these reports are deleted.
pub(crate) async fn expired(db: &mut PgConnection, reports: &[ReportId]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = reports.iter().map(ReportId::as_uuid).collect();
    sqlx::query!("UPDATE reports SET expired = true WHERE report_id = ANY($1)", &ids).execute(db).await?;
    Ok(())
}

/// Deletes up to `limit` records whose time has passed, and says how many; those with files stay.
pub(crate) async fn forget(db: &mut PgConnection, now: jiff::Timestamp, limit: i64) -> sqlx::Result<u64> {
    let forgotten = sqlx::query!(
        "DELETE FROM reports WHERE report_id IN
             (SELECT report_id FROM reports r WHERE record_until <= $1 AND expired
                 AND NOT EXISTS (SELECT FROM report_queue q WHERE q.report_id = r.report_id)
               ORDER BY record_until LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now.to_sqlx(),
        limit
    );
    Ok(forgotten.execute(db).await?.rows_affected())
}
