//! A seller takes part again.

use kernel::SellerId;
use sqlx::PgConnection;

use super::{Applied, Error, lock, next_authority, rule_and_terms, save};
use crate::domain::{Act, Policy, Seller, day};

/// Enables the seller under the current terms, which it must accept by version.
pub(crate) async fn enable_export(
    db: &mut PgConnection,
    policy: &Policy,
    act: Act<'_>,
    seller: SellerId,
    accepted_terms: &str,
) -> Result<Applied<Seller>, Error> {
    let mut seller = lock(db, seller).await?;
    let (rule, terms) = rule_and_terms(policy, seller.marketplace, day(act.at))?;
    let authority = next_authority(seller.id, seller.version);
    let change = seller.enable(act, rule, terms, accepted_terms, authority)?;
    let already = save(db, &seller, change.as_slice()).await?;
    Ok(Applied { now: seller, already })
}
