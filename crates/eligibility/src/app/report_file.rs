//! One attempt to write a report's file: pages of one snapshot on their way into the store. Memory holds a page and the
//! parts under way, however long the file is.

use chassis::Shutdown;
use jiff::Timestamp;
use kernel::ReportId;
use messaging::HandleError;
use sqlx::{PgConnection, PgPool};

use crate::domain::inventory;
use crate::domain::report::{Document, Reason, Report, next_evaluation};
use crate::domain::report_limits::Limits;
use crate::store;
use crate::store::files::{FileError, Files, Writing};

/// Rows read at a time. A row is at most a few kilobytes.
const PAGE: i64 = 500;

/// What became of an attempt.
pub(super) enum Outcome {
    Written(Document),
    /// Nobody wants it any more.
    Cancelled,
    /// The process stops.
    Stopped,
    Failed(Reason),
}

/// What an attempt works with.
pub(super) struct ReportFile<'a> {
    pub(super) pool: &'a PgPool,
    pub(super) files: &'a Files,
    pub(super) stop: &'a Shutdown,
    pub(super) limits: Limits,
    pub(super) now: Timestamp,
}

impl ReportFile<'_> {
    /// Writes the file. `held` is the transaction that holds the report's place: it is used once a page, so that it does not
    /// count as left alone, and that a writer that has lost it stops.
    pub(super) async fn write(
        &self,
        held: &mut PgConnection,
        report: &Report,
    ) -> Result<Outcome, HandleError> {
        let mut file = match self.files.write(report.id, report.attempts).await {
            Ok(file) => file,
            Err(error) => return Ok(store_failed(report.id, &error)),
        };
        match self.fill(held, report, &mut file).await {
            Ok(None) => match file.finish(next_evaluation(self.now)).await {
                Ok(document) => Ok(Outcome::Written(document)),
                Err(error) => Ok(store_failed(report.id, &error)),
            },
            Ok(Some(outcome)) => {
                file.abort().await;
                Ok(outcome)
            }
            Err(error) => {
                file.abort().await;
                Err(error)
            }
        }
    }

    /// Writes header and rows; `None` when all of them are written.
    async fn fill(
        &self,
        held: &mut PgConnection,
        report: &Report,
        file: &mut Writing,
    ) -> Result<Option<Outcome>, HandleError> {
        if let Err(error) = file.append(inventory::header().as_bytes(), 0).await {
            return Ok(Some(store_failed(report.id, &error)));
        }
        let (next, mut after) = (next_evaluation(self.now), String::new());
        let mut snapshot = messaging::snapshot(self.pool).await?;
        loop {
            if self.stop.is_cancelled() {
                return Ok(Some(Outcome::Stopped));
            }
            if !store::reports::is_open(held, report.id).await? {
                return Ok(Some(Outcome::Cancelled));
            }
            let rows = match store::inventory::page(&mut snapshot, report.seller, &after, PAGE).await {
                Ok(rows) => rows,
                Err(error) => return read_failed(report.id, error).map(Some),
            };
            let Some(last) = rows.last() else { return Ok(None) };
            after.clone_from(&last.sku);
            let text: String = rows.iter().map(|row| row.line(next)).collect();
            if let Err(error) = file.append(text.as_bytes(), rows.len()).await {
                return Ok(Some(store_failed(report.id, &error)));
            }
            if file.rows() > self.limits.max_rows {
                return Ok(Some(Outcome::Failed(Reason::TooManyRows)));
            }
        }
    }
}

fn store_failed(report: ReportId, error: &FileError) -> Outcome {
    tracing::warn!(%report, error = ?error, "report.store_failed");
    Outcome::Failed(Reason::StoreFailed)
}

/// A database that is away is waited for; a row that cannot be read is a fault of ours, which others must not wait for.
fn read_failed(report: ReportId, error: sqlx::Error) -> Result<Outcome, HandleError> {
    match HandleError::from(error) {
        HandleError::Failed(error) => {
            tracing::error!(%report, error = format!("{error:#}"), "report.read_failed");
            Ok(Outcome::Failed(Reason::ReadFailed))
        }
        away => Err(away),
    }
}
