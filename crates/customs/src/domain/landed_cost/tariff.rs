//! MFN duty rates of the EU, the UK and Australia by HS6, and the averages above them.
//!
//! Only ad-valorem rates are carried: a code whose duty is specific or compound has no rate here, and the next step of
//! the fallback order is taken.

use std::collections::HashMap;

use kernel::HsCode;
use rust_decimal::Decimal;

use crate::domain::table::{self, TableError};

/// A tariff that is known line by line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Schedule {
    /// The EU's common customs tariff.
    Eu,
    /// The UK Global Tariff.
    Gb,
    /// Schedule 3 of Australia.
    Au,
}

impl Schedule {
    /// The words tables use; empty for a country whose tariff is not known.
    pub(super) const WORDS: [(&'static str, Option<Self>); 4] =
        [("", None), ("EU", Some(Self::Eu)), ("GB", Some(Self::Gb)), ("AU", Some(Self::Au))];
}

/// Rates in per cent.
pub(crate) struct Tariff {
    hs6: HashMap<HsCode, [Option<Decimal>; 3]>,
    headings: HashMap<(Schedule, String), Decimal>,
    chapters: HashMap<(Schedule, String), Decimal>,
}

impl Tariff {
    /// The tables that ship with the product.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub(crate) fn load() -> Result<Self, TableError> {
        let lines = include_str!("../../../../../data/customs/tariff_hs6.csv");
        let hs6: HashMap<HsCode, [Option<Decimal>; 3]> = table::read("tariff_hs6.csv", lines, |row| {
            let rates =
                [row.optional("eu_percent")?, row.optional("gb_percent")?, row.optional("au_percent")?];
            Ok((row.parse("hs6")?, rates))
        })?
        .into_iter()
        .collect();
        let averages = include_str!("../../../../../data/customs/tariff_chapters.csv");
        let chapters = table::read("tariff_chapters.csv", averages, |row| {
            let schedule = row.word("tariff", &Schedule::WORDS[1..])?;
            let schedule = schedule.ok_or_else(|| row.error("tariff", "is empty"))?;
            Ok(((schedule, row.text("chapter")?.to_owned()), row.parse("percent")?))
        })?;
        let headings = heading_averages(&hs6);
        Ok(Self { hs6, headings, chapters: chapters.into_iter().collect() })
    }

    /// True when the code's six digits are of HS 2022.
    #[must_use]
    pub(crate) fn knows(&self, code: HsCode) -> bool {
        self.hs6.contains_key(&code.hs6())
    }

    /// The rate of the code's six digits.
    pub(super) fn hs6_rate(&self, schedule: Schedule, code: HsCode) -> Option<Decimal> {
        self.hs6.get(&code.hs6())?[schedule as usize]
    }

    /// The mean over the codes of its heading that have a rate.
    pub(super) fn heading_average(&self, schedule: Schedule, code: HsCode) -> Option<Decimal> {
        self.headings.get(&(schedule, code.heading().to_owned())).copied()
    }

    /// The mean over its chapter.
    pub(super) fn chapter_average(&self, schedule: Schedule, code: HsCode) -> Option<Decimal> {
        self.chapters.get(&(schedule, code.chapter().to_owned())).copied()
    }
}

/// Digits of an average: as the chapter averages have.
const AVERAGE_DIGITS: u32 = 3;

fn heading_averages(hs6: &HashMap<HsCode, [Option<Decimal>; 3]>) -> HashMap<(Schedule, String), Decimal> {
    let mut sums: HashMap<(Schedule, String), (Decimal, u32)> = HashMap::new();
    for (code, rates) in hs6 {
        for (schedule, rate) in [Schedule::Eu, Schedule::Gb, Schedule::Au].into_iter().zip(rates) {
            if let Some(rate) = rate {
                let sum = sums.entry((schedule, code.heading().to_owned())).or_default();
                sum.0 += rate;
                sum.1 += 1;
            }
        }
    }
    let mean = |(sum, count): (Decimal, u32)| (sum / Decimal::from(count)).round_dp(AVERAGE_DIGITS);
    sums.into_iter().map(|(heading, sum)| (heading, mean(sum))).collect()
}
