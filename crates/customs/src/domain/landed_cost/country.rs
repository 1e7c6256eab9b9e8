//! A country's rules of import: currency, what counts as customs value, thresholds, tax rate, rounding.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::{Country, Currency, Dated, Money, MoneyError, Rounding, Weight};
use rust_decimal::Decimal;

use super::estimate::NotCalculable;
use super::tariff::Schedule;
use crate::domain::table::{self, Evidence, TableError};

/// What a country's customs value is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueBasis {
    /// Goods, shipping and insurance.
    Cif,
    /// Goods alone.
    Fob,
}

/// How a country calculates.
#[derive(Debug, Clone)]
pub(crate) struct ImportRules {
    /// The currency it calculates in.
    pub currency: Currency,
    /// What its customs value is made of.
    pub value_basis: ValueBasis,
    /// The tariff that is known line by line.
    pub tariff: Option<Schedule>,
    /// Under which name the WTO reports its averages.
    pub wto_reporter: Option<String>,
    /// How it rounds a total of duty or tax.
    pub rounding: Rounding,
    /// To what it rounds, in major units; the minor unit when there is none.
    pub rounding_step: Option<Decimal>,
    /// Where this is from.
    pub evidence: Evidence,
}

impl ImportRules {
    /// A total of duty or tax as the country would assess it.
    ///
    /// # Errors
    /// When it does not fit.
    pub(crate) fn round(&self, amount: Decimal) -> Result<Money, MoneyError> {
        let stepped = match self.rounding_step {
            Some(step) => self.rounding.apply(amount / step, 0) * step,
            None => amount,
        };
        Money::from_decimal(self.currency, stepped, self.rounding)
    }
}

/// What a threshold relieves from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Charge {
    /// Duty.
    Duty,
    /// VAT, GST or the like.
    Tax,
    /// The sum of both.
    Both,
}

/// What a threshold, or a regime's bound, is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basis {
    /// Goods of the consignment; also what tables call FOB.
    Intrinsic,
    /// Goods and shipping of the consignment.
    Cif,
    /// One unit of a line.
    Item,
    /// The charge itself: a small one is not collected.
    ChargeAmount,
}

/// Up to this amount a charge is not due.
#[derive(Debug, Clone)]
pub(crate) struct Threshold {
    /// The bound, inclusive, in a currency of its own.
    pub amount: Money,
    /// What is compared with it.
    pub basis: Basis,
    /// HS chapters it does not relieve.
    pub except_chapters: Vec<String>,
    /// Above this weight of the consignment it does not hold.
    pub max_weight: Option<Weight>,
    /// Where this is from.
    pub evidence: Evidence,
}

/// A rate of VAT, GST or the like.
#[derive(Debug, Clone)]
pub(crate) struct TaxRate {
    /// Per cent.
    pub percent: Decimal,
    /// The tax is part of its own base (Brazil's ICMS): tax = base x r / (1 - r).
    pub inside_base: bool,
    /// The region it was taken of; empty for the whole country.
    pub region: String,
    /// Where this is from.
    pub evidence: Evidence,
}

/// The country tables.
pub(crate) struct Countries {
    pub(super) rules: HashMap<Country, Dated<ImportRules>>,
    thresholds: HashMap<(Country, Charge), Dated<Threshold>>,
    tax_rates: HashMap<Country, HashMap<String, Dated<TaxRate>>>,
}

impl Countries {
    /// The tables that ship with the product.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub(crate) fn load() -> Result<Self, TableError> {
        Ok(Self { rules: load_rules()?, thresholds: load_thresholds()?, tax_rates: load_tax_rates()? })
    }

    /// The rules of a country on a day.
    ///
    /// # Errors
    /// When none are known.
    pub(crate) fn rules(&self, country: Country, date: Date) -> Result<&ImportRules, NotCalculable> {
        let rules = self.rules.get(&country).and_then(|dated| dated.at(date));
        rules.ok_or_else(|| NotCalculable::lacks(format!("import rules of {country} on {date}")))
    }

    /// The threshold of a charge; an unknown one counts as zero: more is collected and the rest refunded (ours).
    #[must_use]
    pub(crate) fn threshold(&self, country: Country, charge: Charge, date: Date) -> Option<&Threshold> {
        self.thresholds.get(&(country, charge)).and_then(|dated| dated.at(date))
    }

    /// The tax rate of a country and region. Where regions differ and this one is not known, the highest is taken:
    /// more is collected and the rest refunded (ours).
    ///
    /// # Errors
    /// When the country has no rate on the day.
    pub(crate) fn tax_rate(
        &self,
        country: Country,
        region: &str,
        date: Date,
    ) -> Result<&TaxRate, NotCalculable> {
        let lacks = || NotCalculable::lacks(format!("tax rate of {country} on {date}"));
        let regions = self.tax_rates.get(&country).ok_or_else(lacks)?;
        let region = region.trim().to_ascii_uppercase();
        let region = region.strip_prefix(&format!("{country}-")).unwrap_or(&region);
        let exact = [region, ""].into_iter().find_map(|key| regions.get(key)?.at(date));
        let highest = || regions.values().filter_map(|dated| dated.at(date)).max_by_key(|rate| rate.percent);
        exact.or_else(highest).ok_or_else(lacks)
    }
}

