//! Judging products by all their offers, and what a new judgement changes of what stands.

use std::collections::HashMap;

use futures::TryStreamExt;
use kernel::{Asin, CountrySet, CycleId};
use messaging::Outgoing;
use sqlx::PgConnection;

use crate::domain::rules::RuleSet;
use crate::domain::verdict::{Product, Verdict};
use crate::store::verdicts::{NewVerdict, Standing};
use crate::{publish, store};

/// The verdicts of products by their listed offers. A product without any is left out. Memory holds one product's
/// facts at a time, however many offers it has.
pub(super) async fn judge(
    db: &mut PgConnection,
    rules: &RuleSet,
    asins: &[Asin],
) -> sqlx::Result<HashMap<Asin, Verdict>> {
    let mut verdicts = HashMap::with_capacity(asins.len());
    let mut current: Option<(Asin, Product)> = None;
    let mut offers = std::pin::pin!(store::items::offers(db, asins));
    while let Some(offer) = offers.try_next().await? {
        if current.as_ref().is_some_and(|(asin, _)| *asin != offer.asin) {
            verdicts.extend(current.take().map(|(asin, product)| (asin, rules.judge(&product))));
        }
        let (_, product) = current.get_or_insert_with(|| (offer.asin, Product::default()));
        rules.observe(product, &offer);
    }
    verdicts.extend(current.map(|(asin, product)| (asin, rules.judge(&product))));
    Ok(verdicts)
}

/// A judgement to be written in place of what stands.
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    /// Countries that wait for the next cycle.
    pub(super) held: CountrySet,
    /// The cycle that made it, or the last one where it was made in between.
    pub(super) cycle: Option<CycleId>,
    /// The next cycle looks at the product again.
    pub(super) changed: bool,
}

impl Judgement {
    /// The row to write, and the event where it tells anything new.
    pub(super) fn written(
        self,
        standing: &Standing,
        rules: &RuleSet,
        at: jiff::Timestamp,
    ) -> (NewVerdict, Option<Outgoing>) {
        let mut codes = self.verdict.codes(rules);
        if !self.held.is_empty() {
            codes.push(rules.programme.pending.code.clone());
            codes.sort_unstable();
        }
        let Verdict { state, size_tier, eligible, findings } = &self.verdict;
        let new = (*state, Some(*eligible), size_tier.as_deref(), codes.as_slice());
        let old =
            (standing.state, standing.eligible, standing.size_tier.as_deref(), standing.codes.as_slice());
        let differs = new != old;
        let verdict = NewVerdict {
            asin: standing.asin,
            version: standing.version + i64::from(differs),
            changed: self.changed,
            state: *state,
            eligible: *eligible,
            size_tier: size_tier.clone(),
            warnings: self.verdict.warnings(rules),
            findings: findings
                .iter()
                .map(|finding| (rules.rules[finding.rule].id.clone(), finding.evidence.clone()))
                .collect(),
            codes,
            cycle: self.cycle,
        };
        let event = differs.then(|| publish::verdict_changed(&verdict, &rules.version, at));
        (verdict, event)
    }
}
