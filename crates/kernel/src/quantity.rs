//! How many units.

use std::fmt;

use crate::{ParseError, text_form};

/// A number of units, from 1 to 100,000 (an order has at most 100,000 units). Nothing is not a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(u32);

impl Quantity {
    /// One unit.
    pub const ONE: Self = Self(1);
    /// The most units.
    pub const MAX: u32 = 100_000;

    /// This many units.
    ///
    /// # Errors
    /// Outside 1 to 100,000.
    pub fn new(units: u32) -> Result<Self, ParseError> {
        if (1..=Self::MAX).contains(&units) {
            return Ok(Self(units));
        }
        Err(Self::refused(&units.to_string()))
    }

    /// Parses a decimal number of units.
    ///
    /// # Errors
    /// When the text is not a number from 1 to 100,000.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        text.parse().ok().and_then(|units| Self::new(units).ok()).ok_or_else(|| Self::refused(text))
    }

    /// The number of units.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The sum; `None` above 100,000.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_add(other.0)?).ok()
    }

    /// What remains; `None` when nothing does.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_sub(other.0)?).ok()
    }

    fn refused(value: &str) -> ParseError {
        ParseError::malformed("quantity", value, "a whole number of units from 1 to 100000")
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_form!(Quantity);
