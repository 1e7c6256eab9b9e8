//! Verdicts and items.

use chassis::{Error, Page};
use kernel::Asin;
use messaging::calls::database;
use tonic::{Request, Response};
use wire::ErrorReason;
use wire::convert::parse;
use wire::eligibility::v1::*;

use super::{EligibilityApi, convert, own_seller, teller};
use crate::app::explain;
use crate::publish::verdict_state;
use crate::store;

impl EligibilityApi {
    pub(super) async fn verdict(
        &self,
        asked: &GetVerdictRequest,
    ) -> Result<Response<GetVerdictResponse>, Error> {
        let asin: Asin = parse("asin", &asked.asin)?;
        let at = self.moment(asked.at).await?;
        let book = match at {
            Some(at) => self.book_at(at).await?,
            None => self.rules.in_force(),
        };
        let mut db = self.snapshot().await?;
        let explanation = explain(&mut db, &self.rules, asin, at).await.map_err(database)?;
        let explanation = explanation.ok_or_else(|| {
            let message = format!("ASIN {asin} was never listed: list an offer of it in the catalogue");
            Error::not_found(ErrorReason::ItemNotFound, message)
        })?;
        let today = book.at(at.unwrap_or_else(|| self.clock.now()));
        let verdict = convert::verdict(
            asin.to_string(),
            &explanation,
            &today.programme.pending,
            teller(&book, asked.language()),
        );
        Ok(Response::new(GetVerdictResponse { verdict: Some(verdict) }))
    }

    pub(super) async fn items(
        &self,
        request: &Request<ListItemsRequest>,
    ) -> Result<Response<ListItemsResponse>, Error> {
        let asked = request.get_ref();
        let seller = own_seller(request, &asked.seller_id)?;
        let page = Page::parse(format!("items/{seller}"), asked.page_size, &asked.page_token)?;
        let mut db = self.snapshot().await?;
        let rows = store::items::page(&mut db, seller, &page.after, page.limit()).await;
        let mut rows = rows.map_err(database)?;
        let next_page_token = page.cut(&mut rows, |item| item.sku.clone());
        let items = rows.into_iter().map(|item| Item {
            seller_id: seller.to_string(),
            sku: item.sku,
            asin: item.asin,
            title: item.title,
            verdict_state: verdict_state(item.state).into(),
            eligible_country_count: i32::try_from(item.countries).unwrap_or(i32::MAX),
        });
        Ok(Response::new(ListItemsResponse { items: items.collect(), next_page_token }))
    }
}
