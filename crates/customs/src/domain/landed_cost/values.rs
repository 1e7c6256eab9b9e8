//! The basket in the destination's currency.

use std::collections::BTreeSet;

use kernel::{HsCode, Money, Weight};

use super::country::{Basis, ImportRules, Threshold, ValueBasis};
use super::estimate::NotCalculable;
use super::{Basket, BasketLine, ExchangeRates};

/// The values duty and tax are calculated on, in the destination's currency, beside the goods as they were given.
pub(super) struct Values {
    /// Goods in the basket's currency: thresholds are compared with it, converted just once.
    pub goods: Money,
    /// Shipping in the basket's currency.
    pub shipping: Money,
    /// The price of one unit of each line, in the basket's currency.
    unit_prices: Vec<Money>,
    /// Value of each line.
    pub lines: Vec<Money>,
    /// Each line's share of the shipping, by value.
    pub freight: Vec<Money>,
    /// Customs value of each line.
    pub customs: Vec<Money>,
    /// The code of each line.
    pub codes: Vec<HsCode>,
    /// Weight of all units; `None` when that of one of them is unknown.
    weight: Option<Weight>,
}

impl Values {
    pub(super) fn of(
        basket: &Basket,
        rules: &ImportRules,
        rates: &ExchangeRates,
    ) -> Result<Self, NotCalculable> {
        let totals = basket
            .lines
            .iter()
            .map(|line| Ok(line.unit_price.checked_mul_qty(line.quantity)?))
            .collect::<Result<Vec<Money>, NotCalculable>>()?;
        let lines = totals
            .iter()
            .map(|total| Ok(rates.convert(*total, rules.currency)?))
            .collect::<Result<Vec<Money>, NotCalculable>>()?;
        let freight = share(rates.convert(basket.shipping, rules.currency)?, &lines)?;
        let customs = match rules.value_basis {
            ValueBasis::Fob => lines.clone(),
            ValueBasis::Cif => lines
                .iter()
                .zip(&freight)
                .map(|(line, freight)| Ok(line.checked_add(*freight)?))
                .collect::<Result<_, NotCalculable>>()?,
        };
        Ok(Self {
            goods: Money::sum(basket.shipping.currency(), totals)?,
            shipping: basket.shipping,
            unit_prices: basket.lines.iter().map(|line| line.unit_price).collect(),
            lines,
            freight,
            customs,
            codes: basket.lines.iter().map(|line| line.classification.hs_code).collect(),
            weight: weight(&basket.lines),
        })
    }

    /// How many different HS6 codes the consignment has.
    pub(super) fn distinct_hs6(&self) -> usize {
        self.codes.iter().map(HsCode::hs6).collect::<BTreeSet<_>>().len()
    }

    /// What a bound is compared with, in the bound's currency; for a bound on the charge itself there is nothing yet.
    pub(super) fn compared(
        &self,
        basis: Basis,
        line: usize,
        bound: Money,
        rates: &ExchangeRates,
    ) -> Result<Option<Money>, NotCalculable> {
        let amount = match basis {
            Basis::Intrinsic => self.goods,
            Basis::Cif => self.goods.checked_add(self.shipping)?,
            Basis::Item => self.unit_prices[line],
            Basis::ChargeAmount => return Ok(None),
        };
        Ok(Some(rates.convert(amount, bound.currency())?))
    }

    /// True when a threshold relieves a line of its charge.
    pub(super) fn relieves(
        &self,
        threshold: &Threshold,
        line: usize,
        rates: &ExchangeRates,
    ) -> Result<bool, NotCalculable> {
        let compared = self.compared(threshold.basis, line, threshold.amount, rates)?;
        let light_enough =
            threshold.max_weight.is_none_or(|most| self.weight.is_some_and(|weight| weight <= most));
        let chapter = self.codes[line].chapter();
        Ok(light_enough
            && !threshold.except_chapters.iter().any(|except| except == chapter)
            && compared.is_some_and(|amount| amount <= threshold.amount))
    }
}

fn weight(lines: &[BasketLine]) -> Option<Weight> {
    let milligrams = lines.iter().try_fold(0_i64, |sum, line| {
        let unit = line.unit_weight?.milligrams();
        sum.checked_add(unit.checked_mul(i64::from(line.quantity))?)
    })?;
    Weight::from_milligrams(milligrams).ok()
}

/// Splits an amount over lines by their value; evenly where no line has a value.
pub(super) fn share(amount: Money, by: &[Money]) -> Result<Vec<Money>, NotCalculable> {
    let mut weights: Vec<u64> = by.iter().map(|money| money.minor().unsigned_abs()).collect();
    if weights.iter().all(|weight| *weight == 0) {
        weights.fill(1);
    }
    Ok(amount.allocate(&weights)?)
}
