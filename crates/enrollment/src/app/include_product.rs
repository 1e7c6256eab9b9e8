//! A seller takes a product's exclusion back.

use kernel::SellerId;
use sqlx::PgConnection;

use super::{Applied, Error, Product, lock, save};
use crate::domain::{Act, Seller};
use crate::store;

/// Removes the product's exclusion; history and past lists keep it.
pub(crate) async fn include_product(
    db: &mut PgConnection,
    act: Act<'_>,
    seller: SellerId,
    product: &Product,
) -> Result<Applied<Seller>, Error> {
    let mut seller = lock(db, seller).await?;
    let asin = product.asin(db, seller.id).await?;
    let earlier = store::exclusions::get(db, seller.id, asin).await?;
    let change = seller.include_product(act, asin, earlier.map(|exclusion| exclusion.scope));
    if let Some(change) = &change {
        store::exclusions::remove(db, seller.id, change.version, asin).await?;
    }
    let already = save(db, &seller, change.as_slice()).await?;
    Ok(Applied { now: seller, already })
}
