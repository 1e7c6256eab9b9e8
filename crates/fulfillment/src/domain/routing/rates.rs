//! Carriers' list rates: a price per zone and whole pound, and per-pound prices above the table.

use std::collections::HashMap;

use kernel::Money;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::table::TableError;

/// A carrier's zone, `A` to `O`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Zone(u8);

const LETTERS: &str = "ABCDEFGHIJKLMNO";
const ZONES: usize = LETTERS.len();

impl Zone {
    /// The zone with this letter.
    pub(super) fn parse(letter: &str) -> Option<Self> {
        let position = LETTERS.find(letter).filter(|_| letter.len() == 1)?;
        u8::try_from(position).ok().map(Self)
    }

    const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Cents by zone; `None` where the carrier has no rate.
type ByZone = [Option<i64>; ZONES];

/// A row of a rate table: its columns by name, one per zone letter among them.
pub(super) type Row = HashMap<String, String>;

/// The rates of one service.
#[derive(Debug, Clone, Default)]
pub(super) struct RateCard {
    /// Price of a shipment of index + 1 pounds.
    by_pound: Vec<ByZone>,
    /// Price of each pound, for shipments above the table.
    bands: Vec<Band>,
}

#[derive(Debug, Clone)]
struct Band {
    from_pounds: u32,
    to_pounds: u32,
    cents_per_pound: ByZone,
}

impl RateCard {
    /// Adds a row of `rates.csv`; rows come in the order of their pounds, from 1 without a gap.
    pub(super) fn push(&mut self, table: &'static str, row: &Row) -> Result<(), TableError> {
        let pounds: usize = number(table, row, "pounds")?;
        if pounds != self.by_pound.len() + 1 {
            let problem = format!("pounds {pounds} follows {}", self.by_pound.len());
            return Err(TableError::new(table, problem));
        }
        self.by_pound.push(by_zone(table, row)?);
        Ok(())
    }

    /// Adds a row of `rates_per_pound.csv`.
    pub(super) fn push_band(&mut self, table: &'static str, row: &Row) -> Result<(), TableError> {
        self.bands.push(Band {
            from_pounds: number(table, row, "from_pounds")?,
            to_pounds: number(table, row, "to_pounds")?,
            cents_per_pound: by_zone(table, row)?,
        });
        Ok(())
    }

    /// Price of a shipment; `None` when the carrier has none for this weight.
    pub(super) fn price(&self, zone: Zone, pounds: u32) -> Option<Money> {
        let index = usize::try_from(pounds.checked_sub(1)?).ok()?;
        if let Some(row) = self.by_pound.get(index) {
            return row[zone.index()].map(Money::usd);
        }
        let band = self.bands.iter().find(|band| (band.from_pounds..=band.to_pounds).contains(&pounds))?;
        band.cents_per_pound[zone.index()]?.checked_mul(i64::from(pounds)).map(Money::usd)
    }
}

fn column<'a>(table: &'static str, row: &'a Row, name: &str) -> Result<&'a str, TableError> {
    row.get(name)
        .map(String::as_str)
        .ok_or_else(|| TableError::new(table, format!("column {name} is missing")))
}

fn number<T: std::str::FromStr>(table: &'static str, row: &Row, name: &str) -> Result<T, TableError> {
    let text = column(table, row, name)?;
    text.parse().map_err(|_| TableError::new(table, format!("{name} {text:?} is not a number")))
}

fn by_zone(table: &'static str, row: &Row) -> Result<ByZone, TableError> {
    let mut cents = [None; ZONES];
    for (position, letter) in LETTERS.char_indices() {
        let text = column(table, row, letter.encode_utf8(&mut [0; 4]))?;
        if text.is_empty() {
            continue;
        }
        let exact = Decimal::from_str_exact(text).ok().map(|dollars| dollars * Decimal::ONE_HUNDRED);
        let whole = exact.filter(Decimal::is_integer).and_then(|amount| amount.to_i64());
        cents[position] =
            Some(whole.ok_or_else(|| TableError::new(table, format!("{text:?} is not an amount in cents")))?);
    }
    Ok(cents)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn row(named: &[(&str, &str)]) -> Row {
        let zones = LETTERS.chars().map(|letter| (letter.to_string(), String::new()));
        zones.chain(named.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect()
    }

    fn card() -> RateCard {
        let mut card = RateCard::default();
        card.push("t", &row(&[("pounds", "1"), ("A", "10.00"), ("C", "9.99")])).unwrap();
        card.push("t", &row(&[("pounds", "2"), ("A", "12.50")])).unwrap();
        card.push_band("t", &row(&[("from_pounds", "3"), ("to_pounds", "5"), ("A", "7.01")])).unwrap();
        card
    }

    #[test]
    fn a_rate_is_found_by_zone_and_pound() {
        let zone = |letter| Zone::parse(letter).unwrap();
        assert_eq!(card().price(zone("A"), 2), Some(Money::usd(12_50)));
        assert_eq!(card().price(zone("C"), 1), Some(Money::usd(9_99)));
        assert_eq!(card().price(zone("C"), 2), None, "no rate where the carrier prints none");
    }

    #[test]
    fn above_the_table_every_pound_costs_the_bands_price() {
        let zone = Zone::parse("A").unwrap();
        assert_eq!(card().price(zone, 4), Some(Money::usd(28_04)));
        assert_eq!(card().price(zone, 6), None);
        assert_eq!(card().price(zone, 0), None);
    }

    #[test]
    fn a_gap_in_the_pounds_is_an_error() {
        let error = card().push("t", &row(&[("pounds", "4"), ("A", "1.00")])).unwrap_err();
        assert!(error.to_string().contains("pounds 4 follows 2"), "{error}");
    }
}
