//! A seller takes a product's exclusion back.

use kernel::{Asin, SellerId};
use sqlx::PgConnection;

use super::{Applied, Error, lock, save};
use crate::domain::{Act, Seller};
use crate::store;

/// Removes the product's exclusion; the history keeps it.
pub(crate) async fn include_product(
    db: &mut PgConnection,
    act: Act<'_>,
    seller: SellerId,
    asin: Asin,
) -> Result<Applied<Seller>, Error> {
    let mut seller = lock(db, seller).await?;
    let earlier = store::exclusions::get(db, seller.id, asin).await?;
    let change = seller.include_product(act, asin, earlier.map(|exclusion| exclusion.countries));
    if change.is_some() {
        store::exclusions::remove(db, seller.id, asin).await?;
    }
    let already = save(db, &seller, change.as_slice()).await?;
    Ok(Applied { now: seller, already })
}
