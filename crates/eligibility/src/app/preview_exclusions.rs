//! Counts what a change of excluded products would stop.

use std::collections::BTreeMap;

use kernel::{Asin, SellerId};
use sqlx::PgConnection;

use crate::domain::preview::Preview;
use crate::domain::settings::Excluded;
use crate::store;

/// What would become of products. Those that the seller does not list, or that have no verdict, do not count.
pub(crate) async fn preview_exclusions(
    db: &mut PgConnection,
    seller: SellerId,
    products: &BTreeMap<Asin, Excluded>,
) -> sqlx::Result<Preview> {
    let mut preview = Preview::default();
    let Some(settings) = store::sellers::get(db, seller).await? else { return Ok(preview) };
    let asins: Vec<Asin> = products.keys().copied().collect();
    for listed in store::preview::listed(db, seller, &asins).await? {
        if let Some(then) = products.get(&listed.asin) {
            preview.count(&settings, listed.eligible, listed.excluded, *then);
        }
    }
    Ok(preview)
}
