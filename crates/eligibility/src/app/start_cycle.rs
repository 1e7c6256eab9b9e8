//! A month's cycle begins: by its deadline, or because an operator asks.

use jiff::Timestamp;
use kernel::YearMonth;
use messaging::{Deadline, deadlines, outbox};
use sqlx::PgConnection;

use super::{MONTHLY, Rules, TURN};
use crate::domain::cycle::{self, Cycle, Mode};
use crate::store::cycle_rows::SHARDS;
use crate::{NAME, publish, store};

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

/// Starts the cycle of a month, also one that was cancelled. What drives it is written along with it, so that it goes on
/// after any interruption.
pub(crate) async fn start_cycle(
    db: &mut PgConnection,
    rules: &Rules,
    now: Timestamp,
    month: YearMonth,
) -> sqlx::Result<Started> {
    let known = store::cycles::of_month(db, month).await?;
    let cancelled = match known {
        Some(cycle) if cycle.cancelled.is_none() => return Ok(Started::Already(cycle)),
        known => known,
    };
    let current = cycle::month(now);
    if month != current {
        return Ok(Started::NotNow { current });
    }
    let begun = match cancelled {
        Some(cycle) => begin_again(db, rules, now, cycle).await?,
        None => begin_first(db, rules, now, month).await?,
    };
    schedule_next(db, now).await?;
    match begun {
        Some(cycle) => Ok(Started::New(cycle)),
        // Another transaction began it in this moment.
        None => {
            let begun = store::cycles::of_month(db, month).await?;
            begun.map(Started::Already).ok_or(sqlx::Error::RowNotFound)
        }
    }
}

async fn begin_first(
    db: &mut PgConnection,
    rules: &Rules,
    now: Timestamp,
    month: YearMonth,
) -> sqlx::Result<Option<Cycle>> {
    let mut cycle = Cycle::begin(month, now, String::new());
    if !store::cycles::insert(db, &cycle).await? {
        return Ok(None);
    }
    plan(db, rules, &mut cycle, now).await?;
    Ok(Some(cycle))
}

/// A cycle that was cancelled, or whose rules are not ours, begins anew. `None`: another has done it.
pub(super) async fn begin_again(
    db: &mut PgConnection,
    rules: &Rules,
    now: Timestamp,
    cycle: Cycle,
) -> sqlx::Result<Option<Cycle>> {
    let locked = store::cycles::lock(db, cycle.id).await?;
    let Some(mut cycle) = locked.filter(|locked| locked.attempt == cycle.attempt) else { return Ok(None) };
    cycle.attempt += 1;
    cycle.cancelled = None;
    cycle.started = now;
    plan(db, rules, &mut cycle, now).await?;
    Ok(Some(cycle))
}

/// Decides what the cycle looks at, and sets it going.
async fn plan(db: &mut PgConnection, rules: &Rules, cycle: &mut Cycle, now: Timestamp) -> sqlx::Result<()> {
    let rules = rules.at(now);
    let rule_set = store::rule_sets::ensure(db, &rules).await?;
    let generation = store::standing::hold(db).await?;
    let touched = store::products::count_touched(db).await?;
    let products = store::cycles::evaluated_by_last_full(db).await?;
    cycle.rule_set_version.clone_from(&rules.version);
    cycle.mode = Mode::choose(generation.rule_set == Some(rule_set), products, touched);
    match cycle.mode {
        Mode::Changed => {
            cycle.total = touched;
            deadlines::set(db, &[Deadline::new(TURN, cycle.id.to_string(), now)]).await?;
        }
        Mode::Full => {
            cycle.total = store::products::count(db).await?;
            cycle.generation = store::standing::next(db).await?;
            store::shards::begin(db, (cycle.id, cycle.attempt)).await?;
            let due: Vec<_> = (0..SHARDS).map(|shard| publish::shard_due(cycle, shard, now)).collect();
            outbox::enqueue(db, NAME, &due).await?;
        }
    }
    store::cycles::save(db, cycle).await
}

/// Sets the deadline of the next month's cycle; it is set but once, however often this is called.
pub(crate) async fn schedule_next(db: &mut PgConnection, now: Timestamp) -> sqlx::Result<()> {
    let next = cycle::month(now).next();
    deadlines::set(db, &[Deadline::new(MONTHLY, next.to_string(), cycle::due(next))]).await
}
