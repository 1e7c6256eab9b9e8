//! What the programme owes a seller for a unit it lost or damaged after an order: the price paid less the fees a sale
//! would have cost, at most the cap, never below zero (the lost-and-damaged policy's after-order value).

use jiff::Timestamp;
use kernel::{Dimensions, Money, MoneyError, Weight};

use super::{DataError, FulfillmentFees, NoPolicy, Policies, ReferralFees, Unit, day};

/// Why units are reimbursed, as the reimbursements report calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Lost on its way to the buyer.
    LostOutbound,
    /// Came back damaged by the center or a carrier.
    CustomerReturn,
}

impl Cause {
    /// Name in events and reports.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LostOutbound => "Lost_Outbound",
            Self::CustomerReturn => "CustomerReturn",
        }
    }

    /// The cause of a name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::LostOutbound, Self::CustomerReturn].into_iter().find(|cause| cause.name() == name)
    }
}

/// What must be known of a product to value it; a fact may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Product {
    /// The catalogue's category; may be empty.
    pub(crate) category: String,
    pub(crate) size_tier: Option<String>,
    pub(crate) weight: Option<Weight>,
    pub(crate) dimensions: Option<Dimensions>,
}

/// The value of one unit, or what is missing to tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Known {
        amount: Money,
        /// How it came about, line by line.
        explanation: Vec<String>,
    },
    /// Unknown is never zero: it waits until the fact arrives.
    Missing(&'static str),
}

/// A valuation that cannot be made for a reason other than a missing fact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ValuationError {
    #[error(transparent)]
    Policy(#[from] NoPolicy),
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// The tables behind a valuation.
pub(crate) struct Valuation {
    referral: ReferralFees,
    fulfillment: FulfillmentFees,
}

impl Valuation {
    /// Reads the embedded rows.
    ///
    /// # Errors
    /// When a row is malformed.
    pub(crate) fn load() -> Result<Self, DataError> {
        Ok(Self { referral: ReferralFees::load()?, fulfillment: FulfillmentFees::load()? })
    }

    /// The after-order value of one unit for which the buyer paid `price`, at the fees of the day.
    ///
    /// # Errors
    /// When a policy row is missing or an amount does not fit.
    pub(crate) fn after_order(
        &self,
        product: &Product,
        price: Money,
        policies: &Policies,
        at: Timestamp,
    ) -> Result<Value, ValuationError> {
        let category = self.referral.category(&product.category);
        let Some(referral) = self.referral.fee(category, price, day(at))? else {
            return Ok(Value::Missing("a referral fee of the day for the category"));
        };
        let fulfillment = match self.fulfillment_fee(product, price, at)? {
            Ok(fee) => fee,
            Err(missing) => return Ok(Value::Missing(missing)),
        };
        let cap = policies.reimbursement_cap(at)?;
        let proceeds = price.checked_sub(referral)?.checked_sub(fulfillment)?;
        let amount = proceeds.max(Money::zero(price.currency()))?.min(cap)?;
        let explanation = vec![
            format!("price paid {price}"),
            format!("less referral fee {referral} ({category})"),
            format!(
                "less FBA fulfillment fee {fulfillment} ({})",
                product.size_tier.as_deref().unwrap_or_default()
            ),
            format!("at least zero, at most {cap}: {amount}"),
        ];
        Ok(Value::Known { amount, explanation })
    }

    /// The value of several units of one product, and how the first came about; a missing fact is missing for all.
    ///
    /// # Errors
    /// As for one unit.
    pub(crate) fn of_units(
        &self,
        product: &Product,
        prices: &[Money],
        policies: &Policies,
        at: Timestamp,
    ) -> Result<Value, ValuationError> {
        let mut total = Value::Known { amount: Money::usd(0), explanation: Vec::new() };
        for price in prices {
            match (&mut total, self.after_order(product, *price, policies, at)?) {
                (Value::Known { amount, explanation }, Value::Known { amount: one, explanation: lines }) => {
                    *amount = amount.checked_add(one)?;
                    if explanation.is_empty() {
                        *explanation = lines;
                    }
                }
                (_, missing) => return Ok(missing),
            }
        }
        Ok(total)
    }

    fn fulfillment_fee(
        &self,
        product: &Product,
        price: Money,
        at: Timestamp,
    ) -> Result<Result<Money, &'static str>, MoneyError> {
        let Some(size_tier) = product.size_tier.as_deref() else {
            return Ok(Err("the size tier of the ASIN"));
        };
        let Some(weight) = product.weight else { return Ok(Err("the weight of a packaged unit")) };
        let Some(dimensions) = product.dimensions else {
            return Ok(Err("the dimensions of a packaged unit"));
        };
        let fee = self.fulfillment.fee(&Unit { size_tier, weight, dimensions, price }, day(at))?;
        Ok(fee.ok_or("a fulfillment fee of the day for the size tier"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use kernel::Length;
    use rust_decimal::Decimal;

    use super::*;

    fn toy() -> Product {
        let side = |inches: i64| Length::from_in_decimal(Decimal::from(inches)).unwrap();
        Product {
            category: "Toys".into(),
            size_tier: Some("LARGE_STANDARD".into()),
            weight: Some(Weight::from_lb_decimal(Decimal::ONE).unwrap()),
            dimensions: Some(Dimensions::new(side(6), side(4), side(2))),
        }
    }

    fn value(product: &Product, cents: i64) -> Value {
        let at = "2024-06-01T00:00:00Z".parse().unwrap();
        let valuation = Valuation::load().unwrap();
        valuation.after_order(product, Money::usd(cents), &Policies::load().unwrap(), at).unwrap()
    }

    fn amount(value: Value) -> i64 {
        match value {
            Value::Known { amount, .. } => amount.minor(),
            Value::Missing(fact) => panic!("missing {fact}"),
        }
    }

    #[test]
    fn a_lost_unit_is_worth_its_price_less_fees() {
        // 29.99 - 15 % (4.50) - 4.55
        assert_eq!(amount(value(&toy(), 2_999)), 2_094);
    }

    #[test]
    fn fees_above_the_price_owe_the_seller_nothing_and_never_less() {
        assert_eq!(amount(value(&toy(), 100)), 0);
    }

    #[test]
    fn a_unit_is_worth_at_most_the_cap() {
        assert_eq!(amount(value(&toy(), 9_000_000)), 500_000);
    }

    #[test]
    fn a_missing_fact_is_named_and_never_guessed() {
        let unknown = Product { size_tier: None, ..toy() };
        assert_eq!(value(&unknown, 2_999), Value::Missing("the size tier of the ASIN"));
        let unweighed = Product { weight: None, ..toy() };
        assert_eq!(value(&unweighed, 2_999), Value::Missing("the weight of a packaged unit"));
    }
}
