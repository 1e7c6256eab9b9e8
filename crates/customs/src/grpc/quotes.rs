//! Quotes, and the checks of orders against them.

use chassis::{Error, principal};
use kernel::{LineNo, QuoteId, SellerId};
use messaging::calls::{Begun, begin, database};
use tonic::Request;
use wire::ErrorReason;
use wire::convert::{parse, parse_country, parse_quantity, parse_usd};
use wire::customs::v1::*;

use super::CustomsApi;
use super::convert::{check_result, quote, quote_outcome};
use super::errors::quoting;
use crate::app::{AskedBasket, AskedLine, check_quotes, quote_baskets};
use crate::domain::quote::{Claim, basket_hash};
use crate::store;

/// Baskets of one call.
const MAX_BASKETS: usize = 100;
/// Orders checked by one call.
const MAX_CHECKS: usize = 500;
/// Lines of a basket.
const MAX_LINES: usize = 2_000;
/// Characters of a region.
const MAX_REGION: usize = 60;

impl CustomsApi {
    pub(super) async fn quote(
        &self,
        request: &Request<BatchQuoteLandedCostRequest>,
    ) -> Result<BatchQuoteLandedCostResponse, Error> {
        let (caller, asked) = (principal(request)?, request.get_ref());
        bounded("baskets", asked.baskets.len(), MAX_BASKETS)?;
        let baskets = asked.baskets.iter().enumerate().map(|(index, basket)| parse_basket(index, basket));
        let baskets = baskets.collect::<Result<Vec<_>, _>>()?;
        for basket in &baskets {
            caller.may_act_for(&basket.seller_id)?;
        }
        let (id, now) = (&asked.request_id, self.customs.clock.now());
        let begun = begin(&self.pool, &caller.subject, "BatchQuoteLandedCost", id, asked, now).await?;
        let mut call = match begun {
            Begun::Repeat(answer) => return Ok(answer),
            Begun::First(call) => call,
        };
        let outcomes = quote_baskets(&self.customs, &mut call.db, &baskets).await.map_err(quoting)?;
        let outcomes = outcomes.into_iter().map(quote_outcome).collect();
        call.answer(BatchQuoteLandedCostResponse { outcomes }).await
    }

    pub(super) async fn stored_quote(
        &self,
        request: &Request<GetQuoteRequest>,
    ) -> Result<GetQuoteResponse, Error> {
        let caller = principal(request)?;
        let id: QuoteId = parse("quote_id", &request.get_ref().quote_id)?;
        let mut db = messaging::snapshot(&self.pool).await.map_err(database)?;
        let found = store::quotes::get(&mut db, id).await.map_err(database)?;
        let found = found.ok_or_else(|| {
            Error::not_found(
                ErrorReason::QuoteNotFound,
                format!("there is no quote {id}: quote the basket first"),
            )
        })?;
        caller.may_act_for(&found.seller_id)?;
        Ok(GetQuoteResponse { quote: Some(quote(&found)) })
    }

    pub(super) async fn check(
        &self,
        request: BatchCheckQuotesRequest,
    ) -> Result<BatchCheckQuotesResponse, Error> {
        bounded("checks", request.checks.len(), MAX_CHECKS)?;
        let claims = request.checks.iter().enumerate().map(|(index, check)| parse_claim(index, check));
        let claims = claims.collect::<Result<Vec<_>, _>>()?;
        let mut db = messaging::snapshot(&self.pool).await.map_err(database)?;
        let results = check_quotes(&self.customs, &mut db, &claims).await.map_err(database)?;
        Ok(BatchCheckQuotesResponse { results: results.into_iter().map(check_result).collect() })
    }
}

fn bounded(field: &str, given: usize, most: usize) -> Result<(), Error> {
    match given {
        0 => Err(Error::invalid(field, format!("must be 1 to {most}"))),
        given if given > most => Err(Error::limit_exceeded(field, format!("are {given}; at most {most}"))),
        _ => Ok(()),
    }
}

fn parse_basket(index: usize, basket: &QuoteRequest) -> Result<AskedBasket, Error> {
    let field = |name: &str| format!("baskets[{index}].{name}");
    if basket.destination_region.chars().count() > MAX_REGION {
        let problem = format!("must have at most {MAX_REGION} characters");
        return Err(Error::invalid(&field("destination_region"), problem));
    }
    Ok(AskedBasket {
        seller_id: parse::<SellerId>(&field("seller_id"), &basket.seller_id)?,
        destination: parse_country(&field("destination_country_code"), &basket.destination_country_code)?,
        region: basket.destination_region.clone(),
        lines: parse_lines(&field("lines"), &basket.lines)?,
        shipping: parse_usd(&field("shipping_price"), basket.shipping_price.clone())?,
    })
}

fn parse_claim(index: usize, check: &QuoteCheck) -> Result<Claim, Error> {
    let field = |name: &str| format!("checks[{index}].{name}");
    Ok(Claim {
        quote_id: parse(&field("quote_id"), &check.quote_id)?,
        seller_id: parse(&field("seller_id"), &check.seller_id)?,
        destination: parse_country(&field("destination_country_code"), &check.destination_country_code)?,
        deposit: parse_usd(&field("deposit"), check.deposit.clone())?,
        basket: basket_hash(&parse_lines(&field("lines"), &check.lines)?),
    })
}

/// At least one line; numbers are not repeated.
fn parse_lines(field: &str, lines: &[QuoteLine]) -> Result<Vec<AskedLine>, Error> {
    bounded(field, lines.len(), MAX_LINES)?;
    let mut numbers = std::collections::BTreeSet::new();
    lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let field = |name: &str| format!("{field}[{index}].{name}");
            let number = LineNo::new(line.line_no);
            let line_no = number.map_err(|error| Error::invalid(&field("line_no"), error))?;
            if !numbers.insert(line_no) {
                return Err(Error::invalid(&field("line_no"), format!("{line_no} is there twice")));
            }
            Ok(AskedLine {
                line_no,
                sku: parse(&field("sku"), &line.sku)?,
                quantity: parse_quantity(&field("quantity"), line.quantity)?.get(),
                unit_price: parse_usd(&field("unit_price"), line.unit_price.clone())?,
            })
        })
        .collect()
}
