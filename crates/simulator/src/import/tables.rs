//! The tables of `data/sample/` that every world needs, whatever its catalogue and orders.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use kernel::{Asin, Country, Currency, YearMonth};
use rust_decimal::Decimal;

use super::row::{Row, each_row};
use super::{Report, RowError};
use crate::world::{Behaviour, BuyerBook, NameSet, Place, RateTable, Seller};

const SELLERS: &str = include_str!("../../../../data/sample/sellers.csv");
const PLACES: &str = include_str!("../../../../data/sample/places.csv");
const NAMES: &str = include_str!("../../../../data/sample/names.csv");
const RATES: &str = include_str!("../../../../data/sample/rates.csv");
const BEHAVIOUR: &str = include_str!("../../../../data/sample/behaviour.csv");

/// Reads a table of our own: a bad row is a fault of the table, not of the input.
fn read_own(
    name: &'static str,
    text: &str,
    mut take: impl FnMut(&Row<'_>) -> Result<(), RowError>,
) -> anyhow::Result<()> {
    let mut report = Report::new(name, name, &[]);
    each_row(text.as_bytes(), &[], &mut report, |row, _| take(row))?;
    match report.errors.first() {
        Some(error) => Err(anyhow::anyhow!("{name}: {error}")),
        None => Ok(()),
    }
}

/// Registered sellers.
///
/// # Errors
/// A fault of the table.
pub fn sellers() -> anyhow::Result<Vec<Seller>> {
    let mut sellers = Vec::new();
    read_own("sellers.csv", SELLERS, |row| {
        sellers.push(Seller {
            id: row.parse("seller_id")?,
            legal_name: row.text("legal_name").to_owned(),
            lines: row.list("lines")?,
            city: row.text("city").to_owned(),
            region: row.text("region").to_owned(),
            postal_code: row.text("postal_code").to_owned(),
            country: row.parse("country")?,
            phone: row.text("phone").to_owned(),
            email: row.text("email").to_owned(),
            ein: row.text("ein").to_owned(),
            marketplace: row.parse("marketplace_id")?,
            excluded_countries: row.list("excluded_countries")?,
            excluded_products: exclusions(row)?,
            leaves: row.text("leaves") == "yes",
        });
        Ok(())
    })?;
    ensure!(!sellers.is_empty(), "sellers.csv names no seller");
    Ok(sellers)
}

/// `B000000000:DE+FR|B000000001:` excludes one product from two countries and another from all.
fn exclusions(row: &Row<'_>) -> Result<Vec<(Asin, Vec<Country>)>, RowError> {
    let column = "excluded_products";
    let malformed = |error: kernel::ParseError| row.error(column, "MALFORMED", error);
    let parts: Vec<String> = row.list(column)?;
    let parse = |part: &String| {
        let (asin, countries) = part.split_once(':').unwrap_or((part, ""));
        let countries = countries.split('+').filter(|code| !code.is_empty()).map(Country::parse);
        let countries: Result<Vec<_>, _> = countries.collect();
        Ok((Asin::parse(asin).map_err(malformed)?, countries.map_err(malformed)?))
    };
    parts.iter().map(parse).collect()
}

/// Buyers by rule.
///
/// # Errors
/// A fault of the table.
pub fn buyers() -> anyhow::Result<BuyerBook> {
    let mut places: BTreeMap<Country, Vec<Place>> = BTreeMap::new();
    read_own("places.csv", PLACES, |row| {
        places.entry(row.parse("country")?).or_default().push(Place {
            currency: row.parse("currency")?,
            city: row.text("city").to_owned(),
            region: row.text("region").to_owned(),
            postal_code: row.text("postal_code").to_owned(),
            name_set: row.text("name_set").to_owned(),
            dial: row.text("dial").to_owned(),
        });
        Ok(())
    })?;
    let mut names = BTreeMap::new();
    read_own("names.csv", NAMES, |row| {
        let set = NameSet {
            first: row.list("first_names")?,
            second: row.list("second_names")?,
            street: row.text("street").to_owned(),
        };
        names.insert(row.text("name_set").to_owned(), set);
        Ok(())
    })?;
    BuyerBook::new(places, names)
}

/// Exchange rates by month.
///
/// # Errors
/// A fault of the table.
pub fn rates() -> anyhow::Result<RateTable> {
    let mut table = RateTable::default();
    read_own("rates.csv", RATES, |row| {
        let rate: Decimal = row.parse("units_per_usd")?;
        if rate <= Decimal::ZERO {
            return Err(row.error("units_per_usd", "MALFORMED", "a rate is above zero"));
        }
        table.put(row.parse::<YearMonth>("month")?, row.parse::<Currency>("currency")?, rate);
        Ok(())
    })?;
    table.last_month().context("rates.csv has no month")?;
    Ok(table)
}

/// How often things happen and how long they take.
///
/// # Errors
/// A fault of the table.
pub fn behaviour() -> anyhow::Result<Behaviour> {
    let mut rows = Vec::new();
    read_own("behaviour.csv", BEHAVIOUR, |row| {
        rows.push((row.text("key").to_owned(), row.text("value").to_owned()));
        Ok(())
    })?;
    Behaviour::from_rows(rows)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use kernel::Country;

    use super::*;
    use crate::chance::Chance;

    #[test]
    fn the_tables_can_be_read() {
        assert!(sellers().unwrap().len() >= 8);
        assert_eq!(rates().unwrap().last_month(), Some(YearMonth::new(2026, 10).unwrap()));
        behaviour().unwrap();
    }

    #[test]
    fn every_country_has_a_buyer_with_a_valid_address_and_a_currency() {
        let buyers = buyers().unwrap();
        for country in Country::all() {
            assert!(buyers.currency(country).is_some(), "{country}");
            for buyer in 0..20 {
                let address = buyers.address(Chance::new(1), country, &buyer.to_string());
                assert_eq!(address.unwrap().country(), country);
            }
        }
    }

    #[test]
    fn a_buyer_keeps_the_same_address_and_tax_id() {
        let buyers = buyers().unwrap();
        let brazil = Country::constant("BR");
        let chance = Chance::new(1);
        assert_eq!(buyers.address(chance, brazil, "x"), buyers.address(chance, brazil, "x"));
        assert_eq!(BuyerBook::tax_id(chance, brazil, "x").unwrap().as_str().len(), 11);
        assert_eq!(BuyerBook::tax_id(chance, Country::constant("DE"), "x"), None);
    }
}
