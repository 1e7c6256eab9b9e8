//! Destinations that take goods only under an HS code that somebody answers for.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::{Country, Dated};

use super::table::{self, TableError};

const TABLE: &str = "hs_demands.csv";
const ROWS: &str = include_str!("../../../../data/customs/hs_demands.csv");

/// The countries that demand a confirmed code.
pub(crate) struct HsDemands(HashMap<Country, Dated<()>>);

impl HsDemands {
    /// The table that ships with the product.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub(crate) fn load() -> Result<Self, TableError> {
        Self::read(ROWS)
    }

    fn read(rows: &str) -> Result<Self, TableError> {
        let rows = table::read(TABLE, rows, |row| Ok((row.parse("country")?, row.effective()?, ())))?;
        table::dated(TABLE, rows).map(Self)
    }

    /// True where goods need a confirmed code on the day.
    #[must_use]
    pub(crate) fn demands(&self, country: Country, date: Date) -> bool {
        self.0.get(&country).is_some_and(|dated| dated.at(date).is_some())
    }
}

#[cfg(test)]
impl HsDemands {
    /// One country, for ever.
    pub(crate) fn of(country: &str) -> Self {
        Self::read(&format!("country,valid_from,valid_to\n{country},2025-01-01,\n"))
            .unwrap_or(Self(HashMap::new()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_demand_holds_from_its_first_to_its_last_day() {
        let demands = HsDemands::read("country,valid_from,valid_to\nDE,2026-03-01,2026-10-31\n").unwrap();
        let demands = |country: &str, day: &str| {
            demands.demands(Country::parse(country).unwrap(), day.parse().unwrap())
        };
        assert!(demands("DE", "2026-03-01") && demands("DE", "2026-10-31"));
        assert!(!demands("DE", "2026-02-28") && !demands("DE", "2026-11-01") && !demands("FR", "2026-06-01"));
    }

    #[test]
    fn nobody_demands_one_as_shipped() {
        let demands = HsDemands::load().unwrap();
        let day = "2026-11-01".parse().unwrap();
        assert!(Country::all().all(|country| !demands.demands(country, day)));
    }
}
