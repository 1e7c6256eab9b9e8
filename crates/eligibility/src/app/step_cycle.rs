//! A running cycle takes its next batch of products. Each step is one transaction, and what drives the steps is a
//! deadline: killed at any point, the cycle goes on where its last step was committed.

use jiff::Timestamp;
use kernel::{Asin, CountrySet, CycleId};
use messaging::{Deadline, deadlines, outbox};
use sqlx::PgConnection;

use super::judge::{Judgement, judge};
use super::{Rules, STEP};
use crate::domain::cycle::Cycle;
use crate::store::verdicts::Standing;
use crate::{NAME, publish, store};

/// Products of one step: few enough that offers' changes do not wait long for their rows.
const BATCH: i64 = 1_000;

/// Evaluates the next products, or completes the cycle when there are none left.
pub(crate) async fn step_cycle(
    db: &mut PgConnection,
    rules: &Rules,
    now: Timestamp,
    cycle: CycleId,
) -> sqlx::Result<()> {
    let Some((mut cycle, after)) = store::cycles::lock(db, cycle).await? else { return Ok(()) };
    if cycle.completed.is_some() {
        return Ok(());
    }
    let rules = rules.at(cycle.started);
    let rule_set = store::rule_sets::ensure(db, &rules).await?;
    cycle.rule_set_version.clone_from(&rules.version);
    let standing = store::verdicts::due(db, &after, rule_set, BATCH).await?;
    let Some(last) = standing.last().map(|standing| standing.asin) else {
        return complete(db, cycle, &after, now).await;
    };
    evaluate(db, &rules, rule_set, &mut cycle, &standing, now).await?;
    store::cycles::save(db, &cycle, last.as_str()).await?;
    deadlines::set(db, &[Deadline::new(STEP, cycle.id.to_string(), cycle.started)]).await
}

async fn evaluate(
    db: &mut PgConnection,
    rules: &crate::domain::rules::RuleSet,
    rule_set: i32,
    cycle: &mut Cycle,
    standing: &[Standing],
    now: Timestamp,
) -> sqlx::Result<()> {
    let asins: Vec<Asin> = standing.iter().map(|standing| standing.asin).collect();
    let mut verdicts = judge(db, rules, &asins).await?;
    let (mut rows, mut events, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for standing in standing {
        let Some(verdict) = verdicts.remove(&standing.asin) else {
            gone.push(standing.asin);
            continue;
        };
        cycle.counts.add(verdict.state);
        let judgement = Judgement { verdict, held: CountrySet::EMPTY, cycle: Some(cycle.id), changed: false };
        let (row, event) = judgement.written(standing, rules, now);
        rows.push(row);
        events.extend(event);
    }
    store::verdicts::save(db, &rows, rule_set, now).await?;
    store::verdicts::keep(db, &gone).await?;
    outbox::enqueue(db, NAME, &events).await
}

async fn complete(db: &mut PgConnection, mut cycle: Cycle, after: &str, now: Timestamp) -> sqlx::Result<()> {
    cycle.completed = Some(now);
    store::cycles::save(db, &cycle, after).await?;
    outbox::enqueue(db, NAME, &[publish::cycle_completed(&cycle, now)]).await
}
