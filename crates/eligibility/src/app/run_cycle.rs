//! A running cycle: its shards are evaluated by whoever gets their records, each in one transaction; then, in one more, their
//! verdicts take the place of those that stood. Killed anywhere, what was not committed is done again, to the same end.

use jiff::Timestamp;
use kernel::{Asin, CycleId};
use messaging::{Deadline, deadlines, outbox};
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};

use super::evaluate::Evaluation;
use super::settle::find_and_save;
use super::start_cycle::begin_again;
use super::{ANNOUNCE, Rules, SWEEP, TURN};
use crate::domain::cycle::{Cycle, Mode};
use crate::domain::rules::RuleSet;
use crate::domain::verdict::State;
use crate::store::cycle_rows::{self, LATE, Source};
use crate::{NAME, publish, store};

/// Products whose offers are read together where another version of the tables has found their facts.
const STALE: i64 = 500;

/// Evaluates a shard into a table of its own. Nothing happens when the cycle has moved on since the record was written.
pub(crate) async fn evaluate_shard(
    db: &mut PgConnection,
    rules: &Rules,
    now: Timestamp,
    (cycle, attempt, shard): (CycleId, i32, i32),
) -> sqlx::Result<()> {
    let Some(cycle) = store::cycles::get(db, cycle).await? else { return Ok(()) };
    if !cycle.is_running()
        || cycle.attempt != attempt
        || !store::shards::take(db, (cycle.id, attempt), shard).await?
    {
        return Ok(());
    }
    let set = rules.at(cycle.started);
    if set.version != cycle.rule_set_version {
        tracing::info!(cycle = %cycle.id, was = cycle.rule_set_version, is = set.version, "cycle.other_rules");
        return begin_again(db, rules, now, cycle).await.map(drop);
    }
    let rule_set = store::rule_sets::ensure(db, &set).await?;
    refresh(db, &set, shard).await?;
    let standing = store::standing::look(db).await?;
    let table = cycle_rows::table(cycle.generation, shard);
    cycle_rows::create(db, &table).await?;
    let mut evaluation = Evaluation::new(&set, rule_set, &cycle, standing.number, cycle.generation);
    evaluation.run(db, shard, &table).await?;
    let counts = evaluation.counts;
    cycle_rows::complete(db, standing.number, cycle.generation, shard).await?;
    store::shards::done(db, (cycle.id, attempt), shard, counts).await?;
    tracing::info!(cycle = %cycle.id, attempt, shard, evaluated = counts.evaluated(), "cycle.shard");
    // Locked, so that of two shards that end at the same time one is the last.
    let now = store::cycles::lock(db, cycle.id).await?;
    let goes_on = now.is_some_and(|now| now.is_running() && now.attempt == attempt);
    match store::shards::progress(db, (cycle.id, attempt)).await? {
        (0, _) if goes_on => turn(db, &cycle).await,
        _ => Ok(()),
    }
}

/// Finds facts of a shard's products anew where other tables have found them.
async fn refresh(db: &mut PgConnection, rules: &RuleSet, shard: i32) -> sqlx::Result<()> {
    let detector = store::products::ensure_detector(db, &rules.detector).await?;
    let mut after = String::new();
    loop {
        let stale = store::products::lock_stale(db, shard, &after, detector, STALE).await?;
        let Some(last) = stale.last().map(Asin::to_string) else { return Ok(()) };
        find_and_save(db, rules, &stale).await?;
        after = last;
    }
}

async fn turn(db: &mut PgConnection, cycle: &Cycle) -> sqlx::Result<()> {
    deadlines::set(db, &[Deadline::new(TURN, cycle.id.to_string(), cycle.started)]).await
}

/// Completes a cycle: what changed while it ran is evaluated, then its verdicts hold, all at once.
pub(crate) async fn complete_cycle(
    db: &mut PgConnection,
    pool: &PgPool,
    rules: &Rules,
    now: Timestamp,
    id: CycleId,
) -> sqlx::Result<()> {
    // Before anything is locked: who has the connections may wait for that.
    let readers = readers(pool).await?;
    let Some(mut cycle) = store::cycles::lock(db, id).await?.filter(Cycle::is_running) else { return Ok(()) };
    if store::shards::announcing(db).await? {
        // Verdicts of the last cycle come first, so that events of a product keep their order.
        return turn(db, &cycle).await;
    }
    let attempt = (cycle.id, cycle.attempt);
    let (undone, counted) = store::shards::progress(db, attempt).await?;
    if cycle.mode == Mode::Full && undone > 0 {
        // Set by an earlier attempt: the last shard of this one sets it anew.
        return Ok(());
    }
    let set = rules.at(cycle.started);
    if set.version != cycle.rule_set_version {
        return begin_again(db, rules, now, cycle).await.map(drop);
    }
    let standing = store::standing::seize(db).await?;
    let rule_set = store::rule_sets::ensure(db, &set).await?;
    let (source, generation) = match cycle.mode {
        Mode::Full => (Source::TouchedSince(attempt), cycle.generation),
        Mode::Changed => (Source::Touched, standing.number),
    };
    let mut evaluation = Evaluation::new(&set, rule_set, &cycle, standing.number, generation);
    cycle_rows::create_late(db).await?;
    evaluation.run_touched(db, readers, source, LATE).await?;
    cycle.counts = evaluation.counts;
    if cycle.mode == Mode::Full {
        cycle.counts.add_all(counted);
        for (state, count) in cycle_rows::replaced(db).await? {
            cycle.counts.add(State::from_name(&state).unwrap_or(State::Pending), -count);
        }
        store::standing::change_over(db, generation, rule_set).await?;
    } else {
        store::past::keep_late(db, now).await?;
    }
    cycle_rows::merge_late(db).await?;
    store::shards::forget_touched(db).await?;
    cycle.completed = Some(now);
    cycle.total = cycle.counts.evaluated();
    store::cycles::save(db, &cycle).await?;
    outbox::enqueue(db, NAME, &[publish::cycle_completed(&cycle, now)]).await?;
    tell(db, generation, &cycle).await
}

/// Connections to read by: a second one where it is free.
async fn readers(pool: &PgPool) -> sqlx::Result<Vec<PoolConnection<Postgres>>> {
    let first = pool.acquire().await?;
    Ok(std::iter::once(first).chain(pool.try_acquire()).collect())
}

/// Has told what is otherwise than before, and what is not needed any more removed.
async fn tell(db: &mut PgConnection, generation: i32, cycle: &Cycle) -> sqlx::Result<()> {
    let slices = store::shards::announce(db, generation).await?;
    let slices = slices.into_iter().map(|slice| Deadline::new(ANNOUNCE, slice.to_string(), cycle.started));
    let sweep = Deadline::new(SWEEP, "generations", cycle.started);
    deadlines::set(db, &slices.chain([sweep]).collect::<Vec<_>>()).await
}
