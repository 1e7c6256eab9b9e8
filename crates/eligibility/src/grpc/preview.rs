//! What a change of excluded products would stop.

use std::collections::BTreeMap;

use chassis::Error;
use kernel::{Asin, CountrySet};
use messaging::calls::database;
use tonic::{Request, Response};
use wire::convert::parse;
use wire::eligibility::v1::*;

use super::{EligibilityApi, own_seller};
use crate::app::preview_exclusions;
use crate::domain::settings::Excluded;

/// Most products of one call.
const MAX_PRODUCTS: usize = 2_000;

impl EligibilityApi {
    pub(super) async fn preview(
        &self,
        request: &Request<PreviewExclusionsRequest>,
    ) -> Result<Response<PreviewExclusionsResponse>, Error> {
        let asked = request.get_ref();
        let seller = own_seller(request, &asked.seller_id)?;
        let products = products(&asked.products)?;
        let mut db = self.snapshot().await?;
        let preview = preview_exclusions(&mut db, seller, &products).await.map_err(database)?;
        Ok(Response::new(PreviewExclusionsResponse {
            stopping: preview.stopping,
            narrowing: preview.narrowing,
            widening: preview.widening,
        }))
    }
}

fn products(groups: &[PreviewedProducts]) -> Result<BTreeMap<Asin, Excluded>, Error> {
    match groups.iter().map(|group| group.asins.len()).sum() {
        0 => return Err(Error::invalid("products", "must name at least one product")),
        1..=MAX_PRODUCTS => {}
        count => {
            let problem = format!("has {count} products; at most {MAX_PRODUCTS}");
            return Err(Error::limit_exceeded("products", problem));
        }
    }
    let mut products = BTreeMap::new();
    for (index, group) in groups.iter().enumerate() {
        let field = |name: &str| format!("products[{index}].{name}");
        let codes = group.country_codes.iter().enumerate();
        let countries: CountrySet = codes
            .map(|(i, code)| parse(&format!("{}[{i}]", field("country_codes")), code))
            .collect::<Result<_, _>>()?;
        let excluded = match (group.included, countries.is_empty()) {
            (true, _) => Excluded::Not,
            (false, true) => Excluded::Everywhere,
            (false, false) => Excluded::Countries(countries),
        };
        for asin in &group.asins {
            let asin: Asin = parse(&field("asins"), asin)?;
            if products.insert(asin, excluded).is_some() {
                return Err(Error::invalid(
                    &field("asins"),
                    format!("{asin} was named before: name it once"),
                ));
            }
        }
    }
    Ok(products)
}
