//! Tracking numbers: any carrier's, and the postal S10 identifier with its check digit.

use crate::code::{Code, is_digits, is_upper, is_upper_alphanumeric};
use crate::text_form::shows_its_text;
use crate::{Country, ParseError, text_form};

/// Any carrier's tracking number: 8 to 35 of `[A-Z0-9]`, without blanks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackingNumber(Code<35>);

impl TrackingNumber {
    /// Parses a tracking number.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match Code::new(text) {
            Some(code) if text.len() >= 8 && is_upper_alphanumeric(text) => Ok(Self(code)),
            _ => Err(ParseError::malformed(
                "tracking number",
                text,
                "8 to 35 characters A-Z and 0-9 without blanks",
            )),
        }
    }
}

impl From<S10> for TrackingNumber {
    fn from(s10: S10) -> Self {
        Self(Code::constant(s10.as_str()))
    }
}

/// A postal item identifier of UPU standard S10: two letters of the service, eight digits, a check digit, the
/// country of the issuing post, such as `RB123456785GB`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct S10(Code<13>);

/// The greatest serial number: eight digits.
const MAX_SERIAL: u32 = 99_999_999;

impl S10 {
    /// The identifier with its check digit computed.
    ///
    /// # Errors
    /// When the service is not two upper-case letters or the serial has more than eight digits.
    pub fn new(service: &str, serial: u32, country: Country) -> Result<Self, ParseError> {
        if serial > MAX_SERIAL {
            return Err(Self::refused(&serial.to_string()));
        }
        let serial = format!("{serial:08}");
        Self::parse(&format!("{service}{serial}{}{country}", check_digit(&serial)))
    }

    /// Parses an identifier and verifies its check digit and country.
    ///
    /// # Errors
    /// When the form, the check digit or the country is wrong.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        match Code::new(text) {
            Some(code) if Self::is_right(text) => Ok(Self(code)),
            _ => Err(Self::refused(text)),
        }
    }

    /// The two letters of the service: `R…` registered, `L…` tracked letter-post, `E…` express, `C…` parcels.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.as_str()[..2]
    }

    /// The post that issued it.
    #[must_use]
    pub fn country(&self) -> Country {
        Country::constant(&self.as_str()[11..])
    }

    fn is_right(text: &str) -> bool {
        let well_formed =
            text.is_ascii() && text.len() == 13 && is_upper(&text[..2]) && is_digits(&text[2..11]);
        well_formed
            && text[10..11] == check_digit(&text[2..10]).to_string()
            && Country::parse(&text[11..]).is_ok()
    }

    fn refused(value: &str) -> ParseError {
        ParseError::malformed(
            "S10 identifier",
            value,
            "2 letters, 8 digits, their check digit and a country, such as RB123456785GB",
        )
    }
}

/// S10's check digit: 11 − (Σ digit × weight mod 11), where 10 becomes 0 and 11 becomes 5.
fn check_digit(serial: &str) -> u32 {
    const WEIGHTS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];
    let sum: u32 = serial.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        digit => digit,
    }
}

shows_its_text!(TrackingNumber);
shows_its_text!(S10);
text_form!(TrackingNumber);
text_form!(S10);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_standards_example_has_check_digit_nine() {
        assert_eq!(check_digit("47312482"), 9);
    }

    #[test]
    fn a_wrong_check_digit_or_an_unknown_country_is_refused() {
        assert!(S10::parse("RB123456785GB").is_ok());
        assert!(S10::parse("RB123456786US").is_err());
        assert!(S10::parse("RB123456785XX").is_err());
        assert!(S10::parse("rb123456785GB").is_err());
        assert!(S10::parse("RB12345678éB").is_err());
    }

    #[test]
    fn every_serial_gets_an_identifier_that_parses() {
        for serial in [0, 1, 47_312_482, MAX_SERIAL] {
            let s10 = S10::new("LX", serial, Country::US).unwrap();
            assert_eq!(S10::parse(s10.as_str()).unwrap(), s10);
            assert_eq!((s10.service(), s10.country()), ("LX", Country::US));
            assert_eq!(TrackingNumber::from(s10).as_str(), s10.as_str());
        }
        assert!(S10::new("LX", MAX_SERIAL + 1, Country::US).is_err());
        assert!(S10::new("L1", 1, Country::US).is_err());
    }
}
