//! Enrollment tells what sellers set.

use std::collections::BTreeMap;

use kernel::{Asin, SellerId};
use sqlx::PgConnection;

use crate::domain::settings::{Change, Excluded, Settings};
use crate::store;

/// Applies changes in their order; one that was applied before changes nothing.
pub(crate) async fn apply_settings(
    db: &mut PgConnection,
    changes: Vec<(SellerId, Change)>,
) -> sqlx::Result<()> {
    let ids: Vec<SellerId> = changes.iter().map(|(seller, _)| *seller).collect();
    let mut sellers: BTreeMap<SellerId, Settings> = store::sellers::lock(db, &ids).await?;
    let mut exclusions: BTreeMap<(SellerId, Asin), Excluded> = BTreeMap::new();
    for (seller, change) in changes {
        let mut products = BTreeMap::new();
        sellers.entry(seller).or_default().apply(change, &mut products);
        exclusions.extend(products.into_iter().map(|(asin, excluded)| ((seller, asin), excluded)));
    }
    if !sellers.is_empty() {
        store::sellers::save(db, &sellers).await?;
    }
    if exclusions.is_empty() { Ok(()) } else { store::sellers::save_exclusions(db, &exclusions).await }
}
