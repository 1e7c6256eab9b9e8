//! A seller leaves: no new orders from now on.

use kernel::SellerId;
use sqlx::PgConnection;

use super::{Applied, Error, lock, save};
use crate::domain::{Act, Seller};

/// Disables the seller at once; accepted orders finish.
pub(crate) async fn disable_export(
    db: &mut PgConnection,
    act: Act<'_>,
    seller: SellerId,
) -> Result<Applied<Seller>, Error> {
    let mut seller = lock(db, seller).await?;
    let change = seller.disable(act);
    let already = save(db, &seller, change.as_slice()).await?;
    Ok(Applied { now: seller, already })
}
