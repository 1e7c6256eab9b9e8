//! A seller excludes one product from some or all destinations.

use kernel::{Asin, CountrySet, SellerId};
use sqlx::PgConnection;

use super::{Applied, Error, lock, save};
use crate::domain::{Act, Exclusion, Policy, Seller, day};
use crate::store;

/// Excludes the product, in place of its earlier exclusion. No countries = all destinations.
pub(crate) async fn exclude_product(
    db: &mut PgConnection,
    policy: &Policy,
    act: Act<'_>,
    seller: SellerId,
    asin: Asin,
    countries: CountrySet,
) -> Result<Applied<(Seller, Exclusion)>, Error> {
    let mut seller = lock(db, seller).await?;
    let earlier = store::exclusions::get(db, seller.id, asin).await?;
    let limit = policy.product_exclusions(day(act.at));
    let before = earlier.as_ref().map(|exclusion| exclusion.countries);
    let change = seller.exclude_product(act, asin, countries, before, limit)?;
    let already = save(db, &seller, change.as_slice()).await?;
    let exclusion = match earlier.filter(|_| already) {
        Some(standing) => standing,
        None => {
            let (reason, by) = (act.reason.to_owned(), act.by.to_owned());
            let exclusion = Exclusion { asin, countries, reason, at: act.at, by };
            store::exclusions::put(db, seller.id, &exclusion).await?;
            exclusion
        }
    };
    Ok(Applied { now: (seller, exclusion), already })
}
