//! Duty of every line: relieved, by a regime, or by a rate.

use std::collections::BTreeMap;

use kernel::{HsCode, Money};
use rust_decimal::Decimal;

use super::assess::LandedCost;
use super::country::{Charge, ImportRules};
use super::estimate::NotCalculable;
use super::regime::{Regime, RegimeKind};
use super::values::{Values, share};
use super::{Basket, ExchangeRates};

/// The duty of a consignment in the destination's currency.
pub(super) struct Duty {
    /// One per line.
    pub lines: Vec<LineDuty>,
    /// The rounded total.
    pub total: Money,
    /// The lines' shares of the total.
    pub shares: Vec<Money>,
}

/// The duty of one line before rounding.
#[derive(Clone)]
pub(super) struct LineDuty {
    pub percent: Option<Decimal>,
    pub basis: String,
    pub exact: Decimal,
    /// The regime's charge stands for the tax, too.
    pub includes_tax: bool,
}

impl LineDuty {
    fn new(percent: Option<Decimal>, basis: &str, exact: Decimal) -> Self {
        Self { percent, basis: basis.to_owned(), exact, includes_tax: false }
    }
}

/// Everything the steps of an assessment look at.
pub(super) struct Case<'a> {
    pub basket: &'a Basket,
    pub rules: &'a ImportRules,
    pub rates: &'a ExchangeRates,
    pub values: &'a Values,
}

impl LandedCost {
    /// The duty of all lines, and each rule that was applied.
    pub(super) fn duty(&self, case: &Case<'_>, explanation: &mut Vec<String>) -> Result<Duty, NotCalculable> {
        let mut lines = Vec::with_capacity(case.values.codes.len());
        let mut open: BTreeMap<String, (&Regime, Vec<usize>)> = BTreeMap::new();
        for (index, code) in case.values.codes.iter().enumerate() {
            if self.is_relieved(case, Charge::Duty, index, explanation)? {
                lines.push(LineDuty::new(None, "RELIEVED", Decimal::ZERO));
            } else if let Some(regime) = self.regime(case, index, *code)? {
                open.entry(regime.name.clone()).or_insert((regime, Vec::new())).1.push(index);
                lines.push(LineDuty::new(None, &regime.name, Decimal::ZERO));
            } else {
                lines.push(self.by_rate(case, index, *code, explanation)?);
            }
        }
        for (regime, members) in open.values() {
            explanation.push(format!(
                "Regime {}: {} [{}]",
                regime.name,
                describe(&regime.kind),
                regime.evidence
            ));
            apply(regime, members, case, &mut lines)?;
        }
        let total = case.rules.round(lines.iter().map(|line| line.exact).sum())?;
        let shares = share(total, &weights(case, &lines)?)?;
        explanation.push(format!("Duty: {total}"));
        Ok(Duty { lines, total, shares })
    }

    /// The first regime of the country whose bounds and chapters hold for the line.
    fn regime(&self, case: &Case<'_>, line: usize, code: HsCode) -> Result<Option<&Regime>, NotCalculable> {
        for regime in self.regimes.of(case.basket.destination, case.basket.date) {
            let within = |bound: Option<Money>, fits: fn(Money, Money) -> bool| match bound {
                None => Ok(true),
                Some(bound) => {
                    let value = case.values.compared(regime.basis, line, bound, case.rates)?;
                    Ok::<bool, NotCalculable>(value.is_some_and(|value| fits(value, bound)))
                }
            };
            if regime.covers(code)
                && within(regime.above, |value, bound| value > bound)?
                && within(regime.up_to, |value, bound| value <= bound)?
            {
                return Ok(Some(regime));
            }
        }
        Ok(None)
    }

