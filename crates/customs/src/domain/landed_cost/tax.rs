//! VAT, GST or the like on customs value, shipping and duty.

use kernel::Money;
use rust_decimal::Decimal;

use super::assess::LandedCost;
use super::country::Charge;
use super::duty::{Case, Duty};
use super::estimate::NotCalculable;
use super::values::share;

/// The tax of a consignment in the destination's currency.
pub(super) struct Tax {
    /// The rounded total.
    pub total: Money,
    /// The lines' shares of the total.
    pub shares: Vec<Money>,
}

impl LandedCost {
    /// The tax of all lines, and each rule that was applied. The base is goods, shipping and duty, in CIF and FOB
    /// countries alike.
    pub(super) fn tax(
        &self,
        case: &Case<'_>,
        duty: &Duty,
        explanation: &mut Vec<String>,
    ) -> Result<Tax, NotCalculable> {
        let basket = case.basket;
        let rate = self.countries.tax_rate(basket.destination, &basket.region, basket.date)?;
        let mut bases = Vec::with_capacity(basket.lines.len());
        for index in 0..basket.lines.len() {
            let exempt =
                self.is_relieved(case, Charge::Tax, index, explanation)? || duty.lines[index].includes_tax;
            bases.push(if exempt {
                Money::zero(case.rules.currency)
            } else {
                case.values.lines[index]
                    .checked_add(case.values.freight[index])?
                    .checked_add(duty.shares[index])?
            });
        }
        let base = Money::sum(case.rules.currency, bases.iter().copied())?;
        let r = rate.percent / Decimal::ONE_HUNDRED;
        let factor = if rate.inside_base { r / (Decimal::ONE - r) } else { r };
        let total = case.rules.round(base.to_decimal() * factor)?;
        let how = if rate.inside_base { ", the tax being part of its own base" } else { "" };
        let of = if rate.region.is_empty() { String::new() } else { format!(" of {}", rate.region) };
        explanation.push(format!("Tax: {} %{of} on {base}{how}: {total} [{}]", rate.percent, rate.evidence));
        Ok(Tax { total, shares: share(total, &bases)? })
    }

    /// Drops charges so small that the country does not collect them.
    pub(super) fn waive_small(
        &self,
        case: &Case<'_>,
        duty: &mut Duty,
        tax: &mut Tax,
        explanation: &mut Vec<String>,
    ) -> Result<(), NotCalculable> {
        let zero = Money::zero(case.rules.currency);
        for charge in [Charge::Both, Charge::Tax] {
            let threshold = self.countries.threshold(case.basket.destination, charge, case.basket.date);
            let Some(threshold) = threshold.filter(|t| t.basis == super::country::Basis::ChargeAmount) else {
                continue;
            };
            let sum = if charge == Charge::Both { duty.total.checked_add(tax.total)? } else { tax.total };
            if sum.is_zero() || case.rates.convert(sum, threshold.amount.currency())? > threshold.amount {
                continue;
            }
            explanation
                .push(format!("{sum} is not collected: up to {} [{}]", threshold.amount, threshold.evidence));
            if charge == Charge::Both {
                duty.total = zero;
                duty.shares.fill(zero);
            }
            tax.total = zero;
            tax.shares.fill(zero);
        }
        Ok(())
    }
}
