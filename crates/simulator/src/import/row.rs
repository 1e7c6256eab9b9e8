//! Rows of CSV files with named columns.

use std::collections::HashMap;
use std::fmt::Display;
use std::io::Read;
use std::str::FromStr;

use anyhow::{Context as _, ensure};
use csv::{ReaderBuilder, StringRecord};

use super::{Report, RowError};

/// Position of each column.
type Columns = HashMap<String, usize>;

/// One row of a file.
pub(crate) struct Row<'a> {
    line: u64,
    columns: &'a Columns,
    record: &'a StringRecord,
}

impl Row<'_> {
    /// Line of the file.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Trimmed text of a cell; empty when the row is too short.
    pub(crate) fn text(&self, column: &'static str) -> &str {
        self.columns.get(column).and_then(|at| self.record.get(*at)).unwrap_or_default().trim()
    }

    /// A cell that must hold a value.
    pub(crate) fn parse<T: FromStr>(&self, column: &'static str) -> Result<T, RowError>
    where
        T::Err: Display,
    {
        self.text(column).parse().map_err(|error| self.error(column, "MALFORMED", error))
    }

    /// A cell that may be empty.
    pub(crate) fn optional<T: FromStr>(&self, column: &'static str) -> Result<Option<T>, RowError>
    where
        T::Err: Display,
    {
        if self.text(column).is_empty() { Ok(None) } else { self.parse(column).map(Some) }
    }

    /// A cell with values separated by `|`; empty means none.
    pub(crate) fn list<T: FromStr>(&self, column: &'static str) -> Result<Vec<T>, RowError>
    where
        T::Err: Display,
    {
        let parts = self.text(column).split('|').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().map_err(|error| self.error(column, "MALFORMED", error))).collect()
    }

    /// Why this row is not taken.
    pub(crate) fn error(&self, column: &'static str, code: &'static str, reason: impl Display) -> RowError {
        RowError { line: self.line, column, code, reason: reason.to_string() }
    }
}

/// Reads a CSV file row by row, in constant memory: `take` keeps what it needs, and what it refuses is reported.
///
/// # Errors
/// A missing column, or a file that cannot be read.
pub(crate) fn each_row(
    read: impl Read,
    needed: &[&'static str],
    report: &mut Report,
    mut take: impl FnMut(&Row<'_>, &mut Report) -> Result<(), RowError>,
) -> anyhow::Result<()> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(read);
    let columns: Columns = reader.headers().context("the header")?.iter().enumerate().map(named).collect();
    for column in needed {
        ensure!(columns.contains_key(*column), "{}: column {column:?} is missing", report.file);
    }
    let mut record = StringRecord::new();
    loop {
        let outcome = match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                take(&Row { line, columns: &columns, record: &record }, report)
            }
            Err(error) if matches!(error.kind(), csv::ErrorKind::Io(_)) => {
                return Err(error).with_context(|| format!("read {}", report.file));
            }
            Err(error) => Err(malformed(&error)),
        };
        report.rows += 1;
        match outcome {
            Ok(()) => report.taken += 1,
            Err(error) => report.refuse(error),
        }
    }
}

fn named((at, column): (usize, &str)) -> (String, usize) {
    (column.trim_start_matches('\u{feff}').trim().to_owned(), at)
}

fn malformed(error: &csv::Error) -> RowError {
    let line = error.position().map_or(0, csv::Position::line);
    RowError { line, column: "", code: "MALFORMED", reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_bad_row_is_reported_with_line_and_column_and_the_rest_continues() {
        let mut report = Report::new("test", "inline", &[]);
        let mut taken = Vec::new();
        each_row("a,b\n1,x\nno,y\n3\n".as_bytes(), &["a", "b"], &mut report, |row, _| {
            let number: u32 = row.parse("a")?;
            taken.push((number, row.text("b").to_owned()));
            Ok(())
        })
        .unwrap();
        assert_eq!(taken, [(1, "x".to_owned()), (3, String::new())]);
        assert_eq!((report.rows, report.taken), (3, 2));
        assert_eq!((report.errors[0].line, report.errors[0].column), (3, "a"));
    }

    #[test]
    fn bytes_that_are_no_text_refuse_their_row_alone() {
        let mut report = Report::new("test", "inline", &[]);
        each_row(&b"a\nok\n\xff\xfe\nok\n"[..], &["a"], &mut report, |_, _| Ok(())).unwrap();
        assert_eq!((report.taken, report.refused_total()), (2, 1));
    }

    #[test]
    fn a_missing_column_names_itself() {
        let mut report = Report::new("test", "inline", &[]);
        let error = each_row("a\n1\n".as_bytes(), &["b"], &mut report, |_, _| Ok(())).unwrap_err();
        assert!(error.to_string().contains("\"b\""));
    }
}
