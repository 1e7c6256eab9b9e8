//! Which countries the programme serves, and the carrier whose fees a quote assumes.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::{Country, Dated};

use super::table::{self, TableError};

const TABLE: &str = "destinations.csv";
const ROWS: &str = include_str!("../../../../data/customs/destinations.csv");

/// A carrier as far as its import fees matter. A quote does not know the route yet: it takes DHL, which reaches most
/// destinations and takes export filings, and FedEx where DHL does not go (ours).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum FeeCarrier {
    /// DHL Express.
    Dhl,
    /// FedEx International.
    Fedex,
}

impl FeeCarrier {
    /// The words tables use.
    pub(crate) const WORDS: [(&'static str, Option<Self>); 3] =
        [("", None), ("DHL", Some(Self::Dhl)), ("FEDEX", Some(Self::Fedex))];
}

#[derive(Debug, Clone)]
struct Destination {
    /// Why it is not served; `None` when it is.
    not_served: Option<String>,
    carrier: Option<FeeCarrier>,
}

/// Served and unserved destinations.
pub(crate) struct Destinations {
    rows: HashMap<Country, Dated<Destination>>,
}

/// Why a destination is not served, in the words of the table: `EMBARGO`, `NO_CARRIER`, …
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{country} is not served: {why}")]
pub(crate) struct NotServed {
    /// The destination.
    pub country: Country,
    /// The table's reason.
    pub why: String,
}

impl Destinations {
    /// The table that ships with the product.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub(crate) fn load() -> Result<Self, TableError> {
        let rows = table::read(TABLE, ROWS, |row| {
            let served = row.word("served", &[("yes", true), ("no", false)])?;
            let destination = Destination {
                not_served: (!served).then(|| row.text("reason").map(str::to_owned)).transpose()?,
                carrier: row.word("quote_carrier", &FeeCarrier::WORDS)?,
            };
            Ok((row.parse("country")?, row.effective()?, destination))
        })?;
        Ok(Self { rows: table::dated(TABLE, rows)? })
    }

    /// The carrier whose fees a quote to this country assumes.
    ///
    /// # Errors
    /// When the country is not served on the day.
    pub(crate) fn serve(&self, country: Country, date: Date) -> Result<FeeCarrier, NotServed> {
        let refused = |why: &str| NotServed { country, why: why.to_owned() };
        let row = self.rows.get(&country).and_then(|dated| dated.at(date));
        let row = row.ok_or_else(|| refused("no row of the destinations table holds on this day"))?;
        if let Some(why) = &row.not_served {
            return Err(refused(why));
        }
        row.carrier.ok_or_else(|| refused("NO_CARRIER"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn embargoed_countries_and_the_origin_are_not_served() {
        let destinations = Destinations::load().unwrap();
        let date = "2026-10-01".parse().unwrap();
        for code in ["CU", "IR", "KP", "SY", "RU", "BY", "US", "AQ"] {
            assert!(destinations.serve(Country::parse(code).unwrap(), date).is_err(), "{code}");
        }
        assert_eq!(destinations.serve(Country::constant("DE"), date), Ok(FeeCarrier::Dhl));
        assert_eq!(Country::all().filter(|country| destinations.serve(*country, date).is_ok()).count(), 210);
    }
}
