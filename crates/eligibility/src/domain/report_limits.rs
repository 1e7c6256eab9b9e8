//! How many reports, how large and for how long, dated.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::Dated;

use super::data::{DataError, REPORTS};

/// All rows of `reports.csv`.
#[derive(Debug)]
pub(crate) struct ReportLimits(BTreeMap<String, Dated<i64>>);

/// The numbers that hold on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Reports of a seller that are not final.
    pub(crate) open_per_seller: i64,
    /// A report that was not begun so long after it was asked for is cancelled. The machine's hours.
    pub(crate) wait_hours: i64,
    /// Rows of a document.
    pub(crate) max_rows: i64,
    /// Days that a document is kept.
    pub(crate) document_days: i64,
    /// Days that the record of a report is kept.
    pub(crate) record_days: i64,
}

impl ReportLimits {
    /// # Errors
    /// When a row cannot be used, or a number does not hold today and for ever.
    pub(crate) fn embedded() -> Result<Self, DataError> {
        let limits = Self(REPORTS.numbers()?);
        match limits.numbers(Date::MAX) {
            Some(_) => Ok(limits),
            None => Err(REPORTS.wrong("a number is missing, or its last row is not open")),
        }
    }

    /// The numbers of a day; before the first row nothing may be asked for.
    pub(crate) fn at(&self, day: Date) -> Limits {
        self.numbers(day).unwrap_or(Limits {
            open_per_seller: 0,
            wait_hours: 0,
            max_rows: 0,
            document_days: 0,
            record_days: 0,
        })
    }

    fn numbers(&self, day: Date) -> Option<Limits> {
        let number = |name: &str| self.0.get(name)?.at(day).copied();
        Some(Limits {
            open_per_seller: number("open_reports_per_seller")?,
            wait_hours: number("report_wait_hours")?,
            max_rows: number("report_max_rows")?,
            document_days: number("report_document_days")?,
            record_days: number("report_record_days")?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_record_outlives_its_document_and_a_seller_may_have_a_report() {
        let limits = ReportLimits::embedded().unwrap().at(date(2026, 10, 5));
        assert!(limits.record_days >= limits.document_days && limits.document_days > 0);
        assert!(limits.open_per_seller > 0 && limits.wait_hours > 0 && limits.max_rows > 0);
    }

    #[test]
    fn before_the_first_row_nothing_may_be_asked_for() {
        assert_eq!(ReportLimits::embedded().unwrap().at(date(1970, 1, 1)).open_per_seller, 0);
    }
}
