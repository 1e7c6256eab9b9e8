//! What a new judgement between two cycles changes of what stands.

use jiff::Timestamp;
use kernel::{Asin, CountrySet};
use messaging::{Outgoing, outbox};
use sqlx::PgConnection;

use crate::domain::rules::RuleSet;
use crate::domain::verdict::Verdict;
use crate::store::standing::Generation;
use crate::store::verdicts::{NewVerdict, Standing};
use crate::{NAME, publish, store};

/// A judgement to be written in place of what stands.
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    /// Countries that wait for the next cycle.
    pub(super) held: CountrySet,
}

/// Writes judgements in place of what stands, and tells what is new in them. Of a product whose last verdict was not told yet,
/// that comes first. The products are locked, the generation is held. Those that differ, with their new versions.
pub(super) async fn replace(
    db: &mut PgConnection,
    rules: &RuleSet,
    now: Timestamp,
    generation: Generation,
    changes: Vec<(Standing, Judgement)>,
) -> sqlx::Result<Vec<(Asin, i64)>> {
    let (mut rows, mut events) = (Vec::new(), Vec::<Outgoing>::new());
    let mut differing = Vec::new();
    for (standing, judgement) in changes {
        if standing.untold {
            let untold = store::told::untold(db, standing.asin).await?;
            events.extend(untold.iter().flat_map(publish::verdict));
        }
        let row = judgement.written(&standing, rules);
        if row.version != standing.version {
            events.extend(publish::verdict(&row.told(&rules.version, now)));
            differing.push((row.asin, row.version));
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Ok(differing);
    }
    let rule_set = store::rule_sets::ensure(db, rules).await?;
    store::verdicts::replace(db, generation.number, &rows, rule_set, now).await?;
    outbox::enqueue(db, NAME, &events).await?;
    Ok(differing)
}

impl Judgement {
    /// The row to write: of the next version where it differs from what stands.
    fn written(self, standing: &Standing, rules: &RuleSet) -> NewVerdict {
        let Verdict { shown, ruling } = self.verdict;
        let mut codes = ruling.codes;
        if !self.held.is_empty() {
            codes.push(rules.programme.pending.code.clone());
            codes.sort_unstable();
        }
        let new = (ruling.state, Some(ruling.eligible), shown.size_tier.as_deref(), codes.as_slice());
        let old =
            (standing.state, standing.eligible, standing.size_tier.as_deref(), standing.codes.as_slice());
        NewVerdict {
            asin: standing.asin,
            version: standing.version + i64::from(new != old),
            state: ruling.state,
            eligible: ruling.eligible,
            warnings: ruling.warnings,
            shown,
            codes,
            cycle: standing.cycle,
        }
    }
}
