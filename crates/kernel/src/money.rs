//! Amounts of money: whole minor units of one currency. Never a float.

use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::{Currency, MoneyError, ParseError, Rounding, text_form};

/// An amount in minor units (cents of USD, yen of JPY), negative when it is owed the other way.
///
/// Text form: `USD 12.34`, `JPY -500`, always with the currency's digits. The order (`<`, sorting) is by currency
/// first; to compare amounts use [`Money::max`] and [`Money::min`], which refuse to mix currencies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    currency: Currency,
    minor: i64,
}

impl Money {
    /// This many minor units.
    #[must_use]
    pub const fn new(currency: Currency, minor: i64) -> Self {
        Self { currency, minor }
    }

    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(currency, 0)
    }

    /// US cents.
    #[must_use]
    pub const fn usd(cents: i64) -> Self {
        Self::new(Currency::USD, cents)
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(&self) -> i64 {
        self.minor
    }

    /// True below zero.
    #[must_use]
    pub const fn is_negative(&self) -> bool {
        self.minor < 0
    }

    /// True at zero.
    #[must_use]
    pub const fn is_zero(&self) -> bool {
        self.minor == 0
    }

    /// An amount of major units, rounded to the currency's minor unit.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] when it does not fit.
    pub fn from_decimal(currency: Currency, amount: Decimal, rounding: Rounding) -> Result<Self, MoneyError> {
        let out_of_range = MoneyError::OutOfRange { currency };
        let mut rounded = rounding.apply(amount, currency.exponent());
        rounded.rescale(currency.exponent());
        if rounded.scale() != currency.exponent() {
            return Err(out_of_range);
        }
        let minor = rounded.mantissa().to_i64().ok_or(out_of_range)?;
        Ok(Self::new(currency, minor))
    }

    /// The amount in major units, exactly.
    #[must_use]
    pub fn to_decimal(&self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent())
    }

    /// The sum.
    ///
    /// # Errors
    /// Another currency, or out of range.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.with_minor(self.minor.checked_add(other.minor))
    }

    /// The difference.
    ///
    /// # Errors
    /// Another currency, or out of range.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.with_minor(self.minor.checked_sub(other.minor))
    }

    /// The amount with its sign turned.
    ///
    /// # Errors
    /// Out of range for the one amount that has no counterpart (−2^63).
    pub fn checked_neg(self) -> Result<Self, MoneyError> {
        self.with_minor(self.minor.checked_neg())
    }

    /// The amount of `quantity` units at this price each.
    ///
    /// # Errors
    /// Out of range.
    pub fn checked_mul_qty(self, quantity: u32) -> Result<Self, MoneyError> {
        self.with_minor(self.minor.checked_mul(i64::from(quantity)))
    }

    /// The sum of amounts of one currency; zero of it when there is none.
    ///
    /// # Errors
    /// Another currency among them, or out of range.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }

    /// The larger of two amounts.
    ///
    /// # Errors
    /// Another currency.
    pub fn max(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Ok(if self.minor >= other.minor { self } else { other })
    }

    /// The smaller of two amounts.
    ///
    /// # Errors
    /// Another currency.
    pub fn min(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Ok(if self.minor <= other.minor { self } else { other })
    }

    /// The amount times a factor: `times(0.05)` is five hundredths of it.
    ///
    /// # Errors
    /// Out of range.
    pub fn times(self, factor: Decimal, rounding: Rounding) -> Result<Self, MoneyError> {
        let product = self.to_decimal().checked_mul(factor).ok_or(self.out_of_range())?;
        Self::from_decimal(self.currency, product, rounding)
    }

    /// So many per cent of the amount: `percent(5)` is 5 % of it, as tariffs and tax tables write their rates.
    ///
    /// # Errors
    /// Out of range.
    pub fn percent(self, rate: Decimal, rounding: Rounding) -> Result<Self, MoneyError> {
        self.times(rate / Decimal::ONE_HUNDRED, rounding)
    }

    /// The amount in another currency. Both rates say how many units of their currency one US dollar buys.
    ///
    /// # Errors
    /// A rate that is not above zero, or out of range.
    pub fn convert(
        self,
        target: Currency,
        own_units_per_usd: Decimal,
        target_units_per_usd: Decimal,
        rounding: Rounding,
    ) -> Result<Self, MoneyError> {
        for (currency, rate) in [(self.currency, own_units_per_usd), (target, target_units_per_usd)] {
            if rate <= Decimal::ZERO {
                return Err(MoneyError::BadRate { currency });
            }
        }
        let converted = self
            .to_decimal()
            .checked_mul(target_units_per_usd)
            .and_then(|amount| amount.checked_div(own_units_per_usd))
            .ok_or(MoneyError::OutOfRange { currency: target })?;
        Self::from_decimal(target, converted, rounding)
    }

    /// Splits the amount in proportion to `weights`; the parts sum to it exactly. What whole units cannot express
    /// goes, a minor unit each, to the largest remainders; of equal remainders the first is served first.
    ///
    /// # Errors
    /// [`MoneyError::NoWeight`] when there is no weight above zero.
    pub fn allocate(self, weights: &[u64]) -> Result<Vec<Self>, MoneyError> {
        let total: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
        if total == 0 {
            return Err(MoneyError::NoWeight);
        }
        let amount = u128::from(self.minor.unsigned_abs());
        // |amount| <= 2^63 and a weight < 2^64, so a product fits 128 bits.
        let (mut shares, remainders): (Vec<u128>, Vec<u128>) = weights
            .iter()
            .map(|&weight| (amount * u128::from(weight) / total, amount * u128::from(weight) % total))
            .unzip();
        let left_over = amount - shares.iter().sum::<u128>();
        let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
        by_remainder.sort_by(|&a, &b| remainders[b].cmp(&remainders[a]));
        for index in by_remainder.into_iter().take(usize::try_from(left_over).unwrap_or(usize::MAX)) {
            shares[index] += 1;
        }
        let signed = |share: u128| {
            let share = i128::try_from(share).ok()?;
            i64::try_from(if self.is_negative() { -share } else { share }).ok()
        };
        shares.into_iter().map(|share| self.with_minor(signed(share))).collect()
    }

    /// Parses the text form.
    ///
    /// # Errors
    /// When the text is not a currency, a blank and an amount with just that currency's digits.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::parse_exact(text).ok_or_else(|| {
            ParseError::malformed(
                "amount",
                text,
                "a currency and an amount with its digits, such as USD 12.34 or JPY 500",
            )
        })
    }

    fn parse_exact(text: &str) -> Option<Self> {
        let (code, amount) = text.split_once(' ')?;
        let currency = Currency::parse(code).ok()?;
        let amount =
            Decimal::from_str_exact(amount).ok().filter(|amount| amount.scale() == currency.exponent())?;
        let money = Self::new(currency, amount.mantissa().to_i64()?);
        (money.to_string() == text).then_some(money)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
    }

    fn with_minor(self, minor: Option<i64>) -> Result<Self, MoneyError> {
        minor.map(|minor| Self::new(self.currency, minor)).ok_or(self.out_of_range())
    }

    const fn out_of_range(self) -> MoneyError {
        MoneyError::OutOfRange { currency: self.currency }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.to_decimal())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

text_form!(Money);
