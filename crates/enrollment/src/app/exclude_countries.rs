//! A seller says which destinations it does not export to.

use jiff::Timestamp;
use kernel::SellerId;
use messaging::{Deadline, deadlines};
use sqlx::PgConnection;

use super::change_products::{change_products, look_up_regions};
use super::{Applied, Error, lock, save};
use crate::domain::{Act, Edit, Policy, Seller, Source, UploadMode, day, next_midnight};
use crate::store::{self, staging};

/// Looks up the members of excluded regions once a day; its subject is the seller.
const FOLLOW_REGIONS: &str = "follow_regions";

/// Changes the list. `expected` is the settings version the caller read.
pub(crate) async fn exclude_countries(
    db: &mut PgConnection,
    policy: &Policy,
    act: Act<'_>,
    seller: SellerId,
    edit: Edit,
    expected: Option<i64>,
) -> Result<Applied<Seller>, Error> {
    let mut seller = lock(db, seller).await?;
    let followed = seller.follows_regions();
    let change = seller.exclude_countries(act, edit, policy.regions(), day(act.at), expected)?;
    let already = save(db, &seller, change.as_slice()).await?;
    // Only where it begins or ends: the deadline may be firing at this moment, and waits for the seller's lock.
    match (followed, seller.follows_regions()) {
        (false, true) => look_again(db, seller.id, act.at).await?,
        (true, false) => deadlines::clear(db, FOLLOW_REGIONS, &[seller.id.to_string()]).await?,
        _ => {}
    }
    Ok(Applied { now: seller, already })
}

/// Brings a seller's excluded countries and products in step with the regions it named, and looks again on the next day,
/// although nothing may be due until then: a later version of the data may bring members that nobody knew of yet.
pub(crate) async fn follow_regions(
    db: &mut PgConnection,
    policy: &Policy,
    seller: SellerId,
    now: Timestamp,
) -> Result<(), Error> {
    let mut seller = lock(db, seller).await?;
    if !seller.follows_regions() {
        return Ok(());
    }
    let change = seller.follow_regions(policy.regions(), day(now), now);
    save(db, &seller, change.as_slice()).await?;
    if seller.products_follow_regions {
        seller = products_follow(db, policy, seller, now).await?;
    }
    if seller.follows_regions() { look_again(db, seller.id, now).await } else { Ok(()) }
}

/// The same for excluded products; a seller that has none by region any more need not be looked at again.
async fn products_follow(
    db: &mut PgConnection,
    policy: &Policy,
    mut seller: Seller,
    now: Timestamp,
) -> Result<Seller, Error> {
    let act = Act::of_regions(now);
    staging::create(db).await?;
    if !staging::want_by_region(db, seller.id).await? {
        seller.products_follow_regions = false;
        store::sellers::save(db, &seller).await?;
    }
    look_up_regions(db, policy.regions(), act).await?;
    staging::compare(db, seller.id, UploadMode::Merge).await?;
    let effect = staging::effect(db, seller.id, seller.product_exclusions).await?;
    let seller = change_products(db, act, seller, Source::Regions, effect).await?;
    staging::drop(db).await?;
    Ok(seller)
}

pub(super) async fn look_again(db: &mut PgConnection, seller: SellerId, now: Timestamp) -> Result<(), Error> {
    let due = next_midnight(now).ok_or(Error::NoPolicy(day(now)))?;
    Ok(deadlines::set(db, &[Deadline::new(FOLLOW_REGIONS, seller.to_string(), due)]).await?)
}
