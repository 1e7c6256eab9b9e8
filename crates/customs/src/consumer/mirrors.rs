//! Events of what customs only remembers: products, confirmed and suggested HS codes, sellers, authorities and exchange rates.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{Asin, AuthorityId, Currency, HsCode, SellerId};
use rust_decimal::Decimal;
use wire::WireError;
use wire::catalog::events::v1::{CatalogEvent, ItemListed, ProductGroup as WireGroup, catalog_event};
use wire::convert::{optional, parse, parse_country, parse_timestamp, parse_weight};
use wire::eligibility::events::v1::{EligibilityEvent, eligibility_event};
use wire::enrollment::events::v1::{EnrollmentEvent, GrantedAuthority, enrollment_event};
use wire::rates::events::v1::{RatesEvent, rates_event};
use wire::sellers::events::v1::{SellersEvent, sellers_event};

use crate::domain::hs::{KnownCodes, ProductGroup, SuggestedCode};
use crate::domain::party::{Authority, Exporter};
use crate::domain::shipment::Item;
use crate::store::exchange_rates::Published;
use crate::store::items::Listed;

/// A product. One that is delisted stays as it is: its shipments are still under way.
pub(super) fn listed(event: &CatalogEvent) -> Result<Option<Listed>, WireError> {
    let Some(catalog_event::Event::ItemListed(item)) = &event.event else { return Ok(None) };
    if item.item_version < 1 {
        return Err(WireError::invalid("item_version", "must count up from 1"));
    }
    Ok(Some(Listed {
        seller_id: parse("seller_id", &item.seller_id)?,
        sku: parse("sku", &item.sku)?,
        version: item.item_version,
        asin: parse("asin", &item.asin)?,
        item: Item {
            title: item.title.clone(),
            group: group(item)?,
            category: item.category.clone(),
            codes: KnownCodes { declared: declared_code(&item.hs_code), ..KnownCodes::default() },
            origin: optional("country_of_origin", &item.country_of_origin)?,
            unit_weight: item.package_weight.map(|w| parse_weight("package_weight", Some(w))).transpose()?,
        },
    }))
}

/// The seller's code when it has the form of one, with or without dots. Another text is no declaration: the product then
/// gets a suggested code or a default, marked as estimated, or is held.
fn declared_code(text: &str) -> Option<HsCode> {
    let digits: String = text.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
    HsCode::parse(&digits).ok()
}

/// A product with its confirmed code and the version of that.
type Confirmed = (Asin, (i64, HsCode));

/// What was confirmed; `None` for another event.
pub(super) fn confirmed(event: &EligibilityEvent) -> Result<Option<Confirmed>, WireError> {
    let Some(eligibility_event::Event::ClassificationConfirmed(confirmed)) = &event.event else {
        return Ok(None);
    };
    let code = parse("hs_code", &confirmed.hs_code)?;
    Ok(Some((parse("asin", &confirmed.asin)?, (counted(confirmed.version)?, code))))
}

/// A product with the code that is suggested of it, if any is likely enough, and the version of that.
type Suggested = (Asin, (i64, Option<SuggestedCode>));

/// What was suggested; `None` for another event.
pub(super) fn suggested(event: &EligibilityEvent) -> Result<Option<Suggested>, WireError> {
    let Some(eligibility_event::Event::ClassificationSuggested(suggested)) = &event.event else {
        return Ok(None);
    };
    let confidence = u16::try_from(suggested.confidence).ok().filter(|confidence| *confidence <= 1_000);
    let confidence = confidence.ok_or_else(|| WireError::invalid("confidence", "must be 0 to 1,000"))?;
    let code: Option<HsCode> = optional("hs_code", &suggested.hs_code)?;
    if code.is_some_and(|code| code != code.hs6()) || code.is_none() && confidence > 0 {
        return Err(WireError::invalid("hs_code", "must have six digits, or be empty without a confidence"));
    }
    let code = code.map(|hs_code| SuggestedCode { hs_code, confidence });
    Ok(Some((parse("asin", &suggested.asin)?, (counted(suggested.version)?, code))))
}

fn counted(version: i64) -> Result<i64, WireError> {
    if version >= 1 { Ok(version) } else { Err(WireError::invalid("version", "must count up from 1")) }
}

