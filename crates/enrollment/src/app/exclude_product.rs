//! A seller excludes one product from some or all destinations.

use kernel::{Asin, SellerId};
use sqlx::PgConnection;

use super::exclude_countries::look_again;
use super::{Applied, Error, Product, lock, save};
use crate::domain::{Act, Exclusion, Policy, Scope, Seller, day};
use crate::store;

/// Excludes the product, in place of its earlier exclusion. No destinations = all.
pub(crate) async fn exclude_product(
    db: &mut PgConnection,
    policy: &Policy,
    act: Act<'_>,
    seller: SellerId,
    product: &Product,
    scope: Scope,
) -> Result<Applied<(Seller, Exclusion)>, Error> {
    let mut seller = lock(db, seller).await?;
    let asin = product.asin(db, seller.id).await?;
    let earlier = store::exclusions::get(db, seller.id, asin).await?;
    let full = full(db, &seller, asin, policy.product_exclusions(day(act.at))).await?;
    let followed = seller.follows_regions();
    let before = earlier.as_ref().map(|exclusion| exclusion.scope.clone());
    let change = seller.exclude_product(act, asin, scope.clone(), before, full)?;
    let already = save(db, &seller, change.as_slice()).await?;
    let exclusion = match earlier.filter(|_| already) {
        Some(standing) => standing,
        None => {
            let (reason, by) = (act.reason.to_owned(), act.by.to_owned());
            let exclusion = Exclusion { asin, scope, reason, at: act.at, by };
            store::exclusions::put(db, seller.id, seller.version, &exclusion).await?;
            exclusion
        }
    };
    if !followed && seller.follows_regions() {
        look_again(db, seller.id, act.at).await?;
    }
    Ok(Applied { now: (seller, exclusion), already })
}

/// How many products that are not media are excluded, when there may be no more of them. Media is not counted, which
/// takes a look at the whole list: only where the list is as long as that.
async fn full(db: &mut PgConnection, seller: &Seller, asin: Asin, limit: i64) -> Result<Option<i64>, Error> {
    if seller.product_exclusions < limit || store::offers::is_media(db, asin).await? {
        return Ok(None);
    }
    let count = store::offers::excluded_non_media(db, seller.id).await?;
    Ok(Some(count).filter(|count| *count >= limit))
}
