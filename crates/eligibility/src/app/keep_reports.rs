//! Ends what nobody begins, deletes what has had its time.

use std::sync::Arc;

use jiff::Timestamp;
use messaging::{HandleError, Worker};
use sqlx::PgConnection;

use super::ReportRules;
use crate::domain::day;
use crate::domain::report::Report;
use crate::domain::report_limits::Limits;
use crate::store;
use crate::store::files::Files;

/// Reports taken in one transaction.
const BATCH: i64 = 50;

/// Keeps reports for as long as they are to be kept.
pub(crate) struct ReportKeeper {
    pub(crate) files: Files,
    pub(crate) rules: Arc<ReportRules>,
}

impl Worker for ReportKeeper {
    const NAME: &'static str = "report keeper";

    async fn work(&self, db: &mut PgConnection, now: Timestamp) -> Result<usize, HandleError> {
        let limits = self.rules.limits.at(day(now));
        let cancelled = cancel_waiting(db, now, limits).await?;
        let expired = self.expire(db, now).await?;
        let forgotten = store::reports::forget(db, now, BATCH).await?;
        Ok(cancelled + expired + usize::try_from(forgotten).unwrap_or_default())
    }
}

impl ReportKeeper {
    /// Deletes the files of reports whose time has passed; what a report was is still told.
    async fn expire(&self, db: &mut PgConnection, now: Timestamp) -> Result<usize, HandleError> {
        let reports = store::reports::expiring(db, now, BATCH).await?;
        for report in &reports {
            // The rows are marked when the store answers again.
            self.files.delete(*report).await.map_err(HandleError::unavailable)?;
        }
        store::reports::expired(db, &reports).await?;
        Ok(reports.len())
    }
}

async fn cancel_waiting(db: &mut PgConnection, now: Timestamp, limits: Limits) -> sqlx::Result<usize> {
    let waiting = store::report_queue::waiting(db, limits.wait_hours, BATCH).await?;
    for id in &waiting {
        if let Some(mut report) = store::reports::lock(db, *id).await?.filter(Report::is_open) {
            report.waited_too_long(now, limits);
            store::reports::save(db, &report).await?;
            tracing::error!(report = %id, "report.waited_too_long");
        }
        store::report_queue::remove(db, *id).await?;
    }
    Ok(waiting.len())
}
