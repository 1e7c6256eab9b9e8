//! What products show, found anew from their offers whenever one of these changes. What got stricter counts at once; the
//! next cycle looks at the rest.

use std::collections::{BTreeMap, HashMap};

use futures::TryStreamExt;
use jiff::Timestamp;
use kernel::{Asin, CountrySet};
use messaging::{HandleError, Worker};
use sqlx::PgConnection;

use super::Rules;
use super::judgement::{Judgement, replace};
use crate::domain::rules::RuleSet;
use crate::domain::tightening::{Tightened, between_cycles};
use crate::domain::verdict::{Product, Shown, State};
use crate::store;
use crate::store::items::OfOffer;
use crate::store::standing::Generation;

/// Products of an older version's that are taken over together.
const UNSETTLED: i64 = 500;

/// Settles products whose offers have changed. The generation is held.
pub(super) async fn settle(
    db: &mut PgConnection,
    rules: &RuleSet,
    now: Timestamp,
    generation: Generation,
    asins: &[Asin],
) -> sqlx::Result<()> {
    store::products::lock(db, asins).await?;
    let mut shown = find_and_save(db, rules, asins).await?;
    store::products::touch(db, asins).await?;
    tighten(db, rules, now, generation, asins, &mut shown).await.map(drop)
}

/// Finds what products show that are locked, and writes it down. Those that no offer describes are not in the answer.
pub(super) async fn find_and_save(
    db: &mut PgConnection,
    rules: &RuleSet,
    asins: &[Asin],
) -> sqlx::Result<HashMap<Asin, Shown>> {
    let shown = find(db, rules, asins).await?;
    let detector = store::products::ensure_detector(db, &rules.detector).await?;
    let products: Vec<_> = asins.iter().map(|asin| (*asin, shown.get(asin))).collect();
    store::products::save(db, detector, &products).await?;
    Ok(shown)
}

/// Memory holds one product's offers at a time, however many it has.
pub(super) async fn find(
    db: &mut PgConnection,
    rules: &RuleSet,
    asins: &[Asin],
) -> sqlx::Result<HashMap<Asin, Shown>> {
    let mut shown = HashMap::with_capacity(asins.len());
    let mut current: Option<(Asin, Product)> = None;
    let mut offers = std::pin::pin!(store::items::offers(db, asins));
    while let Some(OfOffer { offer, .. }) = offers.try_next().await? {
        if current.as_ref().is_some_and(|(asin, _)| *asin != offer.asin) {
            shown.extend(current.take().map(|(asin, product)| (asin, rules.show(&product))));
        }
        let (_, product) = current.get_or_insert_with(|| (offer.asin, Product::default()));
        rules.observe(product, &offer);
    }
    shown.extend(current.map(|(asin, product)| (asin, rules.show(&product))));
    Ok(shown)
}

/// Takes away at once what products may no longer do, and says of how many.
pub(super) async fn tighten(
    db: &mut PgConnection,
    rules: &RuleSet,
    now: Timestamp,
    generation: Generation,
    asins: &[Asin],
    shown: &mut HashMap<Asin, Shown>,
) -> sqlx::Result<usize> {
    let mut changes = Vec::new();
    for standing in store::verdicts::standing(db, asins, &[State::Exportable]).await? {
        let Some(shown) = shown.remove(&standing.asin) else { continue };
        let tightened = between_cycles(standing.eligible.unwrap_or(CountrySet::EMPTY), rules.judge(shown));
        let Some(Tightened { verdict, held }) = tightened else { continue };
        changes.push((standing, Judgement { verdict, held }));
    }
    let tightened = changes.len();
    replace(db, rules, now, generation, changes).await?;
    Ok(tightened)
}

/// Takes over what a version before this one has written, and what it writes while it runs beside this one.
pub(crate) struct Takeover {
    pub(crate) rules: std::sync::Arc<Rules>,
}

impl Worker for Takeover {
    const NAME: &'static str = "takeover of products";

    async fn work(&self, db: &mut PgConnection, now: Timestamp) -> Result<usize, HandleError> {
        let generation = store::standing::hold(db).await?;
        let asins = store::products::take_unsettled(db, UNSETTLED).await?;
        if asins.is_empty() {
            return Ok(0);
        }
        let asins: Vec<Asin> =
            BTreeMap::from_iter(asins.into_iter().map(|asin| (asin, ()))).into_keys().collect();
        settle(db, &self.rules.at(now), now, generation, &asins).await?;
        Ok(asins.len())
    }
}
