//! What would be decided about a product if one of its offers were otherwise.

use futures::TryStreamExt;
use jiff::Timestamp;
use kernel::{Asin, CountrySet, Dimensions, Weight};
use sqlx::PgConnection;

use super::Explanation;
use crate::domain::offer::Offer;
use crate::domain::rules::RuleSet;
use crate::domain::text::visible_chars;
use crate::domain::verdict::Product;
use crate::store;
use crate::store::items::{Key, OfOffer};

/// What of an offer would be otherwise; `None` = as it is.
#[derive(Debug, Default)]
pub(crate) struct Otherwise {
    pub(crate) sides: Option<Dimensions>,
    pub(crate) weight: Option<Weight>,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
}

/// What would be decided, and what that changes.
#[derive(Debug)]
pub(crate) struct Previewed {
    pub(crate) asin: Asin,
    pub(crate) explanation: Explanation,
    pub(crate) opening: CountrySet,
    pub(crate) closing: CountrySet,
}

/// Decides as a cycle would now; `None` when there is no such listed offer.
pub(crate) async fn preview_product(
    db: &mut PgConnection,
    rules: &RuleSet,
    now: Timestamp,
    key: &Key,
    otherwise: &Otherwise,
) -> sqlx::Result<Option<Previewed>> {
    let Some(asin) = store::items::asin(db, key).await? else { return Ok(None) };
    let stands = store::verdicts::get(db, asin).await?.map_or(CountrySet::EMPTY, |stands| stands.eligible);
    let mut product = Product::default();
    let mut offers = std::pin::pin!(store::items::offers(db, std::slice::from_ref(&asin)));
    while let Some(OfOffer { seller, sku, mut offer }) = offers.try_next().await? {
        if seller == key.0.as_str() && sku == key.1.as_str() {
            otherwise.apply(&mut offer);
        }
        rules.observe(&mut product, &offer);
    }
    let explanation = Explanation::of(rules, &rules.show(&product), now);
    let eligible = explanation.verdict.eligible;
    Ok(Some(Previewed {
        asin,
        opening: eligible.minus(stands),
        closing: stands.minus(eligible),
        explanation,
    }))
}

impl Otherwise {
    fn apply(&self, offer: &mut Offer) {
        offer.sides = self.sides.or(offer.sides);
        offer.weight = self.weight.or(offer.weight);
        if let Some(title) = &self.title {
            offer.title.clone_from(title);
        }
        if let Some(description) = &self.description {
            offer.description.clone_from(description);
            let texts = offer.bullet_points.iter().map(String::as_str).chain([description.as_str()]);
            let longest = texts.map(visible_chars).max().unwrap_or_default();
            offer.content_chars = i64::try_from(longest).unwrap_or(i64::MAX);
        }
    }
}
