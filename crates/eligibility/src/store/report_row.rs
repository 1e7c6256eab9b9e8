//! A report as a row.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use kernel::ReportId;
use uuid::Uuid;

use super::{known, stored};
use crate::domain::report::{Document, End, Reason, Report, State};

/// All columns.
pub(super) struct Row {
    pub(super) report_id: Uuid,
    pub(super) number: i64,
    pub(super) seller_id: String,
    pub(super) created_by: String,
    pub(super) created_at: jiff_sqlx::Timestamp,
    pub(super) state: String,
    pub(super) attempts: i32,
    pub(super) started_at: Option<jiff_sqlx::Timestamp>,
    pub(super) ended_at: Option<jiff_sqlx::Timestamp>,
    pub(super) reason: Option<String>,
    pub(super) cancelled_by: String,
    pub(super) attempt: Option<i32>,
    pub(super) sha256: Option<String>,
    pub(super) bytes: Option<i64>,
    pub(super) row_count: Option<i64>,
    pub(super) next_evaluation: Option<jiff_sqlx::Timestamp>,
    pub(super) files_until: Option<jiff_sqlx::Timestamp>,
    pub(super) record_until: Option<jiff_sqlx::Timestamp>,
    pub(super) expired: bool,
}

/// The columns that change.
#[derive(Default)]
pub(super) struct Columns<'a> {
    pub(super) started_at: Option<jiff_sqlx::Timestamp>,
    pub(super) ended_at: Option<jiff_sqlx::Timestamp>,
    pub(super) reason: Option<&'static str>,
    pub(super) cancelled_by: &'a str,
    pub(super) attempt: Option<i32>,
    pub(super) sha256: Option<&'a str>,
    pub(super) bytes: Option<i64>,
    pub(super) row_count: Option<i64>,
    pub(super) next_evaluation: Option<jiff_sqlx::Timestamp>,
    pub(super) files_until: Option<jiff_sqlx::Timestamp>,
    pub(super) record_until: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    pub(super) fn report(self) -> sqlx::Result<Report> {
        Ok(Report {
            id: ReportId::new(self.report_id),
            seller: stored(&self.seller_id)?,
            created: self.created_at.to_jiff(),
            state: self.state()?,
            attempts: self.attempts,
            started: self.started_at.map(|at| at.to_jiff()),
            ended: self.end(),
            created_by: self.created_by,
        })
    }

    fn state(&self) -> sqlx::Result<State> {
        let reason = || {
            let name = self.reason.as_deref().unwrap_or_default();
            known(Reason::from_name(name), name)
        };
        let state = match self.state.as_str() {
            "IN_QUEUE" => State::InQueue,
            "IN_PROGRESS" => State::InProgress,
            "DONE" => State::Done(known(self.document(), "a document that lacks something")?),
            "CANCELLED" => State::Cancelled { reason: reason()?, by: self.cancelled_by.clone() },
            "FATAL" => State::Fatal(reason()?),
            other => return known(None, other),
        };
        Ok(state)
    }

    fn document(&self) -> Option<Document> {
        Some(Document {
            attempt: self.attempt?,
            sha256: self.sha256.clone()?,
            bytes: self.bytes?,
            rows: self.row_count?,
            next_evaluation: self.next_evaluation?.to_jiff(),
        })
    }

    fn end(&self) -> Option<End> {
        Some(End {
            at: self.ended_at?.to_jiff(),
            files_until: self.files_until?.to_jiff(),
            record_until: self.record_until?.to_jiff(),
            expired: self.expired,
        })
    }
}

impl<'a> Columns<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let sqlx = |at: Timestamp| at.to_sqlx();
        let ended = Self {
            started_at: report.started.map(sqlx),
            ended_at: report.ended.map(|end| sqlx(end.at)),
            files_until: report.ended.map(|end| sqlx(end.files_until)),
            record_until: report.ended.map(|end| sqlx(end.record_until)),
            ..Self::default()
        };
        match &report.state {
            State::InQueue | State::InProgress => ended,
            State::Cancelled { reason, by } => {
                Self { reason: Some(reason.name()), cancelled_by: by, ..ended }
            }
            State::Fatal(reason) => Self { reason: Some(reason.name()), ..ended },
            State::Done(document) => Self {
                attempt: Some(document.attempt),
                sha256: Some(&document.sha256),
                bytes: Some(document.bytes),
                row_count: Some(document.rows),
                next_evaluation: Some(sqlx(document.next_evaluation)),
                ..ended
            },
        }
    }
}
