//! The number of a line in its order.

use std::fmt;

use crate::{ParseError, text_form};

/// A line's number in its order, from 1 to 2,000 (an order has at most 2,000 lines).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineNo(u32);

impl LineNo {
    /// The last line an order can have.
    pub const MAX: u32 = 2_000;

    /// The line with this number.
    ///
    /// # Errors
    /// Outside 1 to 2,000.
    pub fn new(number: u32) -> Result<Self, ParseError> {
        if (1..=Self::MAX).contains(&number) {
            return Ok(Self(number));
        }
        Err(Self::refused(&number.to_string()))
    }

    /// Parses a decimal number.
    ///
    /// # Errors
    /// When the text is not a number from 1 to 2,000.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        text.parse().ok().and_then(|number| Self::new(number).ok()).ok_or_else(|| Self::refused(text))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    fn refused(value: &str) -> ParseError {
        ParseError::malformed("line number", value, "a whole number from 1 to 2000")
    }
}

impl fmt::Display for LineNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

text_form!(LineNo);
