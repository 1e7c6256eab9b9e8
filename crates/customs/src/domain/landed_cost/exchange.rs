//! Exchange rates of a month, as treasury publishes them: units of a currency per US dollar.

use std::collections::BTreeMap;

use kernel::{Currency, Money, Rounding, YearMonth};
use rust_decimal::Decimal;

/// The rates in force for a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExchangeRates {
    month: YearMonth,
    source: String,
    units_per_usd: BTreeMap<Currency, Decimal>,
}

/// An amount cannot be converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MissingRate {
    /// No rate was published.
    #[error("exchange rate of {currency} for {month}")]
    NotPublished {
        /// The currency.
        currency: Currency,
        /// The month.
        month: YearMonth,
    },
    /// The converted amount does not fit.
    #[error("amount in {currency} that fits 64 bits")]
    OutOfRange {
        /// The currency it was converted to.
        currency: Currency,
    },
}

impl ExchangeRates {
    /// Rates of a month. The US dollar's own rate is 1, whether it is listed or not.
    #[must_use]
    pub(crate) fn new(
        month: YearMonth,
        source: &str,
        mut units_per_usd: BTreeMap<Currency, Decimal>,
    ) -> Self {
        units_per_usd.insert(Currency::USD, Decimal::ONE);
        Self { month, source: source.to_owned(), units_per_usd }
    }

    /// The month.
    #[must_use]
    pub(crate) fn month(&self) -> YearMonth {
        self.month
    }

    /// Who published them.
    #[must_use]
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Units of a currency per US dollar.
    ///
    /// # Errors
    /// When none was published for the month.
    pub(crate) fn units_per_usd(&self, currency: Currency) -> Result<Decimal, MissingRate> {
        let missing = MissingRate::NotPublished { currency, month: self.month };
        self.units_per_usd.get(&currency).copied().ok_or(missing)
    }

    /// The amount in another currency, rounded half up to its minor unit. Of the same currency it is itself.
    ///
    /// # Errors
    /// When one of the two rates is missing.
    pub(crate) fn convert(&self, amount: Money, target: Currency) -> Result<Money, MissingRate> {
        if amount.currency() == target {
            return Ok(amount);
        }
        let (own, other) = (self.units_per_usd(amount.currency())?, self.units_per_usd(target)?);
        amount
            .convert(target, own, other, Rounding::HalfUp)
            .map_err(|_| MissingRate::OutOfRange { currency: target })
    }
}
