//! Where a parcel goes and under which tax number: personal data, so it has no `Display` and its `Debug` is redacted.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Country, ParseError};

/// A postal address as a carrier and a customs form need it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "AddressParts", into = "AddressParts")]
pub struct Address(AddressParts);

/// The parts of an [`Address`] before they are checked.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AddressParts {
    /// The consignee: a person or a company, 1 to 100 characters.
    pub name: String,
    /// Street lines, 1 to 3 of 1 to 100 characters each.
    pub lines: Vec<String>,
    /// City or locality, 1 to 60 characters.
    pub city: String,
    /// State, province or region where the country uses one, at most 60 characters; may be empty.
    #[serde(default)]
    pub region: String,
    /// Postal code where the country has one, at most 16 characters; may be empty.
    #[serde(default)]
    pub postal_code: String,
    /// Destination country.
    pub country: Country,
    /// Phone for the carrier, at most 32 characters; may be empty.
    #[serde(default)]
    pub phone: String,
    /// E-mail for notices, at most 254 characters (RFC 5321); may be empty.
    #[serde(default)]
    pub email: String,
}

impl Address {
    /// Most street lines.
    pub const MAX_LINES: usize = 3;

    /// Checks the parts.
    ///
    /// # Errors
    /// A missing or too long part, a blank at an end, or a control character. The error names the part, not its text.
    pub fn new(parts: AddressParts) -> Result<Self, ParseError> {
        let refused = |field, expected| Err(ParseError::personal("address", field, expected));
        if !(1..=Self::MAX_LINES).contains(&parts.lines.len()) {
            return refused("lines", "1 to 3 street lines");
        }
        let checks: [(&'static str, &str, usize, usize, &'static str); 6] = [
            ("name", &parts.name, 1, 100, "1 to 100 printable characters"),
            ("city", &parts.city, 1, 60, "1 to 60 printable characters"),
            ("region", &parts.region, 0, 60, "at most 60 printable characters"),
            ("postal code", &parts.postal_code, 0, 16, "at most 16 printable characters"),
            ("phone", &parts.phone, 0, 32, "at most 32 printable characters"),
            ("e-mail", &parts.email, 0, 254, "at most 254 printable characters"),
        ];
        let lines =
            parts.lines.iter().map(|line| ("line", line.as_str(), 1, 100, "1 to 100 printable characters"));
        for (field, text, least, most, expected) in checks.into_iter().chain(lines) {
            if !is_printable(text, least, most) {
                return refused(field, expected);
            }
        }
        if !parts.email.is_empty() && !parts.email.contains('@') {
            return refused("e-mail", "an address with @");
        }
        Ok(Self(parts))
    }

    /// The consignee.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Street lines, 1 to 3.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.0.lines
    }

    /// City or locality.
    #[must_use]
    pub fn city(&self) -> &str {
        &self.0.city
    }

    /// State, province or region; empty where there is none.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.0.region
    }

    /// Postal code; empty where there is none.
    #[must_use]
    pub fn postal_code(&self) -> &str {
        &self.0.postal_code
    }

    /// Destination country.
    #[must_use]
    pub fn country(&self) -> Country {
        self.0.country
    }

    /// Phone; empty where none was given.
    #[must_use]
    pub fn phone(&self) -> &str {
        &self.0.phone
    }

    /// E-mail; empty where none was given.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.0.email
    }

    /// The parts, to change one of them and check again.
    #[must_use]
    pub fn into_parts(self) -> AddressParts {
        self.0
    }
}

/// Between `least` and `most` characters, none of them a control character, no blank at either end.
fn is_printable(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().count())
        && text.trim() == text
        && !text.chars().any(char::is_control)
}

impl TryFrom<AddressParts> for Address {
    type Error = ParseError;

    fn try_from(parts: AddressParts) -> Result<Self, ParseError> {
        Self::new(parts)
    }
}

impl From<Address> for AddressParts {
    fn from(address: Address) -> Self {
        address.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for AddressParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address(in {}, redacted)", self.country)
    }
}

/// A buyer's or seller's tax number (VAT, EORI, CPF, RFC, …) as customs wants it: 1 to 40 printable characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaxId(String);

impl TaxId {
    /// Parses a tax number; which form a country wants is customs' rule.
    ///
    /// # Errors
    /// When it is empty, too long, or has a control character or an outer blank.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if is_printable(text, 1, 40) {
            return Ok(Self(text.to_owned()));
        }
        Err(ParseError::personal("tax id", "value", "1 to 40 printable characters"))
    }

    /// The number, for documents and filings only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for TaxId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for TaxId {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse(&text)
    }
}

impl From<TaxId> for String {
    fn from(tax_id: TaxId) -> Self {
        tax_id.0
    }
}

impl fmt::Debug for TaxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TaxId(redacted)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parts() -> AddressParts {
        AddressParts {
            name: "Ana Prüfer".into(),
            lines: vec!["Musterweg 1".into()],
            city: "Köln".into(),
            region: String::new(),
            postal_code: "50667".into(),
            country: Country::constant("DE"),
            phone: String::new(),
            email: "ana@example.org".into(),
        }
    }

    #[test]
    fn debug_and_errors_never_show_personal_data() {
        let address = Address::new(parts()).unwrap();
        assert_eq!(format!("{address:?}"), "Address(in DE, redacted)");
        assert_eq!(format!("{:?}", TaxId::parse("DE123456789").unwrap()), "TaxId(redacted)");
        let error = Address::new(AddressParts { city: "K\tln".into(), ..parts() }).unwrap_err();
        assert_eq!(error.to_string(), "address: city is not valid: expected 1 to 60 printable characters");
    }

    #[test]
    fn every_part_has_its_bounds() {
        for bad in [
            AddressParts { name: String::new(), ..parts() },
            AddressParts { name: "x".repeat(101), ..parts() },
            AddressParts { lines: vec![], ..parts() },
            AddressParts { lines: vec!["a".into(); 4], ..parts() },
            AddressParts { lines: vec![String::new()], ..parts() },
            AddressParts { city: " Köln".into(), ..parts() },
            AddressParts { postal_code: "1".repeat(17), ..parts() },
            AddressParts { email: "ana".into(), ..parts() },
        ] {
            assert!(Address::new(bad).is_err());
        }
    }

    #[test]
    fn an_address_keeps_its_parts_through_json_and_refuses_bad_ones() {
        let address = Address::new(parts()).unwrap();
        let json = serde_json::to_string(&address).unwrap();
        assert_eq!(serde_json::from_str::<Address>(&json).unwrap(), address);
        assert!(serde_json::from_str::<Address>(&json.replace("Köln", "")).is_err());
    }
}
