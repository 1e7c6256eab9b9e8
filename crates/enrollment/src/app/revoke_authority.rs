//! A seller takes its authority back.

use kernel::SellerId;
use sqlx::PgConnection;

use super::{Applied, Error, lock, save};
use crate::domain::{Act, Seller};
use crate::store;

/// Disables the seller and revokes every authority it ever gave and did not revoke yet: each may still cover shipments
/// that are not dispatched.
pub(crate) async fn revoke_authority(
    db: &mut PgConnection,
    act: Act<'_>,
    seller: SellerId,
) -> Result<Applied<Seller>, Error> {
    let mut seller = lock(db, seller).await?;
    let unrevoked = store::authorities::unrevoked(db, seller.id).await?;
    let changes = seller.revoke(act, &unrevoked);
    let already = save(db, &seller, &changes).await?;
    Ok(Applied { now: seller, already })
}
