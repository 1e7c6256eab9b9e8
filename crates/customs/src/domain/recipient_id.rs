//! Countries whose customs want a number of the recipient (tax or personal id), and the form of it where it is known.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::{Country, Dated, TaxId};

use super::table::{self, TableError};

const TABLE: &str = "recipient_ids.csv";
const ROWS: &str = include_str!("../../../../data/customs/recipient_ids.csv");

#[derive(Debug)]
struct Requirement {
    kind: String,
    /// `9` a digit, `X` a digit or X, anything else itself; empty when the form is not known.
    formats: Vec<String>,
}

/// The countries that ask for a number.
pub(crate) struct RecipientIds {
    rows: HashMap<Country, Dated<Requirement>>,
}

/// What is wrong with a recipient's number. Names the kind of number, never the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RecipientIdProblem {
    /// There is none.
    Missing {
        /// How the country calls it.
        kind: String,
    },
    /// It has another form.
    Malformed {
        /// How the country calls it.
        kind: String,
    },
}

impl RecipientIds {
    /// The table that ships with the product.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub(crate) fn load() -> Result<Self, TableError> {
        let rows = table::read(TABLE, ROWS, |row| {
            let requirement =
                Requirement { kind: row.text("kind")?.to_owned(), formats: row.list("formats")? };
            Ok((row.parse("country")?, row.effective()?, requirement))
        })?;
        Ok(Self { rows: table::dated(TABLE, rows)? })
    }

    /// Checks the number of a recipient in a country.
    ///
    /// # Errors
    /// When the country asks for one that is not there or not of its form.
    pub(crate) fn check(
        &self,
        country: Country,
        tax_id: Option<&TaxId>,
        date: Date,
    ) -> Result<(), RecipientIdProblem> {
        let Some(requirement) = self.rows.get(&country).and_then(|dated| dated.at(date)) else {
            return Ok(());
        };
        let kind = requirement.kind.clone();
        let Some(tax_id) = tax_id else {
            return Err(RecipientIdProblem::Missing { kind });
        };
        let plain: String = tax_id
            .as_str()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let fits = requirement.formats.iter().any(|format| fits(&plain, format));
        if requirement.formats.is_empty() || fits {
            Ok(())
        } else {
            Err(RecipientIdProblem::Malformed { kind })
        }
    }
}

fn fits(text: &str, format: &str) -> bool {
    text.len() == format.len()
        && text.chars().zip(format.chars()).all(|(c, wanted)| match wanted {
            '9' => c.is_ascii_digit(),
            'X' => c.is_ascii_digit() || c == 'X',
            letter => c == letter,
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(country: &str, id: &str) -> Result<(), RecipientIdProblem> {
        let id = TaxId::parse(id).ok();
        let country = Country::parse(country).unwrap();
        RecipientIds::load().unwrap().check(country, id.as_ref(), "2026-10-05".parse().unwrap())
    }

    #[test]
    fn fourteen_countries_ask_for_a_number() {
        let asking = Country::all().filter(|country| check(country.as_str(), "").is_err());
        assert_eq!(asking.count(), 14);
        assert_eq!(check("DE", ""), Ok(()));
    }

    #[test]
    fn the_form_is_checked_where_it_is_known() {
        for (country, id) in [
            ("BR", "123.456.789-09"),
            ("BR", "12345678000195"),
            ("KR", "p123456789012"),
            ("CL", "12.345.678-K"),
        ] {
            assert_eq!(check(country, id), Ok(()), "{country}");
        }
        for (country, id) in [("BR", "123"), ("KR", "123456789012"), ("CN", "11010519491231002A")] {
            assert!(matches!(check(country, id), Err(RecipientIdProblem::Malformed { .. })), "{country}");
        }
    }
}
