//! The catalogue lists, changes and delists offers. A new product waits for the next cycle; of a changed one only what
//! got stricter counts at once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use kernel::Asin;
use sqlx::PgConnection;

use super::Rules;
use super::settle::settle;
use crate::domain::classification::{Basis, affected};
use crate::store;
use crate::store::items::{Key, Known, Listing};

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
    let generation = store::standing::hold(db).await?;
    let known = store::items::lock(db, &newest.keys().collect::<Vec<_>>()).await?;
    newest.retain(|key, listing| known.get(key).is_none_or(|known| known.version < listing.version));
    if newest.is_empty() {
        return Ok(());
    }
    store::past::keep_items(db, &become_other(&known, &newest), now).await?;
    write(db, &newest, now).await?;
    let before = newest.keys().filter_map(|key| known.get(key)?.asin);
    let after = newest.values().filter_map(|listing| listing.listed.as_ref()).map(|(_, offer)| offer.asin);
    let touched: BTreeSet<Asin> = before.chain(after).collect();
    settle(db, &rules.at(now), now, generation, &touched.into_iter().collect::<Vec<_>>()).await?;
    store::suggestions::queue(db, &to_suggest(&known, &newest)).await
}

/// Offers that were of another product or another group, or were not listed, or are not any more.
fn become_other<'a>(known: &BTreeMap<Key, Known>, newest: &'a BTreeMap<Key, Listing>) -> Vec<&'a Key> {
    let other = newest.iter().filter(|(key, listing)| {
        let after = listing.listed.as_ref().map(|(_, offer)| (offer.asin, offer.group));
        known
            .get(*key)
            .is_some_and(|known| known.basis.as_ref().map(|basis| (basis.asin, basis.group)) != after)
    });
    other.map(|(key, _)| key).collect()
}

/// Products of which another HS code may be suggested now.
fn to_suggest(known: &BTreeMap<Key, Known>, newest: &BTreeMap<Key, Listing>) -> BTreeSet<Asin> {
    let affected = newest.iter().flat_map(|(key, listing)| {
        let before = known.get(key).and_then(|known| known.basis.as_ref());
        let after = listing.listed.as_ref().map(|(_, offer)| Basis::of(offer));
        affected(before, after.as_ref()).collect::<Vec<_>>()
    });
    affected.collect()
}

async fn write(db: &mut PgConnection, listings: &BTreeMap<Key, Listing>, now: Timestamp) -> sqlx::Result<()> {
    let mut listed = Vec::new();
    let mut delisted = Vec::new();
    for (key, listing) in listings {
        match &listing.listed {
            Some((fnsku, offer)) => listed.push((key, listing.version, fnsku, offer)),
            None => delisted.push((key, listing.version)),
        }
    }
    if !listed.is_empty() {
        store::items::save(db, &listed, now).await?;
    }
    if delisted.is_empty() { Ok(()) } else { store::items::delist(db, &delisted, now).await }
}
