//! SKU: the seller's own name of an offer.

use std::sync::Arc;

use crate::text_form::shows_its_text;
use crate::{ParseError, text_form};

/// 1 to 40 printable characters, without blanks at either end. Compared as written: case counts.
/// The text is shared, since a SKU is cloned into every line, event and row of an order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sku(Arc<str>);

impl Sku {
    /// The longest SKU, in characters (Amazon's listing rule).
    pub const MAX_CHARS: usize = 40;

    /// Parses a SKU as it stands; a reader of files trims its cells first.
    ///
    /// # Errors
    /// When the text is empty, longer than 40 characters, has a control character, or a blank at an end.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let length = text.chars().count();
        if (1..=Self::MAX_CHARS).contains(&length)
            && text.trim() == text
            && !text.chars().any(char::is_control)
        {
            return Ok(Self(Arc::from(text)));
        }
        Err(ParseError::malformed(
            "SKU",
            text,
            "1 to 40 printable characters without tabs and without blanks at the ends",
        ))
    }
}

shows_its_text!(Sku);
text_form!(Sku);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_sku_is_kept_as_written() {
        assert_eq!(Sku::parse("Größe 7/b").unwrap().as_str(), "Größe 7/b");
        assert_ne!(Sku::parse("a").unwrap(), Sku::parse("A").unwrap());
    }

    #[test]
    fn length_is_counted_in_characters_up_to_forty() {
        assert!(Sku::parse(&"ä".repeat(40)).is_ok());
        assert!(Sku::parse(&"ä".repeat(41)).is_err());
    }

    #[test]
    fn empty_tabs_and_outer_blanks_are_refused() {
        for text in ["", " a", "a ", "a\tb", "a\nb", "\u{7f}"] {
            assert!(Sku::parse(text).is_err(), "{text:?}");
        }
    }
}
