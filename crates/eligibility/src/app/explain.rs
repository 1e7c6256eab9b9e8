//! A product's verdict with its reasons, told by the rules it was made by.

use std::sync::Arc;

use jiff::Timestamp;
use kernel::{Asin, CountrySet};
use sqlx::PgConnection;

use super::Rules;
use crate::domain::check::Finding;
use crate::domain::rules::{Effect, Rule, RuleSet};
use crate::domain::verdict::Shown;
use crate::store;
use crate::store::rule_sets::StoredRuleSet;
use crate::store::verdicts::{Because, Evaluated, Explained};

/// A verdict and what is behind it.
#[derive(Debug)]
pub(crate) struct Explanation {
    pub(crate) verdict: Explained,
    /// `None` before the first evaluation.
    rule_set: Option<Arc<StoredRuleSet>>,
}

/// Reads a verdict, that of now or of a time that has passed; `None` when the product was never listed.
pub(crate) async fn explain(
    db: &mut PgConnection,
    rules: &Rules,
    asin: Asin,
    at: Option<Timestamp>,
) -> sqlx::Result<Option<Explanation>> {
    let verdict = match at {
        None => store::verdicts::get(db, asin).await?,
        Some(at) => store::past::verdict(db, asin, at).await?,
    };
    let Some(verdict) = verdict else { return Ok(None) };
    let rule_set = match verdict.evaluated {
        Some(evaluated) => rules.stored(db, &[evaluated.rule_set]).await?.remove(&evaluated.rule_set),
        None => None,
    };
    Ok(Some(Explanation { verdict, rule_set }))
}

impl Explanation {
    /// Of what the rules of a day would decide about a product.
    pub(crate) fn of(rules: &RuleSet, shown: &Shown, at: Timestamp) -> Self {
        let ruling = rules.decide(shown.facts);
        let rule_set = StoredRuleSet::of(rules);
        let because = Because::Facts(shown.facts, store::evidence_text(&shown.evidence));
        let verdict = Explained {
            state: ruling.state,
            eligible: ruling.eligible,
            size_tier: shown.size_tier.clone(),
            because,
            evaluated: Some(Evaluated { at, rule_set: 0 }),
            cycle: None,
        };
        Self { verdict, rule_set: Some(Arc::new(rule_set)) }
    }

    pub(crate) fn version(&self) -> &str {
        self.rule_set.as_ref().map_or("", |set| &set.version)
    }

    /// Rules against the product with their evidence and the destinations they close; `None` where they close all.
    pub(crate) fn reasons(&self) -> Vec<(&Rule, &str, Option<CountrySet>)> {
        let Some(set) = &self.rule_set else { return Vec::new() };
        let findings = set.findings(&self.verdict.because, |rule| rule.effect != Effect::Warn);
        let rules = findings.into_iter().map(|Finding { rule, evidence }| {
            let closed = set.open.intersect(rule.scope);
            (rule, evidence, (closed != set.open).then_some(closed))
        });
        rules.filter(|(_, _, closed)| closed.is_none_or(|closed| !closed.is_empty())).collect()
    }

    /// Rules that the product shows something of and that close nothing, with their evidence and the destinations they are about.
    pub(crate) fn warnings(&self) -> Vec<(&Rule, &str, CountrySet)> {
        let Some(set) = &self.rule_set else { return Vec::new() };
        let findings = set.findings(&self.verdict.because, |rule| rule.effect == Effect::Warn);
        let warned = findings
            .into_iter()
            .map(|Finding { rule, evidence }| (rule, evidence, set.open.intersect(rule.scope)));
        warned.filter(|(.., countries)| !countries.is_empty()).collect()
    }

    /// Destinations that no rule closes and that wait for the next cycle all the same; none before the first.
    pub(crate) fn waiting(&self) -> CountrySet {
        let Some(set) = &self.rule_set else { return CountrySet::EMPTY };
        let closed = self
            .reasons()
            .into_iter()
            .map(|(rule, ..)| rule.scope)
            .fold(CountrySet::EMPTY, CountrySet::union);
        set.open.minus(closed).minus(self.verdict.eligible)
    }
}
