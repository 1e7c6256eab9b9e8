//! Lengths in whole micrometres.

use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::{ParseError, Rounding, text_form};

/// A length of 0 to 1 km, exact to the micrometre; a hundredth of an inch is 254 µm exactly.
///
/// Text form: millimetres without trailing zeros, `254 mm`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Length {
    micrometres: i64,
}

/// Micrometres of one inch (international yard and pound agreement of 1959: 25.4 mm).
pub(crate) const UM_PER_IN: i64 = 25_400;
const UM_PER_CM: i64 = 10_000;
const UM_PER_MM: i64 = 1_000;

impl Length {
    /// Nothing.
    pub const ZERO: Self = Self { micrometres: 0 };
    /// The greatest length: 10^9 µm, a kilometre.
    pub const MAX: Self = Self { micrometres: 1_000_000_000 };

    /// Whole micrometres.
    ///
    /// # Errors
    /// Below zero or above [`Length::MAX`].
    pub fn from_micrometres(micrometres: i64) -> Result<Self, ParseError> {
        if (0..=Self::MAX.micrometres).contains(&micrometres) {
            return Ok(Self { micrometres });
        }
        Err(Self::refused(&format!("{micrometres} µm")))
    }

    /// Millimetres, rounded half-up to the micrometre.
    ///
    /// # Errors
    /// Below zero or above [`Length::MAX`].
    pub fn from_mm_decimal(millimetres: Decimal) -> Result<Self, ParseError> {
        Self::from_units(millimetres, UM_PER_MM, "mm")
    }

    /// Centimetres, rounded half-up to the micrometre.
    ///
    /// # Errors
    /// Below zero or above [`Length::MAX`].
    pub fn from_cm_decimal(centimetres: Decimal) -> Result<Self, ParseError> {
        Self::from_units(centimetres, UM_PER_CM, "cm")
    }

    /// Inches, rounded half-up to the micrometre.
    ///
    /// # Errors
    /// Below zero or above [`Length::MAX`].
    pub fn from_in_decimal(inches: Decimal) -> Result<Self, ParseError> {
        Self::from_units(inches, UM_PER_IN, "in")
    }

    /// In micrometres.
    #[must_use]
    pub const fn micrometres(&self) -> i64 {
        self.micrometres
    }

    /// In centimetres, exactly.
    #[must_use]
    pub fn to_cm_decimal(&self) -> Decimal {
        Decimal::new(self.micrometres, 4)
    }

    /// In inches, to 28 digits.
    #[must_use]
    pub fn to_in_decimal(&self) -> Decimal {
        Decimal::from(self.micrometres) / Decimal::from(UM_PER_IN)
    }

    /// The sum; `None` above [`Length::MAX`].
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_micrometres(self.micrometres.checked_add(other.micrometres)?).ok()
    }

    /// Parses the text form: millimetres with at most three digits after the point.
    ///
    /// # Errors
    /// When the text has another form or is out of bounds.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        text.strip_suffix(" mm")
            .and_then(|millimetres| Decimal::from_str_exact(millimetres).ok())
            .filter(|millimetres| millimetres.scale() <= 3)
            .and_then(|millimetres| Self::from_mm_decimal(millimetres).ok())
            .ok_or_else(|| Self::refused(text))
    }

    pub(crate) fn to_mm_decimal(self) -> Decimal {
        Decimal::new(self.micrometres, 3).normalize()
    }

    fn from_units(amount: Decimal, micrometres_per_unit: i64, unit: &str) -> Result<Self, ParseError> {
        amount
            .checked_mul(Decimal::from(micrometres_per_unit))
            .and_then(|micrometres| Rounding::HalfUp.apply(micrometres, 0).to_i64())
            .and_then(|micrometres| Self::from_micrometres(micrometres).ok())
            .ok_or_else(|| Self::refused(&format!("{amount} {unit}")))
    }

    fn refused(value: &str) -> ParseError {
        ParseError::malformed("length", value, "0 to 1000000 mm, exact to the micrometre, such as 254 mm")
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} mm", self.to_mm_decimal())
    }
}

impl fmt::Debug for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

text_form!(Length);
