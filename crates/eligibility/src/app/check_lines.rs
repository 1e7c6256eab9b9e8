//! Checks order lines: those of offers that are remembered without the database, the others with one query for all of
//! them, and one more only for a rule set that was never needed before.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use kernel::Country;
use sqlx::{PgConnection, PgPool};

use super::Rules;
use crate::domain::check::{
    self, Exclusion, LineFacts, ProductFacts, Purpose, Reason, SellerFacts, VerdictFacts,
};
use crate::domain::rules::RuleSet;
use crate::domain::settings::Excluded;
use crate::memory::{Memory, Offer};
use crate::store;
use crate::store::check::{Asked, Known, KnownProduct, KnownVerdict};
use crate::store::rule_sets::StoredRuleSet;

/// What is asked.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) offer: Arc<Offer>,
    pub(crate) country: Country,
    pub(crate) purpose: Purpose,
}

/// What lines are decided by.
pub(crate) struct Deciding {
    today: Arc<RuleSet>,
    /// Rule sets by the ids that verdicts name.
    stored: HashMap<i32, Arc<StoredRuleSet>>,
}

/// Reads offers, in the order given, and remembers them.
pub(crate) async fn read_offers(
    pool: &PgPool,
    memory: &Memory,
    keys: Vec<Asked>,
) -> sqlx::Result<Vec<Arc<Offer>>> {
    let moment = memory.moment();
    let mut db = pool.acquire().await?;
    let known = store::check::facts(&mut db, &keys).await?;
    Ok(keys.into_iter().zip(known).map(|(key, known)| memory.keep(key, known, moment)).collect())
}

/// Reads what was known of offers at a time that has passed, in the order given.
pub(crate) async fn read_past(
    db: &mut PgConnection,
    keys: Vec<Asked>,
    at: Timestamp,
) -> sqlx::Result<Vec<Arc<Offer>>> {
    let known = store::past::offers(db, &keys, at).await?;
    Ok(keys.into_iter().zip(known).map(|(key, known)| Arc::new(Offer::read_once(key, known))).collect())
}

/// What decides these lines: the rules of the day, and those that their verdicts were made by.
pub(crate) async fn deciding(
    pool: &PgPool,
    rules: &Rules,
    today: Arc<RuleSet>,
    lines: &[Line],
) -> sqlx::Result<Deciding> {
    let closing = lines.iter().filter_map(|line| closing(&line.offer.known, line.country));
    let mut needed: Vec<i32> = closing.map(|verdict| verdict.rule_set).collect();
    needed.sort_unstable();
    needed.dedup();
    let stored = match rules.remembered(&needed) {
        Some(stored) => stored,
        None => rules.stored(&mut *pool.acquire().await?, &needed).await?,
    };
    Ok(Deciding { today, stored })
}

impl Deciding {
    /// The rules of the day.
    pub(crate) fn rules(&self) -> &RuleSet {
        &self.today
    }

    /// Their version.
    pub(crate) fn version(&self) -> &str {
        &self.today.version
    }

    /// All reasons against a line; none means that it is eligible.
    pub(crate) fn reasons<'a>(&'a self, line: &'a Line) -> Vec<Reason<'a>> {
        let (known, country, purpose) = (&line.offer.known, line.country, line.purpose);
        let product = known.product.as_ref().map(|product| ProductFacts {
            group: product.group,
            exclusion: exclusion(product, country),
            verdict: product.verdict.as_ref().map(|verdict| self.verdict(verdict, country)),
        });
        let seller = known.settings.map(|settings| SellerFacts {
            enabled: settings.enabled,
            excludes_country: settings.excluded.contains(country),
        });
        check::reasons(&self.today, &LineFacts { country, purpose, seller, product })
    }

    fn verdict<'a>(&'a self, verdict: &'a KnownVerdict, country: Country) -> VerdictFacts<'a> {
        let permits = verdict.eligible.contains(country);
        let rules = self.stored.get(&verdict.rule_set).filter(|_| !permits);
        let closing =
            |rules: &'a Arc<StoredRuleSet>| rules.findings(&verdict.because, |rule| rule.closes(country));
        VerdictFacts { permits, findings: rules.map(closing).unwrap_or_default() }
    }
}

/// The verdict, when it is against the country.
fn closing(known: &Known, country: Country) -> Option<&KnownVerdict> {
    let verdict = known.product.as_ref()?.verdict.as_ref()?;
    (!verdict.eligible.contains(country)).then_some(verdict)
}

fn exclusion(product: &KnownProduct, country: Country) -> Option<Exclusion> {
    match product.excluded {
        Excluded::Not => None,
        Excluded::Everywhere => Some(Exclusion::Everywhere),
        Excluded::Countries(countries) if countries.contains(country) => Some(Exclusion::ThisCountry),
        Excluded::Countries(_) => Some(Exclusion::OtherCountries),
    }
}
