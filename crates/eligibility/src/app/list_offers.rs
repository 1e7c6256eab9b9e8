//! The catalogue lists, changes and delists offers. A new product waits for the next cycle; of a changed one only what
//! got stricter counts at once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use kernel::{Asin, CountrySet};
use messaging::outbox;
use sqlx::PgConnection;

use super::Rules;
use super::judge::{Judgement, judge};
use crate::domain::tightening::{Tightened, between_cycles};
use crate::store::items::{Key, Listing};
use crate::store::verdicts::Standing;
use crate::{NAME, store};

/// Takes listings over, of one offer the newest; older ones than what is known change nothing.
pub(crate) async fn list_offers(
    db: &mut PgConnection,
    rules: &Rules,
    now: Timestamp,
    listings: Vec<(Key, Listing)>,
) -> sqlx::Result<()> {
    let mut newest: BTreeMap<Key, Listing> = BTreeMap::new();
    for (key, listing) in listings {
        if newest.get(&key).is_none_or(|known| known.version < listing.version) {
            newest.insert(key, listing);
        }
    }
    let known = store::items::lock(db, &newest.keys().collect::<Vec<_>>()).await?;
    newest.retain(|key, listing| known.get(key).is_none_or(|(version, _)| *version < listing.version));
    if newest.is_empty() {
        return Ok(());
    }
    write(db, &newest).await?;
    let before = newest.keys().filter_map(|key| known.get(key)).filter_map(|(_, asin)| *asin);
    let after = newest.values().filter_map(|listing| listing.listed.as_ref()).map(|(_, offer)| offer.asin);
    let touched: BTreeSet<Asin> = before.chain(after).collect();
    let standing = store::verdicts::touch(db, &touched.into_iter().collect::<Vec<_>>()).await?;
    tighten(db, rules, now, &standing).await
}

async fn write(db: &mut PgConnection, listings: &BTreeMap<Key, Listing>) -> sqlx::Result<()> {
    let mut listed = Vec::new();
    let mut delisted = Vec::new();
    for (key, listing) in listings {
        match &listing.listed {
            Some((fnsku, offer)) => listed.push((key, listing.version, fnsku, offer)),
            None => delisted.push((key, listing.version)),
        }
    }
    if !listed.is_empty() {
        store::items::save(db, &listed).await?;
    }
    if delisted.is_empty() { Ok(()) } else { store::items::delist(db, &delisted).await }
}

/// Judges products anew that have a verdict, and takes away at once what they may no longer do.
async fn tighten(
    db: &mut PgConnection,
    rules: &Rules,
    now: Timestamp,
    standing: &[Standing],
) -> sqlx::Result<()> {
    let permitted = |standing: &Standing| standing.eligible.is_some_and(|eligible| !eligible.is_empty());
    let asins: Vec<Asin> = standing.iter().filter(|s| permitted(s)).map(|s| s.asin).collect();
    if asins.is_empty() {
        return Ok(());
    }
    let rules = rules.at(now);
    let mut verdicts = judge(db, &rules, &asins).await?;
    let (mut rows, mut events) = (Vec::new(), Vec::new());
    for standing in standing {
        let Some(again) = verdicts.remove(&standing.asin) else { continue };
        let eligible = standing.eligible.unwrap_or(CountrySet::EMPTY);
        let Some(Tightened { verdict, held }) = between_cycles(eligible, again) else { continue };
        let judgement = Judgement { verdict, held, cycle: standing.cycle, changed: true };
        let (row, event) = judgement.written(standing, &rules, now);
        rows.push(row);
        events.extend(event);
    }
    if rows.is_empty() {
        return Ok(());
    }
    let rule_set = store::rule_sets::ensure(db, &rules).await?;
    store::verdicts::save(db, &rows, rule_set, now).await?;
    outbox::enqueue(db, NAME, &events).await
}
