//! Orders' claims checked against the quotes they name: one statement for all of them.

use std::collections::BTreeSet;

use kernel::QuoteId;
use sqlx::PgConnection;

use super::Customs;
use crate::domain::quote::{Claim, Mismatch, check};
use crate::store;

/// One answer for each claim, in order.
pub(crate) async fn check_quotes(
    customs: &Customs,
    db: &mut PgConnection,
    claims: &[Claim],
) -> sqlx::Result<Vec<Result<(), Mismatch>>> {
    let now = customs.clock.now();
    let ids: BTreeSet<QuoteId> = claims.iter().map(|claim| claim.quote_id).collect();
    let terms = store::quotes::terms(db, &ids.into_iter().collect::<Vec<_>>()).await?;
    Ok(claims.iter().map(|claim| check(claim, terms.get(&claim.quote_id), now)).collect())
}
