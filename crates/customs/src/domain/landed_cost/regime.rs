//! Special regimes that take the place of the tariff: flat amounts, flat rates, free ports.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::{Country, Effective, HsCode, Money};
use rust_decimal::Decimal;

use super::country::{Basis, bound};
use crate::domain::table::{self, Evidence, TableError};

/// How a regime sets the duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RegimeKind {
    /// So many per cent of the customs value.
    Percent(Decimal),
    /// So many per cent of the customs value of the whole consignment, less a fixed amount.
    PercentLess(Decimal, Money),
    /// So much for every distinct HS6 code of the consignment.
    FlatPerHs6(Money),
    /// So many per cent of the customs value in place of duty and tax.
    GlobalRate(Decimal),
}

/// A regime of a country, for consignments between two values.
#[derive(Debug, Clone)]
pub(crate) struct Regime {
    /// Its name: `EU_FLAT3`.
    pub name: String,
    /// How it sets the duty.
    pub kind: RegimeKind,
    /// Above this value (exclusive).
    pub above: Option<Money>,
    /// Up to this value (inclusive).
    pub up_to: Option<Money>,
    /// What is compared with the bounds.
    pub basis: Basis,
    /// HS chapters it holds for, both inclusive; `None` for all.
    chapters: Option<(u8, u8)>,
    effective: Effective,
    /// Where this is from.
    pub evidence: Evidence,
}

impl Regime {
    /// True when the regime holds for the code's chapter.
    #[must_use]
    pub(crate) fn covers(&self, code: HsCode) -> bool {
        let chapter: u8 = code.chapter().parse().unwrap_or(0);
        self.chapters.is_none_or(|(first, last)| (first..=last).contains(&chapter))
    }
}

/// All regimes.
pub(crate) struct Regimes {
    by_country: HashMap<Country, Vec<Regime>>,
}

impl Regimes {
    /// The table that ships with the product.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub(crate) fn load() -> Result<Self, TableError> {
        let text = include_str!("../../../../../data/customs/duty_rules.csv");
        let rows = table::read("duty_rules.csv", text, |row| Ok((row.parse("country")?, parse(row)?)))?;
        let mut by_country: HashMap<Country, Vec<Regime>> = HashMap::new();
        for (country, regime) in rows {
            by_country.entry(country).or_default().push(regime);
        }
        Ok(Self { by_country })
    }

    /// The regimes of a country on a day, in the table's order.
    pub(crate) fn of(&self, country: Country, date: Date) -> impl Iterator<Item = &Regime> {
        self.by_country.get(&country).into_iter().flatten().filter(move |r| r.effective.contains(date))
    }
}

fn parse(row: &table::Row<'_>) -> Result<Regime, TableError> {
    let basis = row.optional::<String>("bound_basis")?;
    Ok(Regime {
        name: row.text("rule")?.to_owned(),
        kind: parse_kind(row)?,
        above: bound(row, "above", "bound_currency")?,
        up_to: bound(row, "up_to", "bound_currency")?,
        basis: if basis.is_some() { row.word("bound_basis", &Basis::WORDS)? } else { Basis::Intrinsic },
        chapters: parse_chapters(row)?,
        effective: row.effective()?,
        evidence: row.evidence()?,
    })
}

fn parse_kind(row: &table::Row<'_>) -> Result<RegimeKind, TableError> {
    let money = |column| bound(row, column, "amount_currency")?.ok_or_else(|| row.error(column, "is empty"));
    match row.text("kind")? {
        "PERCENT" => Ok(RegimeKind::Percent(row.parse("percent")?)),
        "PERCENT_LESS" => Ok(RegimeKind::PercentLess(row.parse("percent")?, money("deduct")?)),
        "FLAT_PER_HS6" => Ok(RegimeKind::FlatPerHs6(money("flat")?)),
        "GLOBAL_RATE" => Ok(RegimeKind::GlobalRate(row.parse("percent")?)),
        other => Err(row.error("kind", format!("{other:?} is no kind of regime"))),
    }
}

fn parse_chapters(row: &table::Row<'_>) -> Result<Option<(u8, u8)>, TableError> {
    let text = row.text("chapters")?;
    if text.is_empty() {
        return Ok(None);
    }
    let range = text.split_once('-').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    range.map(Some).ok_or_else(|| row.error("chapters", "is not a range such as 25-97"))
}
