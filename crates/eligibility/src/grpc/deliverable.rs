//! What may go to a country now.

use chassis::{Error, Page};
use messaging::calls::database;
use tonic::Response;
use wire::convert::parse_country;
use wire::eligibility::v1::*;

use super::EligibilityApi;
use crate::app::{Deliverable, list_deliverable};

impl EligibilityApi {
    pub(super) async fn deliverable(
        &self,
        asked: &ListDeliverableRequest,
    ) -> Result<Response<ListDeliverableResponse>, Error> {
        let country = parse_country("country_code", &asked.country_code)?;
        let page = Page::parse(format!("deliverable/{country}"), asked.page_size, &asked.page_token)?;
        let from = page.start()?.unwrap_or_default();
        let mut db = self.snapshot().await?;
        let listed = list_deliverable(&mut db, &self.rules, self.clock.now(), country, from, page.size());
        let Deliverable { offers, next } = listed.await.map_err(database)?;
        let offers = offers.into_iter().map(|offer| DeliverableOffer {
            seller_id: offer.seller.to_string(),
            sku: offer.sku.to_string(),
            asin: offer.asin.to_string(),
            title: offer.title,
        });
        Ok(Response::new(ListDeliverableResponse {
            offers: offers.collect(),
            next_page_token: next.map(|next| page.token(&next.to_string())).unwrap_or_default(),
        }))
    }
}
