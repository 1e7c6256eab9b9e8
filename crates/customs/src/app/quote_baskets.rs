//! Quotes of baskets: estimated from the tables, stored with their expiry.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use kernel::{Country, LineNo, Money, QuoteId, SellerId, Sku, YearMonth};
use sqlx::PgConnection;

use super::Customs;
use crate::domain::landed_cost::{Basket, BasketLine, Estimate, ExchangeRates};
use crate::domain::policy::{NoPolicy, utc_date};
use crate::domain::quote::{Quote, QuotedGoods, basket_hash};
use crate::domain::screening::{Place, PlaceVerdict};
use crate::domain::shipment::Item;
use crate::{metrics, store};

/// A basket to be quoted.
pub(crate) struct AskedBasket {
    pub(crate) seller_id: SellerId,
    pub(crate) destination: Country,
    pub(crate) region: String,
    pub(crate) lines: Vec<AskedLine>,
    pub(crate) shipping: Money,
}

/// A line of it.
pub(crate) type AskedLine = QuotedGoods;

/// Why a basket was not quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) reason: &'static str,
    pub(crate) detail: String,
    /// `None` for the whole basket.
    pub(crate) line_no: Option<LineNo>,
}

/// The quotes cannot be made at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QuoteError {
    #[error(transparent)]
    NoPolicy(#[from] NoPolicy),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Quotes baskets, each on its own: one answer for each, in order.
pub(crate) async fn quote_baskets(
    customs: &Customs,
    db: &mut PgConnection,
    baskets: &[AskedBasket],
) -> Result<Vec<Result<Quote, Refused>>, QuoteError> {
    let now = customs.clock.now();
    let validity = customs.rules.policy(now)?.quote_validity;
    let keys: BTreeSet<(SellerId, Sku)> =
        baskets.iter().flat_map(|b| b.lines.iter().map(|line| (b.seller_id, line.sku.clone()))).collect();
    let items = store::items::load(db, &keys.into_iter().collect::<Vec<_>>()).await?;
    let month = YearMonth::of(utc_date(now));
    let rates = store::exchange_rates::load(db, &[month]).await?.remove(&month);
    let quoting = Quoting { customs, items: &items, rates: rates.as_ref(), now };
    let outcomes: Vec<Result<Quote, Refused>> = baskets
        .iter()
        .map(|basket| {
            Ok(Quote {
                quote_id: QuoteId::new(customs.ids.uuid()),
                seller_id: basket.seller_id,
                destination: basket.destination,
                estimate: quoting.estimate(basket)?,
                basket: basket_hash(&basket.lines),
                quoted: now,
                expires: now + validity,
                rule_set_version: customs.rules.version().to_owned(),
            })
        })
        .collect();
    for outcome in &outcomes {
        metrics::quoted(outcome.as_ref().map_or_else(|refused| refused.reason, |_| "QUOTED"));
    }
    store::quotes::insert(db, &outcomes.iter().flatten().collect::<Vec<_>>()).await?;
    Ok(outcomes)
}

struct Quoting<'a> {
    customs: &'a Customs,
    items: &'a HashMap<(SellerId, Sku), Item>,
    rates: Option<&'a ExchangeRates>,
    now: Timestamp,
}

impl Quoting<'_> {
    fn estimate(&self, asked: &AskedBasket) -> Result<Estimate, Refused> {
        let whole = |reason, detail: String| Refused { reason, detail, line_no: None };
        let (rules, date) = (&self.customs.rules, utc_date(self.now));
        let place = Place { country: asked.destination, region: &asked.region, city: "", postal_code: "" };
        if let PlaceVerdict::Embargoed(hit) = rules.embargoes.screen(&place, date) {
            return Err(whole("DESTINATION_NOT_SERVED", format!("embargoed: {} of {}", hit.entry, hit.list)));
        }
        let carrier = rules.destinations.serve(asked.destination, date);
        let carrier = carrier.map_err(|refused| whole("DESTINATION_NOT_SERVED", refused.to_string()))?;
        let basket = Basket {
            destination: asked.destination,
            region: asked.region.clone(),
            lines: asked.lines.iter().map(|line| self.line(asked, line)).collect::<Result<_, _>>()?,
            shipping: asked.shipping,
            date,
        };
        let month = YearMonth::of(date);
        let rates = self.rates.ok_or_else(|| {
            whole("NOT_CALCULABLE", format!("not calculable: there are no exchange rates for {month}"))
        })?;
        let estimate = rules.landed_cost.estimate(&basket, carrier, rates);
        estimate.map_err(|missing| whole("NOT_CALCULABLE", missing.to_string()))
    }

    fn line(&self, asked: &AskedBasket, line: &AskedLine) -> Result<BasketLine, Refused> {
        let refused = |reason, detail| Refused { reason, detail, line_no: Some(line.line_no) };
        let item = self.items.get(&(asked.seller_id, line.sku.clone())).ok_or_else(|| {
            refused("ITEM_NOT_FOUND", format!("seller {} lists no SKU {}", asked.seller_id, line.sku))
        })?;
        let date = utc_date(self.now);
        let found = self.customs.rules.classify(item, asked.destination, date);
        let classification =
            found.map_err(|problem| refused("HS_CODE_MISSING", format!("SKU {} {problem}", line.sku)))?;
        Ok(BasketLine {
            line_no: line.line_no,
            classification,
            quantity: line.quantity,
            unit_price: line.unit_price,
            unit_weight: item.unit_weight,
        })
    }
}
