//! Deadlines: what is to be done when business time reaches them.

mod runner;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::future::Future;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;

use crate::HandleError;
pub(crate) use runner::{AnyDeadlineHandler, Runner};

/// Something that is due at a time, once per kind and subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// What is to be done, e.g. `payment_timeout`.
    pub kind: Cow<'static, str>,
    /// To what, e.g. an order's id.
    pub subject: String,
    /// When, in business time.
    pub due: Timestamp,
}

impl Deadline {
    /// A deadline.
    pub fn new(kind: impl Into<Cow<'static, str>>, subject: impl Into<String>, due: Timestamp) -> Self {
        Self { kind: kind.into(), subject: subject.into(), due }
    }
}

/// What a service does when deadlines are due.
pub trait DeadlineHandler: Send + Sync + 'static {
    /// Deadlines that it takes at once, 1 to 500.
    const MOST: u16 = 500;

    /// Called in the transaction that removes these deadlines, ordered by time, at most [`DeadlineHandler::MOST`]. The
    /// subject may have moved on since the deadline was set, so its state must be looked at. May set new ones, also of
    /// the same kind and subject.
    fn fire(
        &self,
        db: &mut PgConnection,
        due: &[Deadline],
        now: Timestamp,
    ) -> impl Future<Output = Result<(), HandleError>> + Send;
}

/// Sets deadlines; one of the same kind and subject is moved. Of two in the slice the last counts.
///
/// # Errors
/// The database's.
pub async fn set(db: &mut PgConnection, deadlines: &[Deadline]) -> sqlx::Result<()> {
    if deadlines.is_empty() {
        return Ok(());
    }
    // Sorted, so that two transactions lock rows in one order.
    let latest: BTreeMap<(&str, &str), Timestamp> =
        deadlines.iter().map(|d| ((d.kind.as_ref(), d.subject.as_str()), d.due)).collect();
    let kinds: Vec<&str> = latest.keys().map(|(kind, _)| *kind).collect();
    let subjects: Vec<&str> = latest.keys().map(|(_, subject)| *subject).collect();
    let due: Vec<jiff_sqlx::Timestamp> = latest.values().map(|due| due.to_sqlx()).collect();
    sqlx::query!(
        "INSERT INTO messaging.deadlines (kind, subject, due)
         SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[])
         ON CONFLICT (kind, subject) DO UPDATE SET due = excluded.due, retry_at = NULL, attempts = 0",
        &kinds as &[&str],
        &subjects as &[&str],
        &due,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes deadlines of a kind. One that is being fired at this moment is left to its handler, which waits for the
/// subject's lock and then sees its new state: waiting for it here would be a deadlock.
///
/// # Errors
/// The database's.
pub async fn clear(db: &mut PgConnection, kind: &str, subjects: &[String]) -> sqlx::Result<()> {
    if subjects.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "DELETE FROM messaging.deadlines WHERE kind = $1 AND subject IN (
             SELECT subject FROM messaging.deadlines WHERE kind = $1 AND subject = ANY($2)
             ORDER BY subject FOR UPDATE SKIP LOCKED)",
        kind,
        subjects,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many are due and not fired.
pub(crate) async fn count_due(db: &mut PgConnection, now: Timestamp) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM messaging.deadlines WHERE due <= $1"#,
        now.to_sqlx()
    )
    .fetch_one(db)
    .await
}
