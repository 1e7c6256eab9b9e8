//! Embargoed countries, and regions of countries, matched by region name and postal prefix.

use jiff::civil::Date;
use kernel::{Country, Effective};

use super::name::name_key;
use super::{Hit, HitKind};
use crate::domain::table::{self, Evidence, TableError};

const TABLE: &str = "embargoes.csv";
const ROWS: &str = include_str!("../../../../../data/customs/embargoes.csv");

enum Area {
    Country,
    /// Key of a region's name.
    Region(String),
    /// First characters of a postal code, without blanks.
    PostalPrefix(String),
}

struct Row {
    entry: String,
    country: Country,
    area: Area,
    effective: Effective,
    evidence: Evidence,
}

/// The embargo rows.
pub(crate) struct Embargoes {
    rows: Vec<Row>,
}

/// A place as far as embargoes look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// Destination country.
    pub country: Country,
    /// Region as written; may be empty.
    pub region: &'a str,
    /// City as written; may be empty.
    pub city: &'a str,
    /// Postal code as written; may be empty.
    pub postal_code: &'a str,
}

/// What the rows say of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PlaceVerdict {
    /// No row matches.
    Clear,
    /// A row matches.
    Embargoed(Hit),
    /// Parts of the country are embargoed, and neither region nor postal code says whether this is one of them.
    Undecidable,
}

impl Embargoes {
    /// The table that ships with the product.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub(crate) fn load() -> Result<Self, TableError> {
        let rows = table::read(TABLE, ROWS, |row| {
            let value = row.text("value")?;
            let area = match row.text("kind")? {
                "COUNTRY" => Area::Country,
                "REGION" => Area::Region(name_key(value)),
                "POSTAL_PREFIX" => Area::PostalPrefix(postal_key(value)),
                other => return Err(row.error("kind", format!("{other:?} is no kind of area"))),
            };
            Ok(Row {
                entry: row.text("entry")?.to_owned(),
                country: row.parse("country")?,
                area,
                effective: row.effective()?,
                evidence: row.evidence()?,
            })
        })?;
        Ok(Self { rows })
    }

    /// Looks at a place on a day.
    #[must_use]
    pub(crate) fn screen(&self, place: &Place<'_>, date: Date) -> PlaceVerdict {
        let rows = || self.rows.iter().filter(|r| r.country == place.country && r.effective.contains(date));
        if let Some(row) = rows().find(|row| row.matches(place)) {
            return PlaceVerdict::Embargoed(row.hit());
        }
        let unknown = name_key(place.region).is_empty() && postal_key(place.postal_code).is_empty();
        if unknown && rows().next().is_some() { PlaceVerdict::Undecidable } else { PlaceVerdict::Clear }
    }

    /// The row that embargoes a whole country on a day.
    #[must_use]
    pub(crate) fn whole_country(&self, country: Country, date: Date) -> Option<Hit> {
        let row = self.rows.iter().find(|row| {
            row.country == country && row.effective.contains(date) && matches!(row.area, Area::Country)
        });
        row.map(Row::hit)
    }
}

impl Row {
    fn matches(&self, place: &Place<'_>) -> bool {
        match &self.area {
            Area::Country => true,
            Area::Region(key) => {
                let has_words = |text: &str| {
                    let text = name_key(text);
                    key.split(' ').all(|word| text.split(' ').any(|own| own == word))
                };
                has_words(place.region) || has_words(place.city)
            }
            Area::PostalPrefix(prefix) => {
                let code = postal_key(place.postal_code);
                // Ukrainian codes have five digits, the Russian ones written on occupied ground six.
                code.starts_with(prefix.as_str()) && (code.len() == 6) == (prefix.len() == 3)
            }
        }
    }

    fn hit(&self) -> Hit {
        Hit {
            kind: HitKind::Embargo,
            entry: self.entry.clone(),
            list: format!("embargoes: {}", self.evidence.source),
            list_date: self.evidence.as_of.to_string(),
        }
    }
}

fn postal_key(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn screen(country: &str, region: &str, city: &str, postal_code: &str) -> PlaceVerdict {
        let country = Country::parse(country).unwrap();
        let place = Place { country, region, city, postal_code };
        Embargoes::load().unwrap().screen(&place, "2026-10-05".parse().unwrap())
    }

    fn embargoed(verdict: &PlaceVerdict) -> bool {
        matches!(verdict, PlaceVerdict::Embargoed(_))
    }

    #[test]
    fn no_part_of_an_embargoed_country_is_clear() {
        for country in ["CU", "IR", "KP", "SY", "RU", "BY"] {
            assert!(embargoed(&screen(country, "", "", "")), "{country}");
        }
        assert_eq!(screen("DE", "", "Köln", "50667"), PlaceVerdict::Clear);
    }

    #[test]
    fn occupied_regions_of_ukraine_match_by_region_city_or_postal_code() {
        for (region, city, postal) in [
            ("Crimea", "Yalta", ""),
            ("Автономна Республіка Крим", "", "04070"),
            ("", "Sevastopol", ""),
            ("", "", "95000"),
            ("", "", "298 600"),
            ("Donetska oblast", "", ""),
            ("", "", "69001"),
        ] {
            assert!(embargoed(&screen("UA", region, city, postal)), "{region} {city} {postal}");
        }
        assert_eq!(screen("UA", "Kyiv", "Kyiv", "01001"), PlaceVerdict::Clear);
        assert_eq!(screen("UA", "", "Lviv", "79000"), PlaceVerdict::Clear);
    }

    #[test]
    fn a_place_in_ukraine_that_cannot_be_told_is_not_clear() {
        assert_eq!(screen("UA", "", "Verkhnia", " "), PlaceVerdict::Undecidable);
    }
}
