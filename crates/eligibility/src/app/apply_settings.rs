//! Enrollment tells what sellers set.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{Asin, SellerId};
use sqlx::PgConnection;

use crate::domain::settings::{Change, Excluded, Settings};
use crate::store;

/// Applies changes in their order; one that was applied before changes nothing.
pub(crate) async fn apply_settings(
    db: &mut PgConnection,
    now: Timestamp,
    changes: Vec<(SellerId, Change)>,
) -> sqlx::Result<()> {
    let ids: Vec<SellerId> = changes.iter().map(|(seller, _)| *seller).collect();
    let before: BTreeMap<SellerId, Settings> = store::sellers::lock(db, &ids).await?;
    let mut sellers = before.clone();
    let mut exclusions: BTreeMap<(SellerId, Asin), Excluded> = BTreeMap::new();
    for (seller, change) in changes {
        let mut products = BTreeMap::new();
        sellers.entry(seller).or_default().apply(change, &mut products);
        exclusions.extend(products.into_iter().map(|(asin, excluded)| ((seller, asin), excluded)));
    }
    sellers.retain(|seller, settings| before.get(seller) != Some(settings));
    if !sellers.is_empty() {
        store::sellers::save(db, &sellers, Some(now)).await?;
    }
    if exclusions.is_empty() {
        return Ok(());
    }
    store::sellers::save_exclusions(db, &exclusions, Some(now)).await
}
