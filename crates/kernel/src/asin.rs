//! ASIN: Amazon's catalogue number of a product.

use crate::code::{Code, is_digits, is_upper_alphanumeric};
use crate::text_form::shows_its_text;
use crate::{ParseError, text_form};

/// Ten characters `[A-Z0-9]`: either Amazon's own number, which starts with `B`, or the ISBN-10 of a book.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asin(Code<10>);

impl Asin {
    /// Parses an ASIN; lower case is refused, so that one product has one spelling.
    ///
    /// # Errors
    /// When the text is neither `B` and nine of `[A-Z0-9]` nor an ISBN-10 with a right check digit.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match Code::new(text) {
            Some(code) if Self::is_well_formed(text) => Ok(Self(code)),
            _ => Err(ParseError::malformed(
                "ASIN",
                text,
                "10 characters A-Z and 0-9 that start with B, or an ISBN-10 with its check digit",
            )),
        }
    }

    /// True for a book's ISBN-10, false for a number that Amazon gave.
    #[must_use]
    pub fn is_isbn(&self) -> bool {
        !self.as_str().starts_with('B')
    }

    fn is_well_formed(text: &str) -> bool {
        text.len() == 10 && is_upper_alphanumeric(text) && (text.starts_with('B') || is_isbn10(text))
    }

    pub(crate) fn code(self) -> Code<10> {
        self.0
    }
}

/// ISBN-10 (ISO 2108 before 2007): weights 10 to 1, the sum divisible by 11, `X` is ten and only in the last place.
fn is_isbn10(text: &str) -> bool {
    let (body, check) = text.split_at(9);
    if !is_digits(body) {
        return false;
    }
    let sum: u32 =
        body.bytes().zip((2..=10).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check_value = match check.as_bytes()[0] {
        b'X' => 10,
        digit if digit.is_ascii_digit() => u32::from(digit - b'0'),
        _ => return false,
    };
    (sum + check_value).is_multiple_of(11)
}

shows_its_text!(Asin);
text_form!(Asin);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_amazon_number_starts_with_b() {
        assert!(!Asin::parse("B00005N5PF").unwrap().is_isbn());
    }

    #[test]
    fn an_isbn_needs_its_check_digit() {
        assert!(Asin::parse("0306406152").unwrap().is_isbn());
        assert!(Asin::parse("080442957X").unwrap().is_isbn());
        assert!(Asin::parse("0306406153").is_err());
        assert!(Asin::parse("08044X9570").is_err());
    }

    #[test]
    fn other_forms_are_refused_with_the_remedy() {
        for text in ["", "b00005n5pf", "A00005N5PF", "B00005N5P", "B00005N5PFX", "B00005 5PF", "B0000ÄN5P"] {
            let error = Asin::parse(text).unwrap_err().to_string();
            assert!(error.contains("ASIN") && error.contains("start with B"), "{error}");
        }
    }
}
