//! What held is forgotten when it is old.

use std::sync::Arc;

use jiff::Timestamp;
use messaging::{HandleError, Worker};
use sqlx::PgConnection;

use crate::domain::past::PastDays;
use crate::store;

/// Rows of each kind that are forgotten in one transaction.
const MOST: i64 = 1_000;

/// Keeps the past for as long as it is to be kept.
pub(crate) struct PastKeeper {
    pub(crate) days: Arc<PastDays>,
}

impl Worker for PastKeeper {
    const NAME: &'static str = "keeper of the past";

    async fn work(&self, db: &mut PgConnection, now: Timestamp) -> Result<usize, HandleError> {
        let Some(before) = self.days.forgotten(now) else { return Ok(0) };
        let forgotten = store::past::forget(db, before, MOST).await?;
        Ok(usize::try_from(forgotten).unwrap_or(usize::MAX))
    }
}

/// The earliest time that can be asked about; `None` while none can.
pub(crate) async fn earliest(
    db: &mut PgConnection,
    days: &PastDays,
    now: Timestamp,
) -> sqlx::Result<Option<Timestamp>> {
    let since = store::past::kept_since(db).await?;
    Ok(since.map(|since| days.horizon(now).map_or(since, |horizon| horizon.max(since))))
}
