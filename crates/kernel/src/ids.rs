//! Identifiers that other systems gave: sellers, orders, marketplaces, centers, gateways, units and requests.

use std::sync::Arc;

use crate::code::{Code, is_digits, is_upper, is_upper_alphanumeric};
use crate::text_form::shows_its_text;
use crate::{ParseError, text_form};

/// A seller's merchant token: `A` and 9 to 15 of `[A-Z0-9]`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SellerId(Code<16>);

impl SellerId {
    /// Parses a merchant token.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match Code::new(text) {
            Some(code) if text.len() >= 10 && text.starts_with('A') && is_upper_alphanumeric(text) => {
                Ok(Self(code))
            }
            _ => {
                Err(ParseError::malformed("seller id", text, "A followed by 9 to 15 characters A-Z and 0-9"))
            }
        }
    }
}

/// An order's number: `123-1234567-1234567`, or `S01-1234567-1234567` for a multi-channel (MCF) order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(Code<19>);

impl OrderId {
    /// Parses an order number.
    ///
    /// # Errors
    /// When the text is not 3-7-7 digits, or `S` and two digits in the first group.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match Code::new(text) {
            Some(code) if Self::is_well_formed(text) => Ok(Self(code)),
            _ => Err(ParseError::malformed(
                "order id",
                text,
                "123-1234567-1234567, or S01-1234567-1234567 for MCF",
            )),
        }
    }

    /// True for a multi-channel order: placed in the seller's own shop, fulfilled from the same stock.
    #[must_use]
    pub fn is_mcf(&self) -> bool {
        self.as_str().starts_with('S')
    }

    fn is_well_formed(text: &str) -> bool {
        let mut groups = text.split('-');
        let (Some(first), Some(second), Some(third), None) =
            (groups.next(), groups.next(), groups.next(), groups.next())
        else {
            return false;
        };
        let first_digits = first.strip_prefix('S').unwrap_or(first);
        (first.len(), second.len(), third.len()) == (3, 7, 7)
            && [first_digits, second, third].into_iter().all(is_digits)
    }
}

/// A marketplace: `A` and 9 to 15 of `[A-Z0-9]`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarketplaceId(Code<16>);

impl MarketplaceId {
    /// Amazon.com, the one marketplace whose orders are exported.
    pub const US: Self = Self(Code::constant("ATVPDKIKX0DER"));

    /// Parses a marketplace id.
    ///
    /// # Errors
    /// When the text has another form. An id that no marketplace has is not an error here.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match Code::new(text) {
            Some(code) if text.len() >= 10 && text.starts_with('A') && is_upper_alphanumeric(text) => {
                Ok(Self(code))
            }
            _ => Err(ParseError::malformed(
                "marketplace id",
                text,
                "A followed by 9 to 15 characters A-Z and 0-9, such as ATVPDKIKX0DER (Amazon.com)",
            )),
        }
    }
}

/// A fulfillment center: three letters of its airport's region and one letter or digit, such as `LEX1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FcCode(Code<4>);

impl FcCode {
    /// Parses a center's code.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match Code::new(text) {
            Some(code) if text.len() == 4 && is_upper(&text[..3]) && is_upper_alphanumeric(text) => {
                Ok(Self(code))
            }
            _ => Err(ParseError::malformed(
                "fulfillment center",
                text,
                "3 letters and a letter or digit, such as LEX1",
            )),
        }
    }
}

/// The airport an export leaves from: its IATA code, such as `JFK`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gateway(Code<3>);

impl Gateway {
    /// Parses an IATA airport code.
    ///
    /// # Errors
    /// When the text is not three upper-case letters.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match Code::new(text) {
            Some(code) if text.len() == 3 && is_upper(text) => Ok(Self(code)),
            _ => Err(ParseError::malformed(
                "gateway",
                text,
                "the 3 letters of an IATA airport code, such as JFK",
            )),
        }
    }
}

/// The license plate number on one unit in a center: `LPN` and 5 to 17 of `[A-Z0-9]`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lpn(Code<20>);

impl Lpn {
    /// Parses a license plate number.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match Code::new(text) {
            Some(code) if text.len() >= 8 && text.starts_with("LPN") && is_upper_alphanumeric(text) => {
                Ok(Self(code))
            }
            _ => Err(ParseError::malformed("LPN", text, "LPN followed by 5 to 17 characters A-Z and 0-9")),
        }
    }
}

/// A caller's key that makes a mutation idempotent: 1 to 64 visible ASCII characters, usually a UUID.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The longest key, in bytes.
    pub const MAX_LEN: usize = 64;

    /// Parses a request id.
    ///
    /// # Errors
    /// When the text is empty, longer than 64, or holds a blank, control or non-ASCII character.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if (1..=Self::MAX_LEN).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
            return Ok(Self(Arc::from(text)));
        }
        Err(ParseError::malformed("request id", text, "1 to 64 visible ASCII characters, such as a UUID"))
    }
}

shows_its_text!(SellerId);
shows_its_text!(OrderId);
shows_its_text!(MarketplaceId);
shows_its_text!(FcCode);
shows_its_text!(Gateway);
shows_its_text!(Lpn);
shows_its_text!(RequestId);
text_form!(SellerId);
text_form!(OrderId);
text_form!(MarketplaceId);
text_form!(FcCode);
text_form!(Gateway);
text_form!(Lpn);
text_form!(RequestId);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_multi_channel_order_starts_with_s() {
        assert!(!OrderId::parse("113-1234567-7654321").unwrap().is_mcf());
        assert!(OrderId::parse("S01-1234567-7654321").unwrap().is_mcf());
    }

    #[test]
    fn an_order_id_has_groups_of_3_7_and_7_digits() {
        for text in
            ["", "113-123456-77654321", "113-1234567-765432", "11S-1234567-7654321", "113-1234567-7654321-1"]
        {
            assert!(OrderId::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn amazon_com_is_a_well_formed_marketplace() {
        assert_eq!(MarketplaceId::parse("ATVPDKIKX0DER").unwrap(), MarketplaceId::US);
    }

    #[test]
    fn a_merchant_token_has_10_to_16_characters() {
        assert!(SellerId::parse("A123456789").is_ok());
        assert!(SellerId::parse("A123456789ABCDEF").is_ok());
        for text in ["A12345678", "A123456789ABCDEFG", "B123456789", "a123456789", "A12345678 "] {
            assert!(SellerId::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn centers_gateways_and_units_have_their_forms() {
        assert!(
            FcCode::parse("LEX1").is_ok() && FcCode::parse("XLX2").is_ok() && FcCode::parse("LX1").is_err()
        );
        assert!(FcCode::parse("LÉX1").is_err() && FcCode::parse("é1AB").is_err());
        assert!(Gateway::parse("JFK").is_ok() && Gateway::parse("KJFK").is_err());
        assert!(Lpn::parse("LPNRR123456789").is_ok() && Lpn::parse("LPN1").is_err());
    }

    #[test]
    fn a_request_id_has_no_blanks() {
        assert!(RequestId::parse("9f0c-7").is_ok());
        assert!(RequestId::parse("a b").is_err() && RequestId::parse("").is_err());
        assert!(RequestId::parse(&"x".repeat(65)).is_err());
    }
}
