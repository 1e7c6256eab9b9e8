//! Many excluded products change at once: the list, its history and its events in one transaction.

use std::collections::BTreeMap;

use kernel::SellerId;
use messaging::{Outgoing, outbox};
use sqlx::PgConnection;

use super::Error;
use super::exclude_countries::look_again;
use crate::domain::{Act, Effect, Regions, Seller, Source, countries_of, day};
use crate::publish::{self, Part};
use crate::store::staging::{self, Changed};
use crate::{NAME, store};

/// Products of one event, at most. Each may have countries of its own, and an event at most a million bytes.
pub(crate) const PART: i64 = 900;
/// Events written at a time.
const EVENTS: usize = 5;

/// Carries out what is staged. The seller is locked. Nothing staged, nothing changed.
pub(crate) async fn change_products(
    db: &mut PgConnection,
    act: Act<'_>,
    mut seller: Seller,
    source: Source,
    effect: Effect,
) -> Result<Seller, Error> {
    let parts = (effect.touched() + PART - 1) / PART;
    if parts == 0 {
        return Ok(seller);
    }
    let followed = seller.follows_regions();
    seller.products_follow_regions |= staging::names_region(db).await?;
    let before = seller.version;
    let change = seller.change_products(act, source, effect, parts);
    staging::apply(db, seller.id, act, seller.version).await?;
    store::sellers::save(db, &seller).await?;
    store::changes::append(db, &[change]).await?;
    tell(db, act, seller.id, before, parts).await?;
    // The deadline of a seller that follows already may be firing at this moment, and waits for the seller's lock.
    if !followed && seller.follows_regions() {
        look_again(db, seller.id, act.at).await?;
    }
    Ok(seller)
}

/// Writes the events, part by part.
async fn tell(
    db: &mut PgConnection,
    act: Act<'_>,
    seller: SellerId,
    before: i64,
    parts: i64,
) -> Result<(), Error> {
    staging::open_changes(db).await?;
    let mut events: Vec<Outgoing> = Vec::with_capacity(EVENTS);
    for part in 1..=parts {
        let (excluded, included) = by_countries(staging::next_changes(db).await?);
        let part = Part { seller, version: before + part, at: act.at, part, parts, excluded, included };
        events.push(publish::part(part));
        if events.len() == EVENTS {
            outbox::enqueue(db, NAME, &std::mem::take(&mut events)).await?;
        }
    }
    Ok(outbox::enqueue(db, NAME, &events).await?)
}

/// Excluded products by their countries, and those that are not excluded any more.
pub(super) fn by_countries(changes: Vec<Changed>) -> (BTreeMap<String, Vec<String>>, Vec<String>) {
    let (mut excluded, mut included) = (BTreeMap::<String, Vec<String>>::new(), Vec::new());
    for Changed { asin, countries } in changes {
        match countries {
            Some(countries) => excluded.entry(countries).or_default().push(asin),
            None => included.push(asin),
        }
    }
    (excluded, included)
}

/// Looks up what the wanted regions stand for on the day of the act.
pub(crate) async fn look_up_regions(
    db: &mut PgConnection,
    regions: &Regions,
    act: Act<'_>,
) -> Result<(), Error> {
    staging::open_regions(db).await?;
    loop {
        let named = staging::next_regions(db).await?;
        if named.is_empty() {
            return Ok(());
        }
        for (destinations, stood_for) in named {
            let countries = countries_of(&destinations, regions, day(act.at)).to_string();
            if countries != stood_for {
                staging::stand_for(db, &destinations, &countries).await?;
            }
        }
    }
}
