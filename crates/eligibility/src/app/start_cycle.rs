//! A month's cycle begins: by its deadline, or because an operator asks.

use jiff::Timestamp;
use kernel::YearMonth;
use messaging::{Deadline, deadlines};
use sqlx::PgConnection;

use super::{MONTHLY, Rules, STEP};
use crate::domain::cycle::{self, Cycle};
use crate::store;

/// What became of a start.
#[derive(Debug)]
pub(crate) enum Started {
    /// The cycle begins now.
    New(Cycle),
    /// The month has its cycle already; it runs or is completed.
    Already(Cycle),
    /// Only the current month may begin, and the one that was asked for has no cycle.
    NotNow { current: YearMonth },
}

/// Starts the cycle of a month. The deadline that drives it is written along with it, so that it goes on after any
/// interruption.
pub(crate) async fn start_cycle(
    db: &mut PgConnection,
    rules: &Rules,
    now: Timestamp,
    month: YearMonth,
) -> sqlx::Result<Started> {
    if let Some(cycle) = store::cycles::of_month(db, month).await? {
        return Ok(Started::Already(cycle));
    }
    let current = cycle::month(now);
    if month != current {
        return Ok(Started::NotNow { current });
    }
    let cycle = Cycle::begin(month, now, rules.at(now).version.clone());
    if !store::cycles::insert(db, &cycle).await? {
        // Another transaction began it in this moment.
        let begun = store::cycles::of_month(db, month).await?;
        return begun.map(Started::Already).ok_or(sqlx::Error::RowNotFound);
    }
    deadlines::set(db, &[Deadline::new(STEP, cycle.id.to_string(), now)]).await?;
    schedule_next(db, now).await?;
    Ok(Started::New(cycle))
}

/// Sets the deadline of the next month's cycle; it is set but once, however often this is called.
pub(crate) async fn schedule_next(db: &mut PgConnection, now: Timestamp) -> sqlx::Result<()> {
    let next = cycle::month(now).next();
    deadlines::set(db, &[Deadline::new(MONTHLY, next.to_string(), cycle::due(next))]).await
}
