//! Reading the dated tables of `data/eligibility/`, which are embedded in the program; those that verdicts depend on may be
//! replaced by others while it runs.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Dated, Effective};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A table: its file's name and its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    pub(crate) file: &'static str,
    pub(crate) text: &'a str,
    /// The line that is read; 0 = none in particular.
    pub(crate) line: u64,
}

macro_rules! table {
    ($file:literal) => {
        crate::domain::data::Table {
            file: $file,
            text: include_str!(concat!("../../../../data/eligibility/", $file)),
            line: 0,
        }
    };
}

pub(crate) const GOODS: Table<'static> = table!("goods.csv");
pub(crate) const GOODS_HS: Table<'static> = table!("goods_hs.csv");
pub(crate) const GOODS_TERMS: Table<'static> = table!("goods_terms.csv");
pub(crate) const LANGUAGES: Table<'static> = table!("languages.csv");
pub(crate) const SIZE_TIERS: Table<'static> = table!("size_tiers.csv");
pub(crate) const POLICIES: Table<'static> = table!("policies.csv");
pub(crate) const DANGEROUS_GOODS: Table<'static> = table!("dangerous_goods.csv");
pub(crate) const EXPORT_CONTROL: Table<'static> = table!("export_control.csv");
pub(crate) const DESTINATIONS: Table<'static> = table!("destinations.csv");
pub(crate) const EMBARGOES: Table<'static> = table!("embargoes.csv");
pub(crate) const RESTRICTIONS: Table<'static> = table!("restrictions.csv");
pub(crate) const PROGRAMME_RULES: Table<'static> = table!("programme_rules.csv");

/// Texts for sellers: no verdict depends on them.
pub(crate) const REASON_TEXTS: Table<'static> = table!("reason_texts.csv");
pub(crate) const REMEDY_TEXTS: Table<'static> = table!("remedy_texts.csv");

/// Of checks: no verdict depends on it.
pub(crate) const MCF_GROUPS: Table<'static> = table!("mcf_groups.csv");

/// Of reports: no verdict depends on them either.
pub(crate) const REPORTS: Table<'static> = table!("reports.csv");
pub(crate) const REPORT_TEXTS: Table<'static> = table!("report_texts.csv");
/// What goods are called, for suggestions of HS codes: no verdict depends on them.
pub(crate) const HS_CODES: Table<'static> = table!("hs_codes.csv");
pub(crate) const HS_WORDS: Table<'static> = table!("hs_words.csv");
pub(crate) const HS_SYNONYMS: Table<'static> = table!("hs_synonyms.csv");

/// Of reviews: no verdict depends on them.
pub(crate) const REVIEWS: Table<'static> = table!("reviews.csv");

/// How long the past is kept: no verdict depends on it.
pub(crate) const HISTORY: Table<'static> = table!("history.csv");

/// Everything a verdict depends on: the digest of these names the rule set.
pub(crate) const ALL: [Table<'static>; 12] = [
    GOODS,
    GOODS_HS,
    GOODS_TERMS,
    LANGUAGES,
    SIZE_TIERS,
    POLICIES,
    DANGEROUS_GOODS,
    EXPORT_CONTROL,
    DESTINATIONS,
    EMBARGOES,
    RESTRICTIONS,
    PROGRAMME_RULES,
];

/// Of these, what decides which facts a product shows.
pub(crate) const SHOWING: [Table<'static>; 8] =
    [GOODS, GOODS_HS, GOODS_TERMS, LANGUAGES, SIZE_TIERS, POLICIES, DANGEROUS_GOODS, EXPORT_CONTROL];

/// The tables that verdicts depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tables {
    /// Texts in place of those that ship with the product, by file.
    texts: BTreeMap<&'static str, String>,
}

impl Tables {
    /// Those that ship with the product.
    pub(crate) fn shipped() -> Self {
        Self { texts: BTreeMap::new() }
    }

    /// Others, by file.
    ///
    /// # Errors
    /// When one is missing, comes twice, or is none of [`ALL`].
    pub(crate) fn new(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, TablesError> {
        let mut texts = BTreeMap::new();
        for (file, text) in files {
            let known = ALL.iter().find(|table| table.file == file);
            let table = known.ok_or_else(|| TablesError::Unknown(file.clone()))?;
            if texts.insert(table.file, text).is_some() {
                return Err(TablesError::Twice(file));
            }
        }
        match ALL.iter().find(|table| !texts.contains_key(table.file)) {
            Some(missing) => Err(TablesError::Missing(missing.file)),
            None => Ok(Self { texts }),
        }
    }

    /// What stands in place of a shipped table.
    pub(crate) fn of(&self, table: Table<'static>) -> Table<'_> {
        Table { text: self.texts.get(table.file).map_or(table.text, String::as_str), ..table }
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Table<'_>> {
        ALL.into_iter().map(|table| self.of(table))
    }
}

/// Files that are no set of tables.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TablesError {
    #[error("{0} is missing: all tables that verdicts depend on belong together")]
    Missing(&'static str),
    #[error("{0} is none of the tables that verdicts depend on")]
    Unknown(String),
    #[error("{0} comes twice")]
    Twice(String),
}

/// A row of the tables that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}{}: {problem}", if *.line == 0 { String::new() } else { format!(", line {line}") })]
pub(crate) struct DataError {
    file: &'static str,
    /// 0 = none in particular.
    line: u64,
    problem: String,
}

#[derive(Deserialize)]
struct NumberRow {
    name: String,
    value: i64,
    valid_from: String,
    valid_to: String,
}

impl<'a> Table<'a> {
    /// All rows, each with the table at its line, which names it where it is wrong.
    pub(crate) fn rows<T: DeserializeOwned>(self) -> Result<Vec<(Self, T)>, DataError> {
        let mut reader = csv::Reader::from_reader(self.text.as_bytes());
        let headers = reader.headers().map_err(|error| self.unreadable(&error))?.clone();
        let (mut rows, mut record) = (Vec::new(), csv::StringRecord::new());
        while reader.read_record(&mut record).map_err(|error| self.unreadable(&error))? {
            let at = self.at(record.position());
            let row = record.deserialize(Some(&headers)).map_err(|error| at.unreadable(&error))?;
            rows.push((at, row));
        }
        Ok(rows)
    }

    fn at(self, position: Option<&csv::Position>) -> Self {
        Self { line: position.map_or(self.line, csv::Position::line), ..self }
    }

    fn unreadable(self, error: &csv::Error) -> DataError {
        self.at(error.position()).wrong(match error.kind() {
            csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("has {len} cells, the lines before it have {expected_len}")
            }
            _ => error.to_string(),
        })
    }

    /// A table of dated numbers, by name.
    pub(crate) fn numbers(self) -> Result<BTreeMap<String, Dated<i64>>, DataError> {
        let mut rows: BTreeMap<String, Vec<(Effective, i64)>> = BTreeMap::new();
        for (at, row) in self.rows::<NumberRow>()? {
            let effective = at.effective(&row.valid_from, &row.valid_to)?;
            rows.entry(row.name).or_default().push((effective, row.value));
        }
        rows.into_iter().map(|(name, rows)| Ok((name, self.dated(rows)?))).collect()
    }

    pub(crate) fn wrong(self, problem: impl std::fmt::Display) -> DataError {
        DataError { file: self.file, line: self.line, problem: problem.to_string() }
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
