//! What became of the rows of a source.

use std::collections::BTreeMap;
use std::fmt;

/// Refused rows that a report lists one by one; all are counted.
const MAX_LISTED: usize = 20_000;

/// A row, or a part of it, that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// Line of the file, the header being line 1.
    pub line: u64,
    /// The column at fault; empty when the row as a whole is.
    pub column: &'static str,
    /// Short code that reports count by, e.g. `NOT_GOODS`.
    pub code: &'static str,
    /// What is wrong, for people.
    pub reason: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {} ({})", self.line, self.column, self.reason, self.code)
    }
}

/// The outcome of reading one source.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Name of the source's format.
    pub source: &'static str,
    /// File, or `built-in sample`.
    pub file: String,
    /// Rows read, the header left out.
    pub rows: u64,
    /// Rows that became part of the world.
    pub taken: u64,
    /// Refused rows by code.
    pub refused: BTreeMap<&'static str, u64>,
    /// The first refused rows.
    pub errors: Vec<RowError>,
    /// What was filled in, by rule, how often.
    pub filled: BTreeMap<&'static str, u64>,
    /// The rules that were followed.
    pub rules: Vec<&'static str>,
}

impl Report {
    /// A report on a source that follows these rules.
    pub(crate) fn new(source: &'static str, file: &str, rules: &[&'static str]) -> Self {
        Self { source, file: file.to_owned(), rules: rules.to_vec(), ..Self::default() }
    }

    /// Counts a refused row.
    pub(crate) fn refuse(&mut self, error: RowError) {
        *self.refused.entry(error.code).or_default() += 1;
        if self.errors.len() < MAX_LISTED {
            self.errors.push(error);
        }
    }

    /// Counts that something missing was filled in.
    pub(crate) fn fill(&mut self, what: &'static str) {
        *self.filled.entry(what).or_default() += 1;
    }

    /// All refused rows.
    pub fn refused_total(&self) -> u64 {
        self.refused.values().sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}): {} rows, {} taken, {} refused",
            self.source,
            self.file,
            self.rows,
            self.taken,
            self.refused_total()
        )?;
        for (code, count) in &self.refused {
            write!(f, "\n    refused {code}: {count}")?;
        }
        for (what, count) in &self.filled {
            write!(f, "\n    filled {what}: {count}")?;
        }
        for rule in &self.rules {
            write!(f, "\n    rule: {rule}")?;
        }
        Ok(())
    }
}
