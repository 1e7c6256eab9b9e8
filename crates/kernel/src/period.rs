//! When a fact holds: dated rows, the form of every policy number, and calendar months.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use thiserror::Error;

use crate::{ParseError, text_form};

/// The days on which a fact holds: from a day to a day, both included, or without end.
///
/// Text form: `2025-01-01..2025-12-31`, `2025-01-01..`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Effective {
    from: Date,
    to: Option<Date>,
}

impl Effective {
    /// From a day to a day, both included; without end when `to` is `None`.
    ///
    /// # Errors
    /// When it would end before it begins.
    pub fn new(from: Date, to: Option<Date>) -> Result<Self, ParseError> {
        let period = Self { from, to };
        if to.is_some_and(|to| to < from) {
            return Err(Self::refused(&period.to_string()));
        }
        Ok(period)
    }

    /// From the columns `valid_from` and `valid_to` of a data file; an empty `valid_to` means without end.
    ///
    /// # Errors
    /// When a date is not `YYYY-MM-DD`, or the end is before the beginning.
    pub fn from_columns(valid_from: &str, valid_to: &str) -> Result<Self, ParseError> {
        let date = |text: &str| text.parse().map_err(|_| Self::refused(text));
        let to = if valid_to.is_empty() { None } else { Some(date(valid_to)?) };
        Self::new(date(valid_from)?, to)
    }

    /// The first day.
    #[must_use]
    pub const fn from(&self) -> Date {
        self.from
    }

    /// The last day; `None` when it has no end.
    #[must_use]
    pub const fn to(&self) -> Option<Date> {
        self.to
    }

    /// True on the first day, the last day and between.
    #[must_use]
    pub fn contains(&self, date: Date) -> bool {
        self.from <= date && self.to.is_none_or(|to| date <= to)
    }

    /// True when a day belongs to both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.contains(other.from) || other.contains(self.from)
    }

    /// Parses the text form.
    ///
    /// # Errors
    /// When the text has another form or ends before it begins.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let (from, to) = text.split_once("..").ok_or_else(|| Self::refused(text))?;
        Self::from_columns(from, to).map_err(|_| Self::refused(text))
    }

    fn refused(value: &str) -> ParseError {
        ParseError::malformed("period", value, "days YYYY-MM-DD, the end not before the beginning")
    }
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..", self.from)?;
        self.to.map_or(Ok(()), |to| write!(f, "{to}"))
    }
}

text_form!(Effective);

/// Rows of one fact, each with its own days; on no day do two hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T> {
    /// Sorted by the first day.
    rows: Vec<(Effective, T)>,
}

/// Two rows of one fact that hold on the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the rows in force {first} and {second} overlap: end the first before the second begins")]
pub struct OverlapError {
    /// The row that begins first.
    pub first: Effective,
    /// The row that begins while the first still holds.
    pub second: Effective,
}

impl<T> Dated<T> {
    /// The rows, in any order.
    ///
    /// # Errors
    /// When two rows hold on the same day.
    pub fn new(mut rows: Vec<(Effective, T)>) -> Result<Self, OverlapError> {
        rows.sort_by_key(|(effective, _)| effective.from);
        for pair in rows.windows(2) {
            let (first, second) = (pair[0].0, pair[1].0);
            if first.overlaps(&second) {
                return Err(OverlapError { first, second });
            }
        }
        Ok(Self { rows })
    }

    /// The row in force on a day; `None` when there is none.
    #[must_use]
    pub fn at(&self, date: Date) -> Option<&T> {
        let begun = self.rows.partition_point(|(effective, _)| effective.from <= date);
        let (effective, row) = self.rows.get(begun.checked_sub(1)?)?;
        effective.contains(date).then_some(row)
    }

    /// All rows with their days, the earliest first.
    #[must_use]
    pub fn rows(&self) -> &[(Effective, T)] {
        &self.rows
    }
}

/// A calendar month, such as `2025-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearMonth {
    /// The month's first day stands for it.
    first: Date,
}

impl YearMonth {
    /// A month, 1 to 12, of a year, 0 to 9998.
    ///
    /// # Errors
    /// Outside these bounds.
    pub fn new(year: i16, month: i8) -> Result<Self, ParseError> {
        let first = Date::new(year, month, 1).ok().filter(|_| (0..=9998).contains(&year));
        first.map(|first| Self { first }).ok_or_else(|| Self::refused(&format!("{year}-{month}")))
    }

    /// The month a day belongs to.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self { first: date.first_of_month() }
    }

    /// The year.
    #[must_use]
    pub fn year(&self) -> i16 {
        self.first.year()
    }

    /// The month of the year, 1 to 12.
    #[must_use]
    pub fn month(&self) -> i8 {
        self.first.month()
    }

    /// The first day.
    #[must_use]
    pub const fn first_day(&self) -> Date {
        self.first
    }

    /// The last day.
    #[must_use]
    pub fn last_day(&self) -> Date {
        self.first.last_of_month()
    }

    /// The month after. The last month of the calendar (9999-12) has none and answers itself.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { first: self.first.saturating_add(1.month()).first_of_month() }
    }

    /// The month before. The first month of the calendar has none and answers itself.
    #[must_use]
    pub fn previous(&self) -> Self {
        Self { first: self.first.saturating_sub(1.month()).first_of_month() }
    }

    /// Parses `YYYY-MM`.
    ///
    /// # Errors
    /// When the text has another form.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::parse_parts(text).ok_or_else(|| Self::refused(text))
    }

    fn parse_parts(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let well_formed = year.len() == 4
            && month.len() == 2
            && crate::code::is_digits(year)
            && crate::code::is_digits(month);
        if !well_formed {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?).ok()
    }

    fn refused(value: &str) -> ParseError {
        ParseError::malformed("month", value, "YYYY-MM, such as 2025-03")
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

text_form!(YearMonth);
