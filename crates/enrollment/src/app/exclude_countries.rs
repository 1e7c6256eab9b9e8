//! A seller says which destinations it does not export to.

use jiff::Timestamp;
use kernel::SellerId;
use messaging::{Deadline, deadlines};
use sqlx::PgConnection;

use super::{Applied, Error, lock, save};
use crate::domain::{Act, Edit, Policy, Seller, day, next_midnight};

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
    let followed = seller.excluded.follows_regions();
    let change = seller.exclude_countries(act, edit, policy.regions(), day(act.at), expected)?;
    let already = save(db, &seller, change.as_slice()).await?;
    // Only where it begins or ends: the deadline may be firing at this moment, and waits for the seller's lock.
    match (followed, seller.excluded.follows_regions()) {
        (false, true) => look_again(db, seller.id, act.at).await?,
        (true, false) => deadlines::clear(db, FOLLOW_REGIONS, &[seller.id.to_string()]).await?,
        _ => {}
    }
    Ok(Applied { now: seller, already })
}

/// Brings a seller's excluded countries in step with the regions it named, and looks again on the next day, although
/// nothing may be due until then: a later version of the data may bring members that nobody knew of yet.
pub(crate) async fn follow_regions(
    db: &mut PgConnection,
    policy: &Policy,
    seller: SellerId,
    now: Timestamp,
) -> Result<(), Error> {
    let mut seller = lock(db, seller).await?;
    if !seller.excluded.follows_regions() {
        return Ok(());
    }
    let change = seller.follow_regions(policy.regions(), day(now), now);
    save(db, &seller, change.as_slice()).await?;
    look_again(db, seller.id, now).await
}

async fn look_again(db: &mut PgConnection, seller: SellerId, now: Timestamp) -> Result<(), Error> {
    let due = next_midnight(now).ok_or(Error::NoPolicy(day(now)))?;
    Ok(deadlines::set(db, &[Deadline::new(FOLLOW_REGIONS, seller.to_string(), due)]).await?)
}
