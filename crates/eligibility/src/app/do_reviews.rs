//! Evaluates products whose sellers asked for it, in the generation that stands: as a cycle would that looks at these alone.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::{Timestamp, ToSpan as _};
use kernel::{Asin, CountrySet};
use messaging::{HandleError, Worker};
use sqlx::PgConnection;

use super::Rules;
use super::judgement::{Judgement, replace};
use super::settle::find_and_save;
use crate::domain::day;
use crate::domain::review::Outcome;
use crate::domain::review_limits::ReviewLimits;
use crate::domain::rules::RuleSet;
use crate::domain::verdict::State;
use crate::store;

/// Reviews done, or forgotten, in one transaction.
const MOST: i64 = 50;

/// Does what was asked for, and forgets what was done long ago.
pub(crate) struct Reviewer {
    pub(crate) rules: Arc<Rules>,
    pub(crate) limits: Arc<ReviewLimits>,
}

impl Worker for Reviewer {
    const NAME: &'static str = "reviewer";

    async fn work(&self, db: &mut PgConnection, now: Timestamp) -> Result<usize, HandleError> {
        let reviews = store::reviews::take(db, MOST).await?;
        if reviews.is_empty() {
            let kept = self.limits.at(day(now)).record_days;
            // Before its first tick a simulated clock stands at 1970; nothing is older.
            let Ok(before) = now.checked_sub((kept * 24).hours()) else { return Ok(0) };
            let forgotten = store::reviews::forget(db, before, MOST).await?;
            return Ok(usize::try_from(forgotten).unwrap_or_default());
        }
        let asins: BTreeSet<Asin> = reviews.iter().map(|(_, asin)| *asin).collect();
        let asins: Vec<Asin> = asins.into_iter().collect();
        let outcomes = evaluate(db, &self.rules.at(now), now, &asins).await?;
        let done = reviews.iter().filter_map(|(id, asin)| Some((*id, *outcomes.get(asin)?)));
        store::reviews::done(db, &done.collect::<Vec<_>>()).await?;
        Ok(reviews.len())
    }
}

/// Evaluates products, and tells what is otherwise than before. A cycle that is running looks at them once more: they count
/// as touched, by this transaction.
async fn evaluate(
    db: &mut PgConnection,
    rules: &RuleSet,
    now: Timestamp,
    asins: &[Asin],
) -> sqlx::Result<HashMap<Asin, Outcome>> {
    let generation = store::standing::hold(db).await?;
    store::products::lock(db, asins).await?;
    let mut shown = find_and_save(db, rules, asins).await?;
    let described: Vec<Asin> = asins.iter().filter(|asin| shown.contains_key(asin)).copied().collect();
    store::products::touch_reviewed(db, &described).await?;
    let (mut changes, mut outcomes) = (Vec::new(), HashMap::new());
    for standing in store::verdicts::standing(db, asins, &State::ALL).await? {
        // One that no offer describes any more keeps what stands.
        let outcome = Outcome { at: now, version: standing.version, changed: false };
        outcomes.insert(standing.asin, outcome);
        let Some(shown) = shown.remove(&standing.asin) else { continue };
        changes.push((standing, Judgement { verdict: rules.judge(shown), held: CountrySet::EMPTY }));
    }
    for (asin, version) in replace(db, rules, now, generation, changes).await? {
        outcomes.insert(asin, Outcome { at: now, version, changed: true });
    }
    Ok(outcomes)
}
