//! Checks order lines: those of offers that are remembered without the database, the others with one query for all of
//! them, and one more only for a rule set that was never needed before.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use kernel::{Asin, Country};
use sqlx::PgPool;

use super::Rules;
use crate::domain::check::{
    self, Exclusion, LineFacts, ProductFacts, Purpose, Reason, RuleIndex, SellerFacts, VerdictFacts,
};
use crate::domain::rules::RuleSet;
use crate::domain::settings::Excluded;
use crate::memory::{Memory, Offer};
use crate::store;
use crate::store::check::{Known, KnownProduct, KnownVerdict};
use crate::store::items::Key;
use crate::store::rule_sets::StoredRuleSet;

/// The answer for one line.
#[derive(Debug)]
pub(crate) struct Checked {
    /// `None` when the SKU is unknown.
    pub(crate) asin: Option<Asin>,
    /// Empty = eligible.
    pub(crate) reasons: Vec<Reason>,
    /// Version of the seller's settings that answered; 0 when nobody told us of the seller.
    pub(crate) settings_version: i64,
}

/// What is asked.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) offer: Arc<Offer>,
    pub(crate) country: Country,
    pub(crate) purpose: Purpose,
}

/// Rule sets by the ids that verdicts name.
type Stored = HashMap<i32, Arc<StoredRuleSet>>;

/// Reads offers, in the order given, and remembers them.
pub(crate) async fn read_offers(
    pool: &PgPool,
    memory: &Memory,
    keys: Vec<Key>,
) -> sqlx::Result<Vec<Arc<Offer>>> {
    let moment = memory.moment();
    let mut db = pool.acquire().await?;
    let known = store::check::facts(&mut db, &keys).await?;
    Ok(keys.into_iter().zip(known).map(|(key, known)| memory.keep(key, known, moment)).collect())
}

/// Decides each line, in the order given; with the version of the rules of now.
pub(crate) async fn check_lines(
    pool: &PgPool,
    rules: &Rules,
    now: Timestamp,
    lines: &[Line],
) -> sqlx::Result<(Vec<Checked>, String)> {
    let today = rules.at(now);
    let closing = lines.iter().filter_map(|line| closing(&line.offer.known, line.country));
    let mut needed: Vec<i32> = closing.map(|verdict| verdict.rule_set).collect();
    needed.sort_unstable();
    needed.dedup();
    let stored = match rules.remembered(&needed) {
        Some(stored) => stored,
        None => rules.stored(&mut *pool.acquire().await?, &needed).await?,
    };
    let checked = lines.iter().map(|line| check(&today, &stored, line));
    Ok((checked.collect(), today.version.clone()))
}

/// The verdict, when it is against the country.
fn closing(known: &Known, country: Country) -> Option<&KnownVerdict> {
    let verdict = known.product.as_ref()?.verdict.as_ref()?;
    (!verdict.eligible.contains(country)).then_some(verdict)
}

fn check(today: &RuleSet, stored: &Stored, line: &Line) -> Checked {
    let (known, country, purpose) = (&line.offer.known, line.country, line.purpose);
    static NO_RULES: LazyLock<RuleIndex> = LazyLock::new(RuleIndex::new);
    let against = closing(known, country).and_then(|verdict| Some((verdict, stored.get(&verdict.rule_set)?)));
    let findings = against.map(|(verdict, rules)| verdict.because.findings(rules)).unwrap_or_default();
    let verdict = |verdict: &KnownVerdict| VerdictFacts {
        permits: verdict.eligible.contains(country),
        findings: &findings,
        rules: stored.get(&verdict.rule_set).map_or(&*NO_RULES, |set| &set.rules),
    };
    let product = known.product.as_ref().map(|product| ProductFacts {
        group: product.group,
        exclusion: exclusion(product, country),
        verdict: product.verdict.as_ref().map(verdict),
    });
    let seller = known.settings.map(|settings| SellerFacts {
        enabled: settings.enabled,
        excludes_country: settings.excluded.contains(country),
    });
    Checked {
        asin: known.product.as_ref().map(|product| product.asin),
        reasons: check::reasons(today, &LineFacts { country, purpose, seller, product }),
        settings_version: known.settings_version(),
    }
}

fn exclusion(product: &KnownProduct, country: Country) -> Option<Exclusion> {
    match product.excluded {
        Excluded::Not => None,
        Excluded::Everywhere => Some(Exclusion::Everywhere),
        Excluded::Countries(countries) if countries.contains(country) => Some(Exclusion::ThisCountry),
        Excluded::Countries(_) => Some(Exclusion::OtherCountries),
    }
}
