//! The catalogue's events: what sellers offer, as far as routing and reports need it.

use messaging::{HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::WireError;
use wire::catalog::events::v1::catalog_event::Event;
use wire::catalog::events::v1::{CatalogEvent, ItemDelisted, ItemListed};
use wire::convert::{parse, parse_dimensions, parse_weight};

use super::invalid;
use crate::app::follow_catalog::{CatalogNews, follow_catalog};
use crate::domain::placement::Item;
use crate::store::items::Listed;

/// Characters of a title that are kept, the catalogue's bound.
const MAX_TITLE: usize = 500;

/// Follows offers.
pub(crate) struct CatalogHandler;

impl Handler<CatalogEvent> for CatalogHandler {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<CatalogEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (mut refused, mut news) = (Vec::new(), CatalogNews::default());
        for (record, received) in batch.iter().enumerate() {
            let added = match &received.event.event {
                Some(Event::ItemListed(event)) => listed(&mut news, event),
                Some(Event::ItemDelisted(event)) => delisted(&mut news, event),
                None => Ok(()),
            };
            refused.extend(added.err().map(|error| invalid(record, &error)));
        }
        follow_catalog(db, &news).await?;
        Ok(refused)
    }
}

fn listed(news: &mut CatalogNews, event: &ItemListed) -> Result<(), WireError> {
    let weight = event.package_weight.map(|weight| parse_weight("package_weight", Some(weight)));
    let dimensions =
        event.package_dimensions.map(|sides| parse_dimensions("package_dimensions", Some(sides)));
    let item = Item {
        asin: parse("asin", &event.asin)?,
        fnsku: parse("fnsku", &event.fnsku)?,
        weight: weight.transpose()?,
        dimensions: dimensions.transpose()?,
        // A code that is none is customs' to complain about; here it only counts as unknown.
        hs_code: event.hs_code.parse().ok(),
        delisted: false,
    };
    let title = event.title.chars().take(MAX_TITLE).collect();
    let listed = Listed { item, title, item_version: event.item_version };
    news.list(parse("seller_id", &event.seller_id)?, parse("sku", &event.sku)?, listed);
    Ok(())
}

fn delisted(news: &mut CatalogNews, event: &ItemDelisted) -> Result<(), WireError> {
    news.delist(parse("seller_id", &event.seller_id)?, parse("sku", &event.sku)?, event.item_version);
    Ok(())
}
