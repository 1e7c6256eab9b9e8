//! Currencies by their ISO 4217 code.

use std::fmt;

use crate::currency_table::CURRENCIES;
use crate::{ParseError, text_form};

/// A currency: its ISO 4217 alphabetic code. One byte, ordered by code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(u8);

impl Currency {
    /// The US dollar: orders on Amazon.com, deposits and the ledger's usual currency.
    pub const USD: Self = Self::constant("USD");

    /// A currency that is named in code: `const EUR: Currency = Currency::constant("EUR");`
    ///
    /// # Panics
    /// When the code is no currency's; in a `const` that is an error of compilation.
    #[must_use]
    pub const fn constant(code: &str) -> Self {
        match Self::lookup(code) {
            Some(currency) => currency,
            None => panic!("not an ISO 4217 code"),
        }
    }

    /// Parses an alphabetic code in upper case.
    ///
    /// # Errors
    /// When no currency has the code.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::lookup(text).ok_or_else(|| {
            ParseError::malformed("currency", text, "an ISO 4217 alphabetic code in upper case, such as USD")
        })
    }

    /// All currencies, ordered by code.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        (0..CURRENCIES.len()).map(|i| Self(i as u8))
    }

    /// The alphabetic code, such as `USD`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        CURRENCIES[usize::from(self.0)].0
    }

    /// Digits after the decimal point of the major unit: 2 for USD, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn exponent(&self) -> u32 {
        u32::from(CURRENCIES[usize::from(self.0)].1)
    }

    /// Binary search over the sorted table, possible in a `const`.
    const fn lookup(code: &str) -> Option<Self> {
        let code = code.as_bytes();
        if code.len() != 3 {
            return None;
        }
        let (mut low, mut high) = (0, CURRENCIES.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let there = CURRENCIES[middle].0.as_bytes();
            let (wanted, found) = (key(code), key(there));
            if wanted == found {
                return Some(Self(middle as u8));
            }
            if wanted < found {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        None
    }
}

const fn key(code: &[u8]) -> u32 {
    (code[0] as u32) << 16 | (code[1] as u32) << 8 | code[2] as u32
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

text_form!(Currency);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_code_parses_to_itself() {
        assert!(CURRENCIES.is_sorted_by(|a, b| a.0 < b.0));
        for currency in Currency::all() {
            assert_eq!(Currency::parse(currency.as_str()).unwrap(), currency);
        }
    }

    #[test]
    fn minor_units_follow_iso_4217() {
        for (code, exponent) in
            [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("ISK", 0), ("HUF", 2), ("TND", 3)]
        {
            assert_eq!(Currency::parse(code).unwrap().exponent(), exponent, "{code}");
        }
    }

    #[test]
    fn other_codes_are_refused() {
        for text in ["", "usd", "US", "USDX", "XXX", "XAU", "ÄÖ"] {
            assert!(Currency::parse(text).is_err(), "{text:?}");
        }
    }
}
