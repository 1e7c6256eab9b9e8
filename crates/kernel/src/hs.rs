//! HS codes: what customs calls a good.

use crate::code::{Code, is_digits};
use crate::text_form::shows_its_text;
use crate::{ParseError, text_form};

/// A code of the Harmonized System: 6 digits worldwide, 8 (EU CN) or 10 (US HTS, EU TARIC) in a tariff. Without dots.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HsCode(Code<10>);

impl HsCode {
    /// Parses 6, 8 or 10 digits.
    ///
    /// # Errors
    /// Another number of digits, another character, or a chapter that does not exist (00, and 77, which is reserved).
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match Code::new(text) {
            Some(code)
                if matches!(text.len(), 6 | 8 | 10)
                    && is_digits(text)
                    && !matches!(&text[..2], "00" | "77") =>
            {
                Ok(Self(code))
            }
            _ => Err(ParseError::malformed(
                "HS code",
                text,
                "6, 8 or 10 digits without dots, in a chapter from 01 to 99 except 77",
            )),
        }
    }

    /// The worldwide six digits.
    #[must_use]
    pub fn hs6(&self) -> Self {
        Self(Code::constant(&self.as_str()[..6]))
    }

    /// The heading: the first four digits.
    #[must_use]
    pub fn heading(&self) -> &str {
        &self.as_str()[..4]
    }

    /// The chapter: the first two digits.
    #[must_use]
    pub fn chapter(&self) -> &str {
        &self.as_str()[..2]
    }

    /// True when this code is the other or a finer part of it: `6109100010` is within `610910`.
    #[must_use]
    pub fn is_within(&self, coarser: Self) -> bool {
        self.as_str().starts_with(coarser.as_str())
    }
}

shows_its_text!(HsCode);
text_form!(HsCode);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_tariff_code_knows_its_chapter_heading_and_six_digits() {
        let code = HsCode::parse("6109100010").unwrap();
        assert_eq!((code.chapter(), code.heading(), code.hs6().as_str()), ("61", "6109", "610910"));
        assert!(code.is_within(code.hs6()) && !code.hs6().is_within(code));
    }

    #[test]
    fn dots_odd_lengths_and_missing_chapters_are_refused() {
        for text in ["", "6109", "61091", "6109.10", "61091000101", "001234", "770110", "６１０９１０"]
        {
            assert!(HsCode::parse(text).is_err(), "{text:?}");
        }
    }
}
