//! The answer.

use kernel::{HsCode, LineNo, Money, MoneyError};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::MissingRate;

/// Duties, taxes and fees of a basket, in the basket's currency, with every rule that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Estimate {
    /// One per line, in the basket's order; duties and taxes add up to the totals exactly.
    pub lines: Vec<EstimatedLine>,
    /// Goods before promotions.
    pub goods: Money,
    /// Shipping charged to the buyer.
    pub shipping: Money,
    /// All duty.
    pub duty: Money,
    /// All VAT, GST or the like.
    pub tax: Money,
    /// Fees of the carrier and the country.
    pub fees: Money,
    /// Duty, tax and fees: what the buyer pays in advance; never below zero.
    pub deposit: Money,
    /// Each rule with its figures and source, for people.
    pub explanation: Vec<String>,
}

/// The part of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EstimatedLine {
    /// Its number.
    pub line_no: LineNo,
    /// The code it was estimated under.
    pub hs_code: HsCode,
    /// The code is our default.
    pub hs_code_estimated: bool,
    /// The rate found; `None` where a threshold relieved the line or the regime is not a rate.
    pub duty_rate_percent: Option<Decimal>,
    /// Which step gave it: `HS6`, `CHAPTER_AVERAGE`, `RELIEVED`, or the regime's name.
    pub duty_rate_basis: String,
    /// Its share of the duty.
    pub duty: Money,
    /// Its share of the tax.
    pub tax: Money,
}

/// The landed cost cannot be calculated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not calculable: there is no {missing}")]
pub(crate) struct NotCalculable {
    /// The fact that is missing.
    pub missing: String,
}

impl NotCalculable {
    /// Names the missing fact: `tax rate of DE on 2024-01-01`.
    pub(super) fn lacks(missing: impl std::fmt::Display) -> Self {
        Self { missing: missing.to_string() }
    }
}

impl From<MissingRate> for NotCalculable {
    fn from(missing: MissingRate) -> Self {
        Self::lacks(missing)
    }
}

impl From<MoneyError> for NotCalculable {
    fn from(error: MoneyError) -> Self {
        Self::lacks(format!("amount that can be computed: {error}"))
    }
}
