//! Reading the dated reference tables of `data/customs/`: every cell is typed, every error names file, line and column.

use std::collections::HashMap;
use std::fmt::Display;
use std::hash::Hash;
use std::str::FromStr;
use std::sync::Arc;

use kernel::{Dated, Effective, OverlapError};
use thiserror::Error;

/// A table that ships with the product is not what it must be. Found when the process starts.
#[derive(Debug, Error)]
pub(crate) enum TableError {
    /// The text is not CSV with a header.
    #[error("{table}: {problem}")]
    Malformed {
        /// File name.
        table: &'static str,
        /// What the parser said.
        problem: String,
    },
    /// A cell cannot be read.
    #[error("{table}, line {line}, column {column}: {problem}")]
    Cell {
        /// File name.
        table: &'static str,
        /// Line of the file, from 1.
        line: u64,
        /// Column's name.
        column: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// Two rows of one fact hold on the same day.
    #[error("{table}: {key}: {source}")]
    Overlap {
        /// File name.
        table: &'static str,
        /// What the rows are about.
        key: String,
        /// Which rows.
        source: OverlapError,
    },
}

/// Where a fact comes from; shown wherever the fact decides something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// Publication or office.
    pub source: Arc<str>,
    /// Date of the fact as its source gives it: a day, a month or a year.
    pub as_of: Arc<str>,
    /// A official, B good secondary, C weak, U from memory, S our own choice.
    pub grade: Arc<str>,
}

impl Display for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.source)?;
        if !self.as_of.is_empty() {
            write!(f, ", as of {}", self.as_of)?;
        }
        if self.grade.is_empty() { Ok(()) } else { write!(f, ", grade {}", self.grade) }
    }
}

/// One row of a table.
pub(crate) struct Row<'a> {
    table: &'static str,
    columns: &'a HashMap<String, usize>,
    record: csv::StringRecord,
}

impl Row<'_> {
    /// The text of a cell, without outer blanks.
    pub(crate) fn text(&self, column: &'static str) -> Result<&str, TableError> {
        let index = self.columns.get(column).ok_or_else(|| self.error(column, "the column is missing"))?;
        Ok(self.record.get(*index).unwrap_or("").trim())
    }

    /// A cell that must hold a value.
    pub(crate) fn parse<T: FromStr<Err: Display>>(&self, column: &'static str) -> Result<T, TableError> {
        let text = self.text(column)?;
        text.parse().map_err(|problem: T::Err| self.error(column, problem))
    }

    /// A cell that may be empty.
    pub(crate) fn optional<T: FromStr<Err: Display>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, TableError> {
        if self.text(column)?.is_empty() { Ok(None) } else { self.parse(column).map(Some) }
    }

    /// A cell that holds one of a few words.
    pub(crate) fn word<T: Copy>(&self, column: &'static str, words: &[(&str, T)]) -> Result<T, TableError> {
        let text = self.text(column)?;
        words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.error(column, format!("{text:?} is none of {}", known.join(", ")))
        })
    }

    /// Values joined by `|`; none when the cell is empty.
    pub(crate) fn list<T: FromStr<Err: Display>>(&self, column: &'static str) -> Result<Vec<T>, TableError> {
        let text = self.text(column)?;
        if text.is_empty() {
            return Ok(Vec::new());
        }
        text.split('|').map(|part| part.parse().map_err(|e: T::Err| self.error(column, e))).collect()
    }

    /// The days on which the row holds, of `valid_from` and `valid_to`.
    pub(crate) fn effective(&self) -> Result<Effective, TableError> {
        Effective::from_columns(self.text("valid_from")?, self.text("valid_to")?)
            .map_err(|problem| self.error("valid_from", problem))
    }

    /// `source`, `as_of` and, where the table has it, `grade`.
    pub(crate) fn evidence(&self) -> Result<Evidence, TableError> {
        let grade = if self.columns.contains_key("grade") { self.text("grade")? } else { "" };
        Ok(Evidence {
            source: self.text("source")?.into(),
            as_of: self.text("as_of")?.into(),
            grade: grade.into(),
        })
    }

    /// The error of a cell.
    pub(crate) fn error(&self, column: &'static str, problem: impl Display) -> TableError {
        let line = self.record.position().map_or(0, csv::Position::line);
        TableError::Cell { table: self.table, line, column, problem: problem.to_string() }
    }
}

/// Reads every row of a table.
///
/// # Errors
/// The first cell that cannot be read.
pub(crate) fn read<T>(
    table: &'static str,
    text: &str,
    row: impl Fn(&Row<'_>) -> Result<T, TableError>,
) -> Result<Vec<T>, TableError> {
    let malformed = |error: csv::Error| TableError::Malformed { table, problem: error.to_string() };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(malformed)?;
    let columns = header.iter().enumerate().map(|(index, name)| (name.to_owned(), index)).collect();
    reader
        .records()
        .map(|record| row(&Row { table, columns: &columns, record: record.map_err(malformed)? }))
        .collect()
}

/// Groups rows by what they are about; no two rows of a key hold on the same day.
///
/// # Errors
/// Names the key whose rows overlap.
pub(crate) fn dated<K, T>(
    table: &'static str,
    rows: Vec<(K, Effective, T)>,
) -> Result<HashMap<K, Dated<T>>, TableError>
where
    K: Eq + Hash + std::fmt::Debug,
{
    let mut by_key: HashMap<K, Vec<(Effective, T)>> = HashMap::new();
    for (key, effective, row) in rows {
        by_key.entry(key).or_default().push((effective, row));
    }
    by_key
        .into_iter()
        .map(|(key, rows)| match Dated::new(rows) {
            Ok(dated) => Ok((key, dated)),
            Err(source) => Err(TableError::Overlap { table, key: format!("{key:?}"), source }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_bad_cell_is_named_with_file_line_and_column() {
        let text = "country,percent\nDE,19\nFR,twenty\n";
        let error = read("t.csv", text, |row| row.parse::<rust_decimal::Decimal>("percent")).unwrap_err();
        assert!(error.to_string().starts_with("t.csv, line 3, column percent: "), "{error}");
    }

    #[test]
    fn rows_of_one_key_may_not_overlap() {
        let period = |from: &str, to: &str| Effective::from_columns(from, to).unwrap();
        let rows = vec![("a", period("2025-01-01", ""), 1), ("a", period("2025-06-01", ""), 2)];
        assert!(matches!(dated("t.csv", rows), Err(TableError::Overlap { .. })));
    }
}
