//! Reports that are to be written. Who writes one holds its row locked.

use jiff::SignedDuration;
use kernel::ReportId;
use sqlx::PgConnection;

/// The next report that nobody else writes, held until the end of the transaction.
pub(crate) async fn take(db: &mut PgConnection) -> sqlx::Result<Option<ReportId>> {
    let id = sqlx::query_scalar!(
        "SELECT report_id FROM report_queue WHERE retry_at IS NULL OR retry_at <= now()
          ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED"
    );
    Ok(id.fetch_optional(db).await?.map(ReportId::new))
}

/// Lets a report that is held wait before it is begun again.
pub(crate) async fn postpone(
    db: &mut PgConnection,
    report: ReportId,
    pause: SignedDuration,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE report_queue SET retry_at = now() + make_interval(secs => $2::bigint) WHERE report_id = $1",
        report.as_uuid(),
        pause.as_secs()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes a report that is held, and is final, out of the queue.
pub(crate) async fn remove(db: &mut PgConnection, report: ReportId) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM report_queue WHERE report_id = $1", report.as_uuid()).execute(db).await?;
    Ok(())
}

/// Up to `limit` reports that nobody has begun in so many hours of the machine's, held.
pub(crate) async fn waiting(db: &mut PgConnection, hours: i64, limit: i64) -> sqlx::Result<Vec<ReportId>> {
    let ids = sqlx::query_scalar!(
        "SELECT q.report_id FROM report_queue q JOIN reports USING (report_id)
          WHERE queued_at < now() - make_interval(hours => $1::int) AND state = 'IN_QUEUE' AND attempts = 0
          ORDER BY q.number LIMIT $2 FOR UPDATE OF q SKIP LOCKED",
        i32::try_from(hours).unwrap_or(i32::MAX),
        limit
    );
    Ok(ids.fetch_all(db).await?.into_iter().map(ReportId::new).collect())
}
