//! The duty rate of a code in a country where no special regime holds: the first of these that is known.
//!
//! - the HS6 line of the country's tariff,
//! - the mean of its heading,
//! - the mean of its chapter,
//! - the WTO's MFN average of the code's product category,
//! - a typical rate on parcels,
//! - the country's trade-weighted average (low confidence).

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::{Country, Dated, HsCode};
use rust_decimal::Decimal;

use super::country::ImportRules;
use super::tariff::Tariff;
use crate::domain::table::{self, Evidence, TableError};

/// A rate and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DutyRate {
    /// Per cent of the customs value.
    pub percent: Decimal,
    /// Which step gave it.
    pub basis: &'static str,
    /// Its source.
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Average {
    TypicalParcel,
    Country,
}

/// The averages that stand in for tariffs that are not known line by line.
pub(crate) struct DutyAverages {
    /// By reporter and MTN category.
    wto: HashMap<(String, String), (Decimal, Evidence)>,
    /// The main MTN category of an HS chapter.
    categories: HashMap<String, String>,
    countries: HashMap<(Country, Average), Dated<(Decimal, Evidence)>>,
}

impl DutyAverages {
    /// The tables that ship with the product.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub(crate) fn load() -> Result<Self, TableError> {
        let wto = include_str!("../../../../../data/customs/wto_mtn_rates.csv");
        let wto = table::read("wto_mtn_rates.csv", wto, |row| {
            let key = (row.text("reporter")?.to_owned(), row.text("category")?.to_owned());
            Ok((key, (row.parse("percent")?, row.evidence()?)))
        })?;
        let categories = include_str!("../../../../../data/customs/mtn_chapters.csv");
        let categories = table::read("mtn_chapters.csv", categories, |row| {
            Ok((row.text("chapter")?.to_owned(), row.text("category")?.to_owned()))
        })?;
        let kinds = [("TYPICAL_PARCEL", Average::TypicalParcel), ("COUNTRY_AVERAGE", Average::Country)];
        let countries = include_str!("../../../../../data/customs/duty_averages.csv");
        let countries = table::read("duty_averages.csv", countries, |row| {
            let key = (row.parse("country")?, row.word("kind", &kinds)?);
            Ok((key, row.effective()?, (row.parse("percent")?, row.evidence()?)))
        })?;
        Ok(Self {
            wto: wto.into_iter().collect(),
            categories: categories.into_iter().collect(),
            countries: table::dated("duty_averages.csv", countries)?,
        })
    }

    /// The first rate that is known; `None` when there is none at all.
    #[must_use]
    pub(crate) fn find(
        &self,
        tariff: &Tariff,
        rules: &ImportRules,
        country: Country,
        code: HsCode,
        date: Date,
    ) -> Option<DutyRate> {
        self.of_tariff(tariff, rules, code)
            .or_else(|| self.of_wto(rules, code))
            .or_else(|| self.of_country(country, date))
    }

    fn of_tariff(&self, tariff: &Tariff, rules: &ImportRules, code: HsCode) -> Option<DutyRate> {
        let schedule = rules.tariff?;
        let steps = [
            (tariff.hs6_rate(schedule, code), "HS6"),
            (tariff.heading_average(schedule, code), "HEADING_AVERAGE"),
            (tariff.chapter_average(schedule, code), "CHAPTER_AVERAGE"),
        ];
        let source = format!("tariff {schedule:?} by HS code, ad-valorem MFN");
        steps.into_iter().find_map(|(percent, basis)| {
            percent.map(|percent| DutyRate { percent, basis, source: source.clone() })
        })
    }

    fn of_wto(&self, rules: &ImportRules, code: HsCode) -> Option<DutyRate> {
        let reporter = rules.wto_reporter.clone()?;
        let category = self.categories.get(code.chapter())?.clone();
        let (percent, evidence) = self.wto.get(&(reporter, category))?;
        Some(DutyRate { percent: *percent, basis: "WTO_MTN", source: evidence.to_string() })
    }

    fn of_country(&self, country: Country, date: Date) -> Option<DutyRate> {
        let steps = [
            (Average::TypicalParcel, "TYPICAL_PARCEL"),
            (Average::Country, "COUNTRY_AVERAGE_LOW_CONFIDENCE"),
        ];
        steps.into_iter().find_map(|(average, basis)| {
            let (percent, evidence) = self.countries.get(&(country, average))?.at(date)?;
            Some(DutyRate { percent: *percent, basis, source: evidence.to_string() })
        })
    }
}