fn load_rules() -> Result<HashMap<Country, Dated<ImportRules>>, TableError> {
    let text = include_str!("../../../../../data/customs/import_rules.csv");
    let roundings = [("HALF_UP", Rounding::HalfUp), ("DOWN", Rounding::Down), ("UP", Rounding::Up)];
    let rows = table::read("import_rules.csv", text, |row| {
        let rules = ImportRules {
            currency: row.parse("currency")?,
            value_basis: row.word("value_basis", &[("CIF", ValueBasis::Cif), ("FOB", ValueBasis::Fob)])?,
            tariff: row.word("tariff", &Schedule::WORDS)?,
            wto_reporter: row.optional("wto_reporter")?,
            rounding: row.word("rounding", &roundings)?,
            rounding_step: row.optional("rounding_step")?,
            evidence: row.evidence()?,
        };
        Ok((row.parse("country")?, row.effective()?, rules))
    })?;
    table::dated("import_rules.csv", rows)
}

fn load_thresholds() -> Result<HashMap<(Country, Charge), Dated<Threshold>>, TableError> {
    let text = include_str!("../../../../../data/customs/thresholds.csv");
    let charges = [("DUTY", Charge::Duty), ("TAX", Charge::Tax), ("BOTH", Charge::Both)];
    let rows = table::read("thresholds.csv", text, |row| {
        let threshold = Threshold {
            amount: bound(row, "amount", "currency")?.ok_or_else(|| row.error("amount", "is empty"))?,
            basis: row.word("basis", &Basis::WORDS)?,
            except_chapters: row.list("except_chapters")?,
            max_weight: row
                .optional("max_weight_kg")?
                .map(Weight::from_kg_decimal)
                .transpose()
                .map_err(|e| row.error("max_weight_kg", e))?,
            evidence: row.evidence()?,
        };
        Ok(((row.parse("country")?, row.word("charge", &charges)?), row.effective()?, threshold))
    })?;
    table::dated("thresholds.csv", rows)
}

fn load_tax_rates() -> Result<HashMap<Country, HashMap<String, Dated<TaxRate>>>, TableError> {
    let text = include_str!("../../../../../data/customs/tax_rates.csv");
    let rows = table::read("tax_rates.csv", text, |row| {
        let region = row.text("region")?.to_owned();
        let rate = TaxRate {
            percent: row.parse("percent")?,
            inside_base: row.word("inside_base", &[("yes", true), ("no", false)])?,
            region: region.clone(),
            evidence: row.evidence()?,
        };
        Ok(((row.parse::<Country>("country")?, region), row.effective()?, rate))
    })?;
    let mut by_country: HashMap<Country, HashMap<String, Dated<TaxRate>>> = HashMap::new();
    for ((country, region), rates) in table::dated("tax_rates.csv", rows)? {
        by_country.entry(country).or_default().insert(region, rates);
    }
    Ok(by_country)
}

impl Basis {
    /// The words tables use.
    pub(super) const WORDS: [(&'static str, Self); 5] = [
        ("INTRINSIC", Self::Intrinsic),
        ("FOB", Self::Intrinsic),
        ("CIF", Self::Cif),
        ("ITEM", Self::Item),
        ("TAX_AMOUNT", Self::ChargeAmount),
    ];
}

/// An amount of major units in a currency of its own column; `None` when the amount is empty.
pub(super) fn bound(
    row: &table::Row<'_>,
    amount: &'static str,
    currency: &'static str,
) -> Result<Option<Money>, TableError> {
    let Some(value) = row.optional::<Decimal>(amount)? else { return Ok(None) };
    let money = Money::from_decimal(row.parse(currency)?, value, Rounding::HalfUp);
    money.map(Some).map_err(|error| row.error(amount, error))
}
