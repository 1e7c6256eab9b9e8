//! Reading the dated tables of `data/eligibility/`, which are embedded in the program.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Dated, Effective};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A table: its file's name and its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    pub(crate) file: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! table {
    ($file:literal) => {
        crate::domain::data::Table {
            file: $file,
            text: include_str!(concat!("../../../../data/eligibility/", $file)),
        }
    };
}

pub(crate) const GOODS: Table = table!("goods.csv");
pub(crate) const GOODS_HS: Table = table!("goods_hs.csv");
pub(crate) const GOODS_TERMS: Table = table!("goods_terms.csv");
pub(crate) const LANGUAGES: Table = table!("languages.csv");
pub(crate) const SIZE_TIERS: Table = table!("size_tiers.csv");
pub(crate) const POLICIES: Table = table!("policies.csv");
pub(crate) const DANGEROUS_GOODS: Table = table!("dangerous_goods.csv");
pub(crate) const DESTINATIONS: Table = table!("destinations.csv");
pub(crate) const EMBARGOES: Table = table!("embargoes.csv");
pub(crate) const RESTRICTIONS: Table = table!("restrictions.csv");
pub(crate) const PROGRAMME_RULES: Table = table!("programme_rules.csv");

/// Texts for sellers: no verdict depends on them.
pub(crate) const REASON_TEXTS: Table = table!("reason_texts.csv");
pub(crate) const REMEDY_TEXTS: Table = table!("remedy_texts.csv");

/// Of checks: no verdict depends on it.
pub(crate) const MCF_GROUPS: Table = table!("mcf_groups.csv");

/// Of reports: no verdict depends on them either.
pub(crate) const REPORTS: Table = table!("reports.csv");
pub(crate) const REPORT_TEXTS: Table = table!("report_texts.csv");
/// What goods are called, for suggestions of HS codes: no verdict depends on them.
pub(crate) const HS_CODES: Table = table!("hs_codes.csv");
pub(crate) const HS_WORDS: Table = table!("hs_words.csv");
pub(crate) const HS_SYNONYMS: Table = table!("hs_synonyms.csv");

/// Of reviews: no verdict depends on them.
pub(crate) const REVIEWS: Table = table!("reviews.csv");

/// Everything a verdict depends on: the digest of these names the rule set.
pub(crate) const ALL: [Table; 11] = [
    GOODS,
    GOODS_HS,
    GOODS_TERMS,
    LANGUAGES,
    SIZE_TIERS,
    POLICIES,
    DANGEROUS_GOODS,
    DESTINATIONS,
    EMBARGOES,
    RESTRICTIONS,
    PROGRAMME_RULES,
];

/// Of these, what decides which facts a product shows.
pub(crate) const SHOWING: [Table; 7] =
    [GOODS, GOODS_HS, GOODS_TERMS, LANGUAGES, SIZE_TIERS, POLICIES, DANGEROUS_GOODS];

/// A row of the tables that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("data/eligibility/{file}: {problem}")]
pub(crate) struct DataError {
    file: &'static str,
    problem: String,
}

#[derive(Deserialize)]
struct NumberRow {
    name: String,
    value: i64,
    valid_from: String,
    valid_to: String,
}

impl Table {
    pub(crate) fn rows<T: DeserializeOwned>(self) -> Result<Vec<T>, DataError> {
        let rows =
            csv::Reader::from_reader(self.text.as_bytes()).into_deserialize().collect::<Result<_, _>>();
        rows.map_err(|error| self.wrong(error))
    }

    /// A table of dated numbers, by name.
    pub(crate) fn numbers(self) -> Result<BTreeMap<String, Dated<i64>>, DataError> {
        let mut rows: BTreeMap<String, Vec<(Effective, i64)>> = BTreeMap::new();
        for row in self.rows::<NumberRow>()? {
            let effective = self.effective(&row.valid_from, &row.valid_to)?;
            rows.entry(row.name).or_default().push((effective, row.value));
        }
        rows.into_iter().map(|(name, rows)| Ok((name, self.dated(rows)?))).collect()
    }

    pub(crate) fn wrong(self, problem: impl std::fmt::Display) -> DataError {
        DataError { file: self.file, problem: problem.to_string() }
    }

    /// A cell of the table, parsed.
    pub(crate) fn cell<T: std::str::FromStr<Err: std::fmt::Display>>(
        self,
        text: &str,
    ) -> Result<T, DataError> {
        text.parse().map_err(|error| self.wrong(error))
    }

    /// A cell that may be empty.
    pub(crate) fn optional<T: std::str::FromStr<Err: std::fmt::Display>>(
        self,
        text: &str,
    ) -> Result<Option<T>, DataError> {
        if text.is_empty() { Ok(None) } else { self.cell(text).map(Some) }
    }

    /// One of a closed set of words.
    pub(crate) fn word<T: Copy>(self, text: &str, words: &[(&str, T)]) -> Result<T, DataError> {
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.wrong(format!("{text:?} is none of {}", known.join(", ")))
        })
    }

    pub(crate) fn effective(self, from: &str, to: &str) -> Result<Effective, DataError> {
        Effective::from_columns(from, to).map_err(|error| self.wrong(error))
    }

    pub(crate) fn dated<T>(self, rows: Vec<(Effective, T)>) -> Result<Dated<T>, DataError> {
        Dated::new(rows).map_err(|error| self.wrong(error))
    }
}

/// The days on which something begins to hold or has ceased to.
pub(crate) fn boundaries(effective: Effective) -> impl Iterator<Item = Date> {
    let after = effective.to().and_then(|to| to.tomorrow().ok());
    [Some(effective.from()), after].into_iter().flatten()
}