    fn by_rate(
        &self,
        case: &Case<'_>,
        line: usize,
        code: HsCode,
        explanation: &mut Vec<String>,
    ) -> Result<LineDuty, NotCalculable> {
        let (country, date) = (case.basket.destination, case.basket.date);
        let rate = self.averages.find(&self.tariff, case.rules, country, code, date);
        let rate = rate.ok_or_else(|| NotCalculable::lacks(format!("duty rate of {country} for {code}")))?;
        let text = format!("HS {}: duty {} % by {} [{}]", code.hs6(), rate.percent, rate.basis, rate.source);
        if !explanation.contains(&text) {
            explanation.push(text);
        }
        let exact = case.values.customs[line].to_decimal() * rate.percent / Decimal::ONE_HUNDRED;
        Ok(LineDuty::new(Some(rate.percent), rate.basis, exact))
    }

    /// True when a threshold relieves a line of a charge; says so once.
    pub(super) fn is_relieved(
        &self,
        case: &Case<'_>,
        charge: Charge,
        line: usize,
        explanation: &mut Vec<String>,
    ) -> Result<bool, NotCalculable> {
        let threshold = self.countries.threshold(case.basket.destination, charge, case.basket.date);
        let text = match threshold {
            None => format!("{charge:?} threshold: none known, taken as zero"),
            Some(threshold) => format!(
                "{charge:?} threshold: {} on {:?} [{}]",
                threshold.amount, threshold.basis, threshold.evidence
            ),
        };
        if !explanation.contains(&text) {
            explanation.push(text);
        }
        threshold.map_or(Ok(false), |threshold| case.values.relieves(threshold, line, case.rates))
    }
}

/// Sets the exact duty of the lines a regime holds for.
fn apply(
    regime: &Regime,
    members: &[usize],
    case: &Case<'_>,
    lines: &mut [LineDuty],
) -> Result<(), NotCalculable> {
    let customs = |index: usize| case.values.customs[index].to_decimal();
    match &regime.kind {
        RegimeKind::Percent(percent) | RegimeKind::GlobalRate(percent) => {
            for &index in members {
                lines[index].percent = Some(*percent);
                lines[index].exact = customs(index) * percent / Decimal::ONE_HUNDRED;
                lines[index].includes_tax = matches!(regime.kind, RegimeKind::GlobalRate(_));
            }
        }
        RegimeKind::PercentLess(percent, deduct) => {
            let base: Decimal = members.iter().map(|&index| customs(index)).sum();
            let deduct = case.rates.convert(*deduct, case.rules.currency)?.to_decimal();
            let total = (base * percent / Decimal::ONE_HUNDRED - deduct).max(Decimal::ZERO);
            for &index in members {
                lines[index].percent = Some(*percent);
                lines[index].exact = if base.is_zero() { base } else { total * customs(index) / base };
            }
        }
        RegimeKind::FlatPerHs6(flat) => {
            let flat = case.rates.convert(*flat, case.rules.currency)?.to_decimal();
            let mut groups: BTreeMap<HsCode, Vec<usize>> = BTreeMap::new();
            for &index in members {
                groups.entry(case.values.codes[index].hs6()).or_default().push(index);
            }
            for group in groups.values() {
                let part = flat / Decimal::from(group.len());
                group.iter().for_each(|&index| lines[index].exact = part);
            }
        }
    }
    Ok(())
}

fn describe(kind: &RegimeKind) -> String {
    match kind {
        RegimeKind::Percent(percent) => format!("{percent} % of the customs value"),
        RegimeKind::PercentLess(percent, less) => format!("{percent} % of the customs value less {less}"),
        RegimeKind::FlatPerHs6(flat) => format!("{flat} for each HS6 code"),
        RegimeKind::GlobalRate(percent) => {
            format!("{percent} % of the customs value in place of duty and tax")
        }
    }
}

/// Exact duties as whole numbers, fine enough to share a rounded total by.
fn weights(case: &Case<'_>, lines: &[LineDuty]) -> Result<Vec<Money>, NotCalculable> {
    const FINER: Decimal = Decimal::from_parts(1_000, 0, 0, false, 0);
    lines
        .iter()
        .map(|line| Ok(Money::from_decimal(case.rules.currency, line.exact * FINER, case.rules.rounding)?))
        .collect()
}
