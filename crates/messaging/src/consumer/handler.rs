//! What a service does with the events of a topic.

use std::future::Future;

use sqlx::PgConnection;
use wire::{ErrorReason, Event, WireError};

use crate::{HandleError, Received};

/// Applies the events of one topic.
pub trait Handler<E: Event>: Send + Sync + 'static {
    /// Records that it takes at once, whatever is configured: for those that cost much time or memory while they hold
    /// locks that other batches wait for.
    const MOST: usize = usize::MAX;

    /// Called inside the transaction that also marks the inbox. The batch is a slice of one partition in order, at most
    /// the configured number of records; repeats, malformed and unknown events are taken out already. Everything the
    /// batch changes goes through `db`; it is committed, or the whole batch is handed in again.
    ///
    /// Returns the records that cannot be taken. Nothing of them may have been changed: they become dead letters, the
    /// others commit.
    ///
    /// # Errors
    /// [`HandleError::Unavailable`] to be called again later, [`HandleError::Failed`] to be called with each record
    /// alone.
    fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<E>],
    ) -> impl Future<Output = Result<Vec<Refusal>, HandleError>> + Send;
}

/// A record of the batch that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its place in the slice that the handler was given.
    pub index: usize,
    /// Why.
    pub reason: ErrorReason,
    /// What is wrong, for people.
    pub detail: String,
}

impl Refusal {
    /// Refuses the record at `index`.
    pub fn new(index: usize, reason: ErrorReason, detail: impl Into<String>) -> Self {
        Self { index, reason, detail: detail.into() }
    }

    /// Refuses the record at `index` for a field that cannot be taken.
    pub fn field(index: usize, error: &WireError) -> Self {
        Self::new(index, error.reason, error.to_string())
    }
}
