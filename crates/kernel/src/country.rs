//! Countries and territories by their ISO 3166-1 code.

use std::fmt;

use crate::country_table::COUNTRIES;
use crate::{ParseError, text_form};

/// A country or territory: an officially assigned ISO 3166-1 code, or `XK` (Kosovo). One byte, ordered by alpha-2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(u8);

/// Marks a pair of letters that is no country's code.
const NONE: u8 = u8::MAX;

/// Position in [`COUNTRIES`] by the two letters, computed by the compiler.
static INDEX: [u8; 26 * 26] = {
    let mut index = [NONE; 26 * 26];
    let mut i = 0;
    while i < COUNTRIES.len() {
        let code = COUNTRIES[i].0.as_bytes();
        index[slot(code[0], code[1])] = i as u8;
        i += 1;
    }
    index
};

const fn slot(first: u8, second: u8) -> usize {
    (first - b'A') as usize * 26 + (second - b'A') as usize
}

impl Country {
    /// The United States: where every export starts.
    pub const US: Self = Self::constant("US");

    /// How many countries there are.
    pub const COUNT: usize = COUNTRIES.len();

    /// A country that is named in code: `const CUBA: Country = Country::constant("CU");`
    ///
    /// # Panics
    /// When the code is no country's; in a `const` that is an error of compilation.
    #[must_use]
    pub const fn constant(alpha2: &str) -> Self {
        match Self::lookup(alpha2) {
            Some(country) => country,
            None => panic!("not an ISO 3166-1 alpha-2 code"),
        }
    }

    /// Parses an alpha-2 code in upper case.
    ///
    /// # Errors
    /// When no country has the code.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::lookup(text).ok_or_else(|| {
            ParseError::malformed(
                "country",
                text,
                "an ISO 3166-1 alpha-2 code in upper case, such as DE (or XK for Kosovo)",
            )
        })
    }

    /// The country with this alpha-3 code, if there is one.
    #[must_use]
    pub fn from_alpha3(alpha3: &str) -> Option<Self> {
        Self::all().find(|country| country.alpha3() == alpha3)
    }

    /// All countries, ordered by alpha-2.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        (0..COUNTRIES.len()).map(|i| Self(i as u8))
    }

    /// The alpha-2 code, such as `DE`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        COUNTRIES[self.index()].0
    }

    /// The alpha-3 code, such as `DEU` (`XKX` for Kosovo).
    #[must_use]
    pub fn alpha3(&self) -> &'static str {
        COUNTRIES[self.index()].1
    }

    /// The English short name, such as `Germany`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        COUNTRIES[self.index()].2
    }

    /// Position in the table: 0 to 249.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }

    /// The country at a position of the table.
    pub(crate) const fn at(index: usize) -> Self {
        assert!(index < COUNTRIES.len());
        Self(index as u8)
    }

    const fn lookup(alpha2: &str) -> Option<Self> {
        let code = alpha2.as_bytes();
        if code.len() != 2 || !code[0].is_ascii_uppercase() || !code[1].is_ascii_uppercase() {
            return None;
        }
        match INDEX[slot(code[0], code[1])] {
            NONE => None,
            index => Some(Self(index)),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

text_form!(Country);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_table_has_249_official_codes_and_kosovo_in_order() {
        assert_eq!(Country::COUNT, 250);
        assert!(COUNTRIES.is_sorted_by(|a, b| a.0 < b.0));
        let mut alpha3: Vec<_> = Country::all().map(|c| c.alpha3()).collect();
        alpha3.sort_unstable();
        alpha3.dedup();
        assert_eq!(alpha3.len(), 250);
    }

    #[test]
    fn every_code_parses_to_itself() {
        for country in Country::all() {
            assert_eq!(Country::parse(country.as_str()).unwrap(), country);
            assert_eq!(Country::from_alpha3(country.alpha3()), Some(country));
        }
    }

    #[test]
    fn unassigned_and_withdrawn_codes_are_refused() {
        for text in ["", "de", "DEU", "XX", "AN", "UK", "EU", "D ", "ÄÄ"] {
            assert!(Country::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_country_says_its_name() {
        assert_eq!(Country::constant("KR").name(), "South Korea");
        assert_eq!(Country::constant("XK").name(), "Kosovo");
        assert_eq!(Country::US.alpha3(), "USA");
    }
}
