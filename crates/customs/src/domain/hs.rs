//! Which HS code a line is declared under: the confirmed one, else the seller's, else one that is likely by the product's text, else
//! our dated default for its kind of product.

use jiff::civil::Date;
use kernel::{Country, Effective, HsCode};

use super::landed_cost::Tariff;
use super::table::{self, TableError};

const TABLE: &str = "hs_defaults.csv";
const ROWS: &str = include_str!("../../../../data/customs/hs_defaults.csv");

/// The catalogue's product groups: media have defaults of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ProductGroup {
    /// Everything that is not media.
    Other,
    /// Books.
    Book,
    /// Music.
    Music,
    /// Video.
    Video,
    /// DVD.
    Dvd,
}

impl ProductGroup {
    const WORDS: [(&str, Self); 5] = [
        ("OTHER", Self::Other),
        ("BOOK", Self::Book),
        ("MUSIC", Self::Music),
        ("VIDEO", Self::Video),
        ("DVD", Self::Dvd),
    ];

    /// The word tables use.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, group)| *group == self).map_or("OTHER", |(word, _)| word)
    }

    /// The group of a word.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == text).map(|(_, group)| *group)
    }
}

/// The codes that are known of a product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct KnownCodes {
    /// That somebody confirmed; outranks the others.
    pub confirmed: Option<HsCode>,
    /// The seller's, when it has the form of one; outranks the suggested one.
    pub declared: Option<HsCode>,
    /// Of the product's text, as eligibility tells it.
    pub suggested: Option<SuggestedCode>,
}

/// A code that nobody stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SuggestedCode {
    /// Six digits.
    pub hs_code: HsCode,
    /// How sure it is, of 1,000.
    pub confidence: u16,
}

impl KnownCodes {
    /// Without a suggestion that is less sure than this, of 1,000; without any where there is no such number.
    #[must_use]
    pub(crate) fn likely(self, minimum: Option<u16>) -> Self {
        let likely = |code: &SuggestedCode| minimum.is_some_and(|minimum| code.confidence >= minimum);
        Self { suggested: self.suggested.filter(likely), ..self }
    }
}

/// Why a product cannot be declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unclassified {
    /// No code, and nothing to assume.
    #[error("has no HS code and no default: the seller must declare one")]
    Missing,
    /// The destination takes no code that nobody answers for.
    #[error("needs a confirmed HS code for {0}: the seller or a classifier must confirm one")]
    NotConfirmed(Country),
}

/// The code of a line and whether it is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Classification {
    /// 6, 8 or 10 digits; one that is estimated has 6.
    pub hs_code: HsCode,
    /// The code is a suggestion or our default: nobody declared it.
    pub estimated: bool,
}

struct Default {
    group: ProductGroup,
    /// Lower-case letters and digits only; empty matches every category.
    category_contains: String,
    hs_code: HsCode,
    effective: Effective,
}

/// The defaults, the most important first.
pub(crate) struct Classifier {
    defaults: Vec<Default>,
}

impl Classifier {
    /// The table that ships with the product.
    ///
    /// # Errors
    /// When a row cannot be read or names a code that HS 2022 does not have.
    pub(crate) fn load(tariff: &Tariff) -> Result<Self, TableError> {
        let mut rows = table::read(TABLE, ROWS, |row| {
            let hs_code: HsCode = row.parse("hs_code")?;
            if !tariff.knows(hs_code) {
                return Err(row.error("hs_code", "is not a code of HS 2022"));
            }
            let default = Default {
                group: row.word("product_group", &ProductGroup::WORDS)?,
                category_contains: letters_and_digits(row.text("category_contains")?),
                hs_code,
                effective: row.effective()?,
            };
            Ok((row.parse::<u32>("priority")?, default))
        })?;
        rows.sort_by_key(|(priority, _)| *priority);
        Ok(Self { defaults: rows.into_iter().map(|(_, default)| default).collect() })
    }

