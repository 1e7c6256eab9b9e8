//! What arrives on topics and what is due, handed to the use cases.

use std::collections::BTreeMap;
use std::sync::Arc;

use chassis::Clock;
use jiff::Timestamp;
use messaging::{Deadline, DeadlineHandler, HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::catalog::events::v1::{CatalogEvent, ProductGroup, catalog_event};
use wire::convert::{parse, parse_timestamp};
use wire::sellers::events::v1::{SellerRegistered, SellersEvent, sellers_event::Event};
use wire::{ErrorReason, WireError};

use crate::app::{self, follow_regions, register_sellers};
use crate::domain::{Policy, Registration};
use crate::store::offers::{self, Offer};

/// The registry's events.
pub(crate) struct SellersHandler {
    pub(crate) policy: Arc<Policy>,
    pub(crate) clock: Clock,
}

impl Handler<SellersEvent> for SellersHandler {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<SellersEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let mut refused = Vec::new();
        let mut registrations = Vec::with_capacity(batch.len());
        for (index, received) in batch.iter().enumerate() {
            match &received.event.event {
                Some(Event::SellerRegistered(event)) => match registration(event) {
                    Ok(registration) => registrations.push(registration),
                    Err(error) => refused.push(refusal(index, &error)),
                },
                None => {}
            }
        }
        register_sellers(db, &self.policy, self.clock.now(), registrations).await?;
        Ok(refused)
    }
}

/// The catalogue: whose SKU is which product, and which products are media.
pub(crate) struct CatalogHandler;

impl Handler<CatalogEvent> for CatalogHandler {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<CatalogEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let mut refused = Vec::new();
        let mut newest: BTreeMap<_, Offer> = BTreeMap::new();
        for (index, received) in batch.iter().enumerate() {
            match received.event.event.as_ref().map(offer).transpose() {
                Ok(Some(offer)) => {
                    let key = (offer.seller, offer.sku.clone());
                    if newest.get(&key).is_none_or(|known| known.version < offer.version) {
                        newest.insert(key, offer);
                    }
                }
                Ok(None) => {}
                Err(error) => refused.push(refusal(index, &error)),
            }
        }
        offers::follow(db, &newest.into_values().collect::<Vec<_>>()).await?;
        Ok(refused)
    }
}

fn offer(event: &catalog_event::Event) -> Result<Offer, WireError> {
    let (seller, sku, version) = match event {
        catalog_event::Event::ItemListed(item) => (&item.seller_id, &item.sku, item.item_version),
        catalog_event::Event::ItemDelisted(item) => (&item.seller_id, &item.sku, item.item_version),
    };
    let product = match event {
        catalog_event::Event::ItemListed(item) => {
            Some((parse("asin", &item.asin)?, is_media(item.product_group())))
        }
        catalog_event::Event::ItemDelisted(_) => None,
    };
    Ok(Offer { seller: parse("seller_id", seller)?, sku: parse("sku", sku)?, version, product })
}

/// What is not known to be media is not.
fn is_media(group: ProductGroup) -> bool {
    match group {
        ProductGroup::Book | ProductGroup::Music | ProductGroup::Video | ProductGroup::Dvd => true,
        ProductGroup::Other | ProductGroup::Unspecified => false,
    }
}

/// The daily look at who belongs to the regions that sellers excluded.
pub(crate) struct RegionsHandler {
    pub(crate) policy: Arc<Policy>,
}

impl DeadlineHandler for RegionsHandler {
    async fn fire(&self, db: &mut PgConnection, due: &[Deadline], now: Timestamp) -> Result<(), HandleError> {
        for deadline in due {
            let seller = deadline.subject.parse().map_err(HandleError::failed)?;
            follow_regions(db, &self.policy, seller, now).await?;
        }
        Ok(())
    }
}

fn registration(event: &SellerRegistered) -> Result<Registration, WireError> {
    Ok(Registration {
        seller: parse("seller_id", &event.seller_id)?,
        marketplace: parse("marketplace_id", &event.marketplace_id)?,
        registered: parse_timestamp("registered_time", event.registered_time)?,
    })
}

/// A record with a field that cannot be taken is an invalid record.
fn refusal(index: usize, error: &WireError) -> Refusal {
    Refusal::new(index, ErrorReason::InvalidRecord, error.to_string())
}

impl From<app::Error> for HandleError {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Database(error) => error.into(),
            other => Self::failed(other),
        }
    }
}
