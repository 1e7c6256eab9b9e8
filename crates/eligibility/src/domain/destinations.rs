//! Where the programme delivers, and where nothing may go.

use jiff::civil::Date;
use kernel::{Country, CountrySet, Effective};
use serde::Deserialize;

use super::data::{DESTINATIONS, DataError, EMBARGOES, Tables};

/// All rows of `destinations.csv` and `embargoes.csv`.
#[derive(Debug)]
pub(crate) struct Destinations {
    served: Vec<(Effective, Country)>,
    embargoes: Vec<(Effective, Country)>,
}

/// Destinations on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DestinationsToday {
    /// Served and not under embargo; never the United States.
    pub(crate) open: CountrySet,
    pub(crate) embargoed: CountrySet,
}

#[derive(Deserialize)]
struct Row {
    country: String,
    served: String,
    valid_from: String,
    valid_to: String,
}

#[derive(Deserialize)]
struct EmbargoRow {
    country: String,
    valid_from: String,
    valid_to: String,
}

impl Destinations {
    pub(crate) fn read(tables: &Tables) -> Result<Self, DataError> {
        let mut served = Vec::new();
        for (table, row) in tables.of(DESTINATIONS).rows::<Row>()? {
            let effective = table.effective(&row.valid_from, &row.valid_to)?;
            let country: Country = table.cell(&row.country)?;
            if table.word(&row.served, &[("yes", true), ("no", false)])? {
                served.push((effective, country));
            }
        }
        let embargoes = tables.of(EMBARGOES).rows::<EmbargoRow>()?.into_iter().map(|(table, row)| {
            let effective = table.effective(&row.valid_from, &row.valid_to)?;
            Ok((effective, table.cell(&row.country)?))
        });
        Ok(Self { served, embargoes: embargoes.collect::<Result<_, _>>()? })
    }

    pub(crate) fn at(&self, day: Date) -> DestinationsToday {
        let on_day = |rows: &[(Effective, Country)]| -> CountrySet {
            rows.iter()
                .filter(|(effective, _)| effective.contains(day))
                .map(|(_, country)| *country)
                .collect()
        };
        let embargoed = on_day(&self.embargoes);
        DestinationsToday { open: on_day(&self.served).minus(embargoed).without(Country::US), embargoed }
    }

    pub(crate) fn periods(&self) -> impl Iterator<Item = Effective> {
        self.served.iter().chain(&self.embargoes).map(|(effective, _)| *effective)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    fn at(day: Date) -> DestinationsToday {
        Destinations::read(&Tables::shipped()).unwrap().at(day)
    }

    #[test]
    fn more_than_a_hundred_countries_are_served_and_none_is_under_embargo() {
        let today = at(date(2026, 10, 1));
        assert_eq!(today.open.len(), 210);
        assert!(today.open.intersect(today.embargoed).is_empty());
    }

    #[test]
    fn the_origin_is_no_destination() {
        assert!(!at(date(2026, 10, 1)).open.contains(Country::US));
    }

    #[test]
    fn embargoes_are_dated() {
        let russia = Country::constant("RU");
        assert!(!at(date(2022, 2, 23)).embargoed.contains(russia));
        assert!(at(date(2022, 2, 24)).embargoed.contains(russia));
    }

    #[test]
    fn syria_stays_closed_after_its_sanctions_programme_was_revoked() {
        let syria = Country::constant("SY");
        for day in [date(2025, 6, 30), date(2025, 7, 1), date(2026, 10, 1)] {
            assert!(at(day).embargoed.contains(syria), "{day}");
        }
    }
}
