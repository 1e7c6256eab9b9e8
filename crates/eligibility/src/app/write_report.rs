//! Writes reports, one at a time in each process. The transaction of the worker holds the report's place in the queue from
//! its beginning to its end: when the process is killed the place is free at once, and another begins the report anew.
//! That an attempt was begun is committed before, apart, so that everybody sees it and a report that kills its writers is
//! given up in the end.

use std::sync::Arc;

use chassis::Shutdown;
use jiff::Timestamp;
use kernel::ReportId;
use messaging::{HandleError, Worker};
use sqlx::{PgConnection, PgPool};

use super::ReportRules;
use super::report_file::{Outcome, ReportFile};
use crate::domain::day;
use crate::domain::report::{Document, Next, Reason, Report};
use crate::domain::report_limits::Limits;
use crate::store;
use crate::store::files::Files;

/// Writes what is in the queue.
pub(crate) struct ReportWriter {
    pub(crate) pool: PgPool,
    pub(crate) files: Files,
    pub(crate) rules: Arc<ReportRules>,
    pub(crate) shutdown: Shutdown,
}

impl Worker for ReportWriter {
    const NAME: &'static str = "report writer";

    /// Writes one report. This is the piece that may take minutes: it keeps its transaction in use, and ends early when the
    /// process stops.
    async fn work(&self, db: &mut PgConnection, now: Timestamp) -> Result<usize, HandleError> {
        if self.shutdown.is_cancelled() {
            return Ok(0);
        }
        let Some(id) = store::report_queue::take(db).await? else { return Ok(0) };
        let limits = self.rules.limits.at(day(now));
        let Some(report) = self.begin(id, now, limits).await? else {
            store::report_queue::remove(db, id).await?;
            return Ok(1);
        };
        let file = ReportFile { pool: &self.pool, files: &self.files, stop: &self.shutdown, limits, now };
        match file.write(db, &report).await? {
            Outcome::Written(document) => self.done(db, report.id, document, now, limits).await?,
            Outcome::Cancelled => store::report_queue::remove(db, id).await?,
            Outcome::Failed(reason) => failed(db, id, reason, now, limits).await?,
            Outcome::Stopped => {
                self.put_back(id).await?;
                return Ok(0);
            }
        }
        Ok(1)
    }
}

impl ReportWriter {
    /// Begins an attempt, for all to see; `None` when the report is final already, or is now.
    async fn begin(&self, id: ReportId, now: Timestamp, limits: Limits) -> sqlx::Result<Option<Report>> {
        let mut db = self.pool.begin().await?;
        let report = store::reports::lock(&mut db, id).await?.filter(Report::is_open);
        let Some(mut report) = report else { return Ok(None) };
        let begun = report.begin(now, limits);
        store::reports::save(&mut db, &report).await?;
        db.commit().await?;
        if !begun {
            tracing::error!(report = %id, "report.interrupted_too_often");
        }
        Ok(begun.then_some(report))
    }

    /// Names the document, unless the report was cancelled while it was written.
    async fn done(
        &self,
        db: &mut PgConnection,
        id: ReportId,
        document: Document,
        now: Timestamp,
        limits: Limits,
    ) -> sqlx::Result<()> {
        if let Some(mut report) = store::reports::lock(db, id).await?.filter(Report::is_open) {
            tracing::info!(report = %id, rows = document.rows, bytes = document.bytes, "report.done");
            report.done(document, now, limits);
            store::reports::save(db, &report).await?;
        }
        store::report_queue::remove(db, id).await
    }

    /// The process stops: another begins the report, and this attempt does not count.
    async fn put_back(&self, id: ReportId) -> sqlx::Result<()> {
        let mut db = self.pool.begin().await?;
        if let Some(mut report) = store::reports::lock(&mut db, id).await?.filter(Report::is_open) {
            report.put_back();
            store::reports::save(&mut db, &report).await?;
        }
        db.commit().await
    }
}

async fn failed(
    db: &mut PgConnection,
    id: ReportId,
    reason: Reason,
    now: Timestamp,
    limits: Limits,
) -> sqlx::Result<()> {
    let report = store::reports::lock(db, id).await?.filter(Report::is_open);
    let Some(mut report) = report else { return store::report_queue::remove(db, id).await };
    let next = report.failed(reason, now, limits);
    store::reports::save(db, &report).await?;
    match next {
        Next::Again(pause) => store::report_queue::postpone(db, id, pause).await,
        Next::Ended => {
            tracing::error!(report = %id, reason = reason.name(), "report.fatal");
            store::report_queue::remove(db, id).await
        }
    }
}
