//! The calculation from end to end.

use kernel::Money;

use super::country::{Countries, ValueBasis};
use super::duty::{Case, Duty};
use super::duty_rate::DutyAverages;
use super::estimate::{Estimate, EstimatedLine, NotCalculable};
use super::fees::Fees;
use super::regime::Regimes;
use super::tax::Tax;
use super::values::{Values, share};
use super::{Basket, ExchangeRates, Tariff};
use crate::domain::destinations::FeeCarrier;
use crate::domain::table::TableError;

/// The rules of all countries.
pub(crate) struct LandedCost {
    pub(super) countries: Countries,
    pub(super) tariff: Tariff,
    pub(super) averages: DutyAverages,
    pub(super) regimes: Regimes,
    pub(super) fees: Fees,
}

impl LandedCost {
    /// The tables that ship with the product.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub(crate) fn load() -> Result<Self, TableError> {
        Ok(Self {
            countries: Countries::load()?,
            tariff: Tariff::load()?,
            averages: DutyAverages::load()?,
            regimes: Regimes::load()?,
            fees: Fees::load()?,
        })
    }

    /// The tariff, which also knows which HS codes exist.
    #[must_use]
    pub(crate) fn tariff(&self) -> &Tariff {
        &self.tariff
    }

    /// Estimates a basket's duties, taxes and fees at the month's exchange rates.
    ///
    /// # Errors
    /// [`NotCalculable`] with the first fact that is missing.
    pub(crate) fn estimate(
        &self,
        basket: &Basket,
        carrier: FeeCarrier,
        rates: &ExchangeRates,
    ) -> Result<Estimate, NotCalculable> {
        let rules = self.countries.rules(basket.destination, basket.date)?;
        let values = Values::of(basket, rules, rates)?;
        let case = Case { basket, rules, rates, values: &values };
        let mut explanation = vec![describe_value(&case)?];
        let mut duty = self.duty(&case, &mut explanation)?;
        let mut tax = self.tax(&case, &duty, &mut explanation)?;
        self.waive_small(&case, &mut duty, &mut tax, &mut explanation)?;
        let charges = duty.total.checked_add(tax.total)?;
        let fees = self.fees.assess(basket, &values, carrier, charges, rates, &mut explanation)?;
        total(&case, &duty, &tax, fees, explanation)
    }
}

fn describe_value(case: &Case<'_>) -> Result<String, NotCalculable> {
    let (values, rules) = (case.values, case.rules);
    let customs = Money::sum(rules.currency, values.customs.iter().copied())?;
    let basis = match rules.value_basis {
        ValueBasis::Cif => "CIF: goods and shipping",
        ValueBasis::Fob => "FOB: goods alone",
    };
    Ok(format!(
        "Customs value {customs} ({basis}) of goods {} and shipping {}, at the rates of {} ({}) [{}]",
        values.goods,
        values.shipping,
        case.rates.month(),
        case.rates.source(),
        rules.evidence,
    ))
}

/// Brings duty and tax back into the basket's currency, each converted once, and shares them over the lines.
fn total(
    case: &Case<'_>,
    duty: &Duty,
    tax: &Tax,
    fees: Money,
    mut explanation: Vec<String>,
) -> Result<Estimate, NotCalculable> {
    let currency = case.basket.shipping.currency();
    let duty_total = case.rates.convert(duty.total, currency)?;
    let tax_total = case.rates.convert(tax.total, currency)?;
    let (duties, taxes) = (share(duty_total, &duty.shares)?, share(tax_total, &tax.shares)?);
    let lines = case.basket.lines.iter().enumerate().map(|(index, line)| EstimatedLine {
        line_no: line.line_no,
        hs_code: line.classification.hs_code,
        hs_code_estimated: line.classification.estimated,
        duty_rate_percent: duty.lines[index].percent,
        duty_rate_basis: duty.lines[index].basis.clone(),
        duty: duties[index],
        tax: taxes[index],
    });
    let deposit = Money::sum(currency, [duty_total, tax_total, fees])?;
    explanation.push(format!("Deposit {deposit}: duty {duty_total}, tax {tax_total}, fees {fees}"));
    Ok(Estimate {
        lines: lines.collect(),
        goods: case.values.goods,
        shipping: case.values.shipping,
        duty: duty_total,
        tax: tax_total,
        fees,
        deposit,
        explanation,
    })
}
