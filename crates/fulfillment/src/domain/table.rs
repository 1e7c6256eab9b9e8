//! Dated tables: CSV files of `data/fulfillment/` that are embedded into the program. Each row says when it holds
//! (`valid_from`, `valid_to`, both inclusive; empty = open) and where it comes from.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Dated, Effective};
use serde::de::DeserializeOwned;

/// A table that cannot be used: a fault of the data that ships with the program.
#[derive(Debug, thiserror::Error)]
#[error("data/fulfillment/{table}: {problem}")]
pub(crate) struct TableError {
    /// The file's name.
    pub(crate) table: &'static str,
    /// What is wrong, with the line where one is at fault.
    pub(crate) problem: String,
}

impl TableError {
    /// An error of a table.
    pub(crate) fn new(table: &'static str, problem: impl std::fmt::Display) -> Self {
        Self { table, problem: problem.to_string() }
    }
}

/// The rows of one embedded CSV file with the days on which each holds.
#[derive(Debug)]
pub(crate) struct Table<T> {
    name: &'static str,
    rows: Vec<(Effective, T)>,
}

impl<T: DeserializeOwned> Table<T> {
    /// Reads a file with a header line.
    ///
    /// # Errors
    /// When a row does not fit `T`, or its days are malformed.
    pub(crate) fn parse(name: &'static str, text: &str) -> Result<Self, TableError> {
        let fault = |error: csv::Error| TableError::new(name, error);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headers = reader.headers().map_err(fault)?.clone();
        let column = |wanted: &str| {
            let missing = || TableError::new(name, format!("column {wanted} is missing"));
            headers.iter().position(|header| header == wanted).ok_or_else(missing)
        };
        let (from, to) = (column("valid_from")?, column("valid_to")?);
        let mut rows = Vec::new();
        for (index, record) in reader.records().enumerate() {
            let record = record.map_err(fault)?;
            let at_line =
                |error: &dyn std::fmt::Display| TableError::new(name, format!("line {}: {error}", index + 2));
            let effective =
                Effective::from_columns(&record[from], &record[to]).map_err(|error| at_line(&error))?;
            let row = record.deserialize(Some(&headers)).map_err(|error| at_line(&error))?;
            rows.push((effective, row));
        }
        Ok(Self { name, rows })
    }
}

impl<T> Table<T> {
    /// The file's name.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// The rows that hold on a day.
    pub(crate) fn on(&self, day: Date) -> impl Iterator<Item = &T> {
        self.rows.iter().filter(move |(effective, _)| effective.contains(day)).map(|(_, row)| row)
    }

    /// The days of all rows.
    pub(crate) fn periods(&self) -> impl Iterator<Item = Effective> + '_ {
        self.rows.iter().map(|(effective, _)| *effective)
    }
}

/// Builds a value for every stretch of days on which the same rows hold, so that looking one up by day is all that is
/// left to do while the program runs. `periods` are those of all rows of all tables that `build` reads.
///
/// # Errors
/// The first error of `build`.
pub(crate) fn compile<T>(
    periods: impl IntoIterator<Item = Effective>,
    mut build: impl FnMut(Date) -> Result<T, TableError>,
) -> Result<Dated<T>, TableError> {
    let fault = |error: &dyn std::fmt::Display| TableError::new("*", error);
    let mut starts: Vec<Date> = Vec::new();
    for period in periods {
        starts.push(period.from());
        starts.extend(period.to().and_then(|last| last.checked_add(1.day()).ok()));
    }
    starts.sort_unstable();
    starts.dedup();
    let mut stretches = Vec::with_capacity(starts.len());
    for (index, &start) in starts.iter().enumerate() {
        let last = match starts.get(index + 1) {
            Some(next) => Some(next.checked_sub(1.day()).map_err(|error| fault(&error))?),
            None => None,
        };
        stretches.push((Effective::new(start, last).map_err(|error| fault(&error))?, build(start)?));
    }
    Dated::new(stretches).map_err(|error| fault(&error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Row {
        rate: i64,
    }

    const TEXT: &str = "rate,valid_from,valid_to,source\n1,2024-01-01,2024-12-31,x\n2,2025-01-01,,x\n";

    #[test]
    fn a_row_holds_from_its_first_to_its_last_day() {
        let table: Table<Row> = Table::parse("t.csv", TEXT).unwrap();
        let on = |day| table.on(day).map(|row| row.rate).collect::<Vec<_>>();
        assert_eq!(on(date(2023, 12, 31)), Vec::<i64>::new());
        assert_eq!(on(date(2024, 12, 31)), [1]);
        assert_eq!(on(date(2025, 1, 1)), [2]);
    }

    #[test]
    fn tables_are_compiled_once_for_each_stretch_of_days() {
        let table: Table<Row> = Table::parse("t.csv", TEXT).unwrap();
        let dated =
            compile(table.periods(), |day| Ok(table.on(day).map(|row| row.rate).sum::<i64>())).unwrap();
        assert_eq!(dated.at(date(2024, 6, 1)), Some(&1));
        assert_eq!(dated.at(date(2030, 6, 1)), Some(&2));
        assert_eq!(dated.at(date(2020, 6, 1)), None);
        assert_eq!(dated.rows().len(), 2);
    }

    #[test]
    fn a_bad_row_is_named_with_its_file_and_line() {
        let error = Table::<Row>::parse("t.csv", "rate,valid_from,valid_to\n1,2024-01-01,\nx,2024-01-01,\n")
            .unwrap_err();
        assert!(error.to_string().starts_with("data/fulfillment/t.csv: line 3"), "{error}");
    }
}
