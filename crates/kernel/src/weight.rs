//! Weights in whole milligrams.

use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::{ParseError, Rounding, text_form};

/// A weight of 0 to 1,000,000 t, exact to the milligram.
///
/// Text form: kilograms without trailing zeros, `1.25 kg`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Weight {
    milligrams: i64,
}

/// Milligrams of one avoirdupois pound (international yard and pound agreement of 1959: 0.45359237 kg).
const MG_PER_LB: Decimal = Decimal::from_parts(45_359_237, 0, 0, false, 2);
/// Milligrams of one ounce, the sixteenth of a pound: 28,349.523125, written as 6 x 2^32 + 2,579,719,349 millionths.
const MG_PER_OZ: Decimal = Decimal::from_parts(2579719349, 6, 0, false, 6);
const MG_PER_KG: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);
const MG_PER_G: i64 = 1_000;

impl Weight {
    /// Nothing.
    pub const ZERO: Self = Self { milligrams: 0 };
    /// The heaviest weight: 10^15 mg, a million tonnes.
    pub const MAX: Self = Self { milligrams: 1_000_000_000_000_000 };

    /// Whole milligrams.
    ///
    /// # Errors
    /// Below zero or above [`Weight::MAX`].
    pub fn from_milligrams(milligrams: i64) -> Result<Self, ParseError> {
        if (0..=Self::MAX.milligrams).contains(&milligrams) {
            return Ok(Self { milligrams });
        }
        Err(Self::refused(&format!("{milligrams} mg")))
    }

    /// Whole grams.
    ///
    /// # Errors
    /// Below zero or above [`Weight::MAX`].
    pub fn from_grams(grams: i64) -> Result<Self, ParseError> {
        let milligrams = grams.checked_mul(MG_PER_G).ok_or_else(|| Self::refused(&format!("{grams} g")))?;
        Self::from_milligrams(milligrams)
    }

    /// Kilograms, rounded half-up to the milligram.
    ///
    /// # Errors
    /// Below zero or above [`Weight::MAX`].
    pub fn from_kg_decimal(kilograms: Decimal) -> Result<Self, ParseError> {
        Self::from_units(kilograms, MG_PER_KG, "kg")
    }

    /// Pounds (avoirdupois), rounded half-up to the milligram.
    ///
    /// # Errors
    /// Below zero or above [`Weight::MAX`].
    pub fn from_lb_decimal(pounds: Decimal) -> Result<Self, ParseError> {
        Self::from_units(pounds, MG_PER_LB, "lb")
    }

    /// Ounces (avoirdupois), rounded half-up to the milligram.
    ///
    /// # Errors
    /// Below zero or above [`Weight::MAX`].
    pub fn from_oz_decimal(ounces: Decimal) -> Result<Self, ParseError> {
        Self::from_units(ounces, MG_PER_OZ, "oz")
    }

    /// In milligrams.
    #[must_use]
    pub const fn milligrams(&self) -> i64 {
        self.milligrams
    }

    /// In kilograms, exactly.
    #[must_use]
    pub fn to_kg_decimal(&self) -> Decimal {
        Decimal::new(self.milligrams, 6)
    }

    /// In pounds, to 28 digits.
    #[must_use]
    pub fn to_lb_decimal(&self) -> Decimal {
        Decimal::from(self.milligrams) / MG_PER_LB
    }

    /// In ounces, to 28 digits.
    #[must_use]
    pub fn to_oz_decimal(&self) -> Decimal {
        Decimal::from(self.milligrams) / MG_PER_OZ
    }

    /// The sum; `None` above [`Weight::MAX`].
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_milligrams(self.milligrams.checked_add(other.milligrams)?).ok()
    }

    /// The weight of `quantity` pieces; `None` above [`Weight::MAX`].
    #[must_use]
    pub fn checked_mul_qty(self, quantity: u32) -> Option<Self> {
        Self::from_milligrams(self.milligrams.checked_mul(i64::from(quantity))?).ok()
    }

    /// Parses the text form: kilograms with at most six digits after the point.
    ///
    /// # Errors
    /// When the text has another form or is out of bounds.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        text.strip_suffix(" kg")
            .and_then(|kilograms| Decimal::from_str_exact(kilograms).ok())
            .filter(|kilograms| kilograms.scale() <= 6)
            .and_then(|kilograms| Self::from_kg_decimal(kilograms).ok())
            .ok_or_else(|| Self::refused(text))
    }

    fn from_units(amount: Decimal, milligrams_per_unit: Decimal, unit: &str) -> Result<Self, ParseError> {
        amount
            .checked_mul(milligrams_per_unit)
            .and_then(|milligrams| Rounding::HalfUp.apply(milligrams, 0).to_i64())
            .and_then(|milligrams| Self::from_milligrams(milligrams).ok())
            .ok_or_else(|| Self::refused(&format!("{amount} {unit}")))
    }

    fn refused(value: &str) -> ParseError {
        ParseError::malformed("weight", value, "0 to 1000000000 kg, exact to the milligram, such as 1.25 kg")
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} kg", self.to_kg_decimal().normalize())
    }
}

impl fmt::Debug for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

text_form!(Weight);