    /// The code of a product on a day: the confirmed one, else the declared one when its six digits exist in HS 2022, else
    /// the suggested one, else the first default whose group and category fit; `None` when there is none, and a person must
    /// classify it. The group of media says what they are, and their titles are about their subject: nothing suggested counts for
    /// them.
    #[must_use]
    pub(crate) fn classify(
        &self,
        tariff: &Tariff,
        codes: KnownCodes,
        group: ProductGroup,
        category: &str,
        date: Date,
    ) -> Option<Classification> {
        let known = |code: Option<HsCode>| code.filter(|code| tariff.knows(*code));
        if let Some(hs_code) = known(codes.confirmed).or_else(|| known(codes.declared)) {
            return Some(Classification { hs_code, estimated: false });
        }
        let suggested = codes.suggested.filter(|_| group == ProductGroup::Other).map(|code| code.hs_code);
        let hs_code = known(suggested).or_else(|| self.default(group, category, date))?;
        Some(Classification { hs_code, estimated: true })
    }

    fn default(&self, group: ProductGroup, category: &str, date: Date) -> Option<HsCode> {
        let category = letters_and_digits(category);
        let default = self.defaults.iter().find(|default| {
            default.group == group
                && default.effective.contains(date)
                && category.contains(&default.category_contains)
        })?;
        Some(default.hs_code)
    }
}

fn letters_and_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn code(text: &str) -> Option<HsCode> {
        HsCode::parse(text).ok()
    }

    fn suggested(text: &str, confidence: u16) -> KnownCodes {
        let suggested = code(text).map(|hs_code| SuggestedCode { hs_code, confidence });
        KnownCodes { suggested, ..KnownCodes::default() }
    }

    fn declared(text: &str) -> KnownCodes {
        KnownCodes { declared: code(text), ..KnownCodes::default() }
    }

    fn classify(codes: KnownCodes, group: ProductGroup, category: &str) -> Option<(String, bool)> {
        let tariff = Tariff::load().unwrap();
        let date = "2026-10-01".parse().unwrap();
        let found = Classifier::load(&tariff).unwrap().classify(&tariff, codes, group, category, date);
        found.map(|c| (c.hs_code.to_string(), c.estimated))
    }

    #[test]
    fn a_declared_code_that_exists_is_taken_as_it_is() {
        let found = classify(declared("6109100010"), ProductGroup::Other, "Toys");
        assert_eq!(found, Some(("6109100010".into(), false)));
    }

    #[test]
    fn a_confirmed_code_outranks_the_declared_one_and_that_a_suggestion() {
        let both = KnownCodes { declared: code("950300"), ..suggested("420292", 1_000) };
        assert_eq!(classify(both, ProductGroup::Other, ""), Some(("950300".into(), false)));
        let all = KnownCodes { confirmed: code("61091000"), ..both };
        assert_eq!(classify(all, ProductGroup::Other, ""), Some(("61091000".into(), false)));
    }

    #[test]
    fn a_suggestion_outranks_the_default_marked_as_estimated_but_not_of_media() {
        let wine = suggested("220421", 900);
        assert_eq!(classify(wine, ProductGroup::Other, "Toys"), Some(("220421".into(), true)));
        assert_eq!(classify(wine, ProductGroup::Book, "Wine"), Some(("490199".into(), true)));
        let unusable = KnownCodes { declared: code("999998"), ..wine };
        assert_eq!(classify(unusable, ProductGroup::Other, "Toys"), Some(("220421".into(), true)));
        let unknown = suggested("999998", 900);
        assert_eq!(classify(unknown, ProductGroup::Other, "Toys"), Some(("950300".into(), true)));
    }

    #[test]
    fn a_suggestion_counts_from_the_minimum_on() {
        let wine = suggested("220421", 300);
        assert_eq!((wine.likely(Some(300)), wine.likely(Some(301)).suggested), (wine, None));
        assert_eq!(wine.likely(None).suggested, None);
    }

    #[test]
    fn a_missing_or_unknown_code_gets_the_groups_default_marked_as_estimated() {
        assert_eq!(classify(declared(""), ProductGroup::Book, ""), Some(("490199".into(), true)));
        assert_eq!(
            classify(declared("999998"), ProductGroup::Other, "Toys & Games > Puzzles"),
            Some(("950300".into(), true))
        );
        assert_eq!(
            classify(declared(""), ProductGroup::Other, "Electronics|Headphones,Earbuds"),
            Some(("851830".into(), true))
        );
    }

    #[test]
    fn a_product_of_no_known_kind_has_no_code() {
        assert_eq!(classify(declared(""), ProductGroup::Other, "Unobtainium"), None);
        assert_eq!(classify(declared(""), ProductGroup::Other, ""), None);
    }
}
