//! What would be decided about a product.

use chassis::Error;
use messaging::calls::database;
use tonic::{Request, Response};
use wire::ErrorReason;
use wire::convert::{parse, parse_dimensions, parse_weight};
use wire::eligibility::v1::*;

use super::{EligibilityApi, convert, own_seller, teller};
use crate::app::{Otherwise, preview_product};
use crate::domain::offer::{MAX_DESCRIPTION, MAX_TITLE};
use crate::publish::codes;

impl EligibilityApi {
    pub(super) async fn product_preview(
        &self,
        request: &Request<PreviewProductRequest>,
    ) -> Result<Response<PreviewProductResponse>, Error> {
        let asked = request.get_ref();
        let key = (own_seller(request, &asked.seller_id)?, parse("sku", &asked.sku)?);
        let otherwise = otherwise(asked)?;
        let now = self.clock.now();
        let book = self.rules.in_force();
        let today = book.at(now);
        let mut db = self.snapshot().await?;
        let preview = preview_product(&mut db, &today, now, &key, &otherwise).await.map_err(database)?;
        let preview = preview.ok_or_else(|| {
            let message = format!("seller {} lists no offer with SKU {}", key.0, key.1);
            Error::not_found(ErrorReason::ItemNotFound, message)
        })?;
        let teller = teller(&book, asked.language());
        let (asin, pending) = (preview.asin.to_string(), &today.programme.pending);
        let verdict = convert::verdict(asin, &preview.explanation, pending, teller);
        Ok(Response::new(PreviewProductResponse {
            verdict: Some(verdict),
            opening_country_codes: codes(preview.opening),
            closing_country_codes: codes(preview.closing),
        }))
    }
}

fn otherwise(asked: &PreviewProductRequest) -> Result<Otherwise, Error> {
    let sides = asked.package_dimensions.map(|sides| parse_dimensions("package_dimensions", Some(sides)));
    let weight = asked.package_weight.map(|weight| parse_weight("package_weight", Some(weight)));
    Ok(Otherwise {
        sides: sides.transpose()?,
        weight: weight.transpose()?,
        title: bounded("title", asked.title.as_deref(), MAX_TITLE)?,
        description: bounded("description", asked.description.as_deref(), MAX_DESCRIPTION)?,
    })
}

fn bounded(field: &str, text: Option<&str>, most: usize) -> Result<Option<String>, Error> {
    match text.map(|text| text.chars().count()) {
        Some(count) if count > most => {
            Err(Error::limit_exceeded(field, format!("has {count} characters; at most {most}")))
        }
        _ => Ok(text.map(str::to_owned)),
    }
}
