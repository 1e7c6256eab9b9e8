//! Keeps up with the catalogue.

use std::collections::BTreeMap;

use kernel::{SellerId, Sku};
use messaging::HandleError;
use sqlx::PgConnection;

use crate::store;
use crate::store::items::Listed;

/// The newest news of each offer.
#[derive(Debug, Default)]
pub(crate) struct CatalogNews {
    listed: BTreeMap<(SellerId, Sku), Listed>,
    delisted: BTreeMap<(SellerId, Sku), i64>,
}

impl CatalogNews {
    /// Adds an offer, unless a newer one is there.
    pub(crate) fn list(&mut self, seller: SellerId, sku: Sku, listed: Listed) {
        let known = self.listed.get(&(seller, sku.clone()));
        if known.is_none_or(|known| known.item_version < listed.item_version) {
            self.listed.insert((seller, sku), listed);
        }
    }

    /// Adds that an offer is gone.
    pub(crate) fn delist(&mut self, seller: SellerId, sku: Sku, item_version: i64) {
        let version = self.delisted.entry((seller, sku)).or_insert(item_version);
        *version = item_version.max(*version);
    }
}

/// Stores the news. Offers come first: one that is gone after being listed stays gone, one that came back is newer.
pub(crate) async fn follow_catalog(db: &mut PgConnection, news: &CatalogNews) -> Result<(), HandleError> {
    if !news.listed.is_empty() {
        store::items::save(db, &news.listed).await?;
    }
    if !news.delisted.is_empty() {
        store::items::delist(db, &news.delisted).await?;
    }
    Ok(())
}
