//! A seller says which countries it does not export to.

use kernel::{CountrySet, SellerId};
use sqlx::PgConnection;

use super::{Applied, Error, lock, save};
use crate::domain::{Act, Seller};

/// Replaces the whole list. `expected` is the settings version the caller read.
pub(crate) async fn replace_excluded_countries(
    db: &mut PgConnection,
    act: Act<'_>,
    seller: SellerId,
    countries: CountrySet,
    expected: Option<i64>,
) -> Result<Applied<Seller>, Error> {
    let mut seller = lock(db, seller).await?;
    let change = seller.replace_countries(act, countries, expected)?;
    let already = save(db, &seller, change.as_slice()).await?;
    Ok(Applied { now: seller, already })
}