fn group(item: &ItemListed) -> Result<ProductGroup, WireError> {
    match item.product_group() {
        WireGroup::Other => Ok(ProductGroup::Other),
        WireGroup::Book => Ok(ProductGroup::Book),
        WireGroup::Music => Ok(ProductGroup::Music),
        WireGroup::Video => Ok(ProductGroup::Video),
        WireGroup::Dvd => Ok(ProductGroup::Dvd),
        WireGroup::Unspecified => Err(WireError::invalid("product_group", "is required")),
    }
}

/// A seller as the exporter.
pub(super) fn exporter(event: &SellersEvent) -> Result<Option<Exporter>, WireError> {
    let Some(sellers_event::Event::SellerRegistered(seller)) = &event.event else { return Ok(None) };
    if seller.legal_name.trim().is_empty() {
        return Err(WireError::invalid("legal_name", "is required"));
    }
    let address = seller.address.clone().ok_or_else(|| WireError::invalid("address", "is required"))?;
    Ok(Some(Exporter {
        seller_id: parse("seller_id", &seller.seller_id)?,
        legal_name: seller.legal_name.clone(),
        lines: address.lines,
        city: address.city,
        region: address.region,
        postal_code: address.postal_code,
        country: parse_country("address.country_code", &address.country_code)?,
        phone: address.phone,
        email: address.email,
        ein: ein(&seller.ein)?,
    }))
}

/// Nine digits, with or without the hyphen.
fn ein(text: &str) -> Result<Option<String>, WireError> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    match digits.as_str() {
        "" => Ok(None),
        digits if digits.len() == 9 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            Ok(Some(digits.to_owned()))
        }
        _ => Err(WireError::invalid("ein", "must be 9 digits, or empty")),
    }
}

/// What happened to an authority.
pub(super) enum AuthorityChange {
    Granted(Authority),
    Revoked(AuthorityId, Timestamp),
}

/// Grants and explicit revocations. Disabling the programme ends no authority of accepted orders.
pub(super) fn authority(event: &EnrollmentEvent) -> Result<Option<AuthorityChange>, WireError> {
    use enrollment_event::Event as E;
    match &event.event {
        Some(E::SellerEnrolled(e)) => granted(&e.seller_id, e.authority.as_ref()).map(Some),
        Some(E::ExportEnabled(e)) => granted(&e.seller_id, e.authority.as_ref()).map(Some),
        Some(E::AuthorityRevoked(e)) => {
            let time = parse_timestamp("revoked_time", e.revoked_time)?;
            Ok(Some(AuthorityChange::Revoked(parse("authority_id", &e.authority_id)?, time)))
        }
        _ => Ok(None),
    }
}

fn granted(seller: &str, authority: Option<&GrantedAuthority>) -> Result<AuthorityChange, WireError> {
    let granted = authority.ok_or_else(|| WireError::invalid("authority", "is required"))?;
    let seller_id: SellerId = parse("seller_id", seller)?;
    Ok(AuthorityChange::Granted(Authority {
        authority_id: parse("authority.authority_id", &granted.authority_id)?,
        seller_id,
        terms_version: granted.terms_version.clone(),
        granted: parse_timestamp("authority.granted_time", granted.granted_time)?,
        revoked: None,
    }))
}

/// The rates of a month. A currency that this build does not know is of no use to it and is left out.
pub(super) fn rates(event: &RatesEvent) -> Result<Option<Published>, WireError> {
    let Some(rates_event::Event::ExchangeRatesPublished(published)) = &event.event else { return Ok(None) };
    let mut units_per_usd = BTreeMap::new();
    for (index, rate) in published.rates.iter().enumerate() {
        let Ok(currency) = Currency::parse(&rate.currency_code) else {
            tracing::warn!(currency = rate.currency_code, "rates.unknown_currency");
            continue;
        };
        let field = format!("rates[{index}].units_per_usd");
        let units: Decimal = parse(&field, &rate.units_per_usd)?;
        if units <= Decimal::ZERO {
            return Err(WireError::invalid(&field, "must be above zero"));
        }
        units_per_usd.insert(currency, units);
    }
    Ok(Some(Published {
        month: parse("month", &published.month)?,
        source: published.source.clone(),
        units_per_usd,
    }))
}
