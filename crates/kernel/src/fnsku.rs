//! FNSKU: the label under which a fulfillment center keeps a unit.

use crate::code::{Code, is_upper_alphanumeric};
use crate::text_form::shows_its_text;
use crate::{Asin, ParseError, text_form};

/// Ten characters `[A-Z0-9]`: a label of the seller's own units (`X00…`), or the product's ASIN when its units are
/// kept commingled with other sellers'.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fnsku(Code<10>);

impl Fnsku {
    /// Parses an FNSKU.
    ///
    /// # Errors
    /// When the text is not ten characters of `[A-Z0-9]`.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match Code::new(text) {
            Some(code) if text.len() == 10 && is_upper_alphanumeric(text) => Ok(Self(code)),
            _ => Err(ParseError::malformed("FNSKU", text, "10 characters A-Z and 0-9, such as X001ABCDEF")),
        }
    }

    /// True when units under this label are commingled: the label is the product's ASIN.
    #[must_use]
    pub fn is_commingled(&self, asin: Asin) -> bool {
        self.as_str() == asin.as_str()
    }
}

impl From<Asin> for Fnsku {
    /// The label of commingled units.
    fn from(asin: Asin) -> Self {
        Self(asin.code())
    }
}

shows_its_text!(Fnsku);
text_form!(Fnsku);
