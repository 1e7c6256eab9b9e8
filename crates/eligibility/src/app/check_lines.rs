//! Checks order lines: one query for all of them, and one more only for a rule set that was never needed before.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use sqlx::PgConnection;

use super::Rules;
use crate::domain::check::{self, LineFacts, ProductFacts, Reason, RuleIndex, VerdictFacts};
use crate::store;
use crate::store::check::{Known, KnownProduct, Line};
use crate::store::rule_sets::StoredRuleSet;

/// The answer for one line.
#[derive(Debug)]
pub(crate) struct Checked {
    /// `None` when the SKU is unknown.
    pub(crate) asin: Option<String>,
    /// Empty = eligible.
    pub(crate) reasons: Vec<Reason>,
    /// Version of the seller's settings that answered; 0 when nobody told us of the seller.
    pub(crate) settings_version: i64,
}

/// Decides each line, in the order given; with the version of the rules of now.
pub(crate) async fn check_lines(
    db: &mut PgConnection,
    rules: &Rules,
    now: Timestamp,
    lines: &[Line],
) -> sqlx::Result<(Vec<Checked>, String)> {
    let today = rules.at(now);
    let known = store::check::facts(db, lines).await?;
    let closed = known.iter().filter_map(|known| known.product.as_ref()?.verdict.as_ref());
    let needed: Vec<i32> =
        closed.filter(|verdict| !verdict.permits).map(|verdict| verdict.rule_set).collect();
    let stored = rules.stored(db, &needed).await?;
    let checked = lines.iter().zip(known).map(|(line, known)| {
        let Known { seller, settings_version, product } = known;
        let findings = product.as_ref().map(|product| findings(product, &stored)).unwrap_or_default();
        let facts = product.as_ref().map(|product| facts(product, &findings, |id| stored.get(&id)));
        let reasons = check::reasons(&today, &LineFacts { country: line.country, seller, product: facts });
        Checked { asin: product.map(|product| product.asin), reasons, settings_version }
    });
    Ok((checked.collect(), today.version.clone()))
}

/// Why the verdict closes the country; nothing where it does not.
fn findings(product: &KnownProduct, stored: &HashMap<i32, Arc<StoredRuleSet>>) -> Vec<(String, String)> {
    let verdict = product.verdict.as_ref();
    let because =
        verdict.and_then(|verdict| Some((verdict.because.as_ref()?, stored.get(&verdict.rule_set)?)));
    because.map(|(because, rules)| because.findings(rules)).unwrap_or_default()
}

fn facts<'a>(
    product: &'a KnownProduct,
    findings: &'a [(String, String)],
    rule_set: impl Fn(i32) -> Option<&'a Arc<StoredRuleSet>>,
) -> ProductFacts<'a> {
    static NO_RULES: std::sync::LazyLock<RuleIndex> = std::sync::LazyLock::new(RuleIndex::new);
    let verdict = product.verdict.as_ref().map(|verdict| VerdictFacts {
        permits: verdict.permits,
        findings,
        rules: rule_set(verdict.rule_set).map_or(&*NO_RULES, |set| &set.rules),
    });
    ProductFacts { exclusion: product.exclusion, verdict }
}
