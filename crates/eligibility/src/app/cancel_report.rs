//! Gives a report up. Its place in the queue is left to whoever holds it: a writer sees within a page that it is not
//! wanted any more.

use jiff::Timestamp;
use sqlx::PgConnection;

use super::ReportRules;
use crate::domain::day;
use crate::domain::report::{AlreadyFinal, Report};
use crate::store;

/// Cancels a report that was locked before; false when it was cancelled before.
pub(crate) async fn cancel_report(
    db: &mut PgConnection,
    rules: &ReportRules,
    report: &mut Report,
    by: &str,
    now: Timestamp,
) -> sqlx::Result<Result<bool, AlreadyFinal>> {
    let cancelled = report.cancel(by, now, rules.limits.at(day(now)));
    if cancelled == Ok(true) {
        store::reports::save(db, report).await?;
    }
    Ok(cancelled)
}
