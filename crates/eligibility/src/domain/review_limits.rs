//! How many reviews and how long they are kept, dated.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::Dated;

use super::data::{DataError, REVIEWS};

/// All rows of `reviews.csv`.
#[derive(Debug)]
pub(crate) struct ReviewLimits(BTreeMap<String, Dated<i64>>);

/// The numbers that hold on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Reviews that a seller may ask for in 24 hours.
    pub(crate) per_seller_per_day: i64,
    /// Days that the record of a review is kept.
    pub(crate) record_days: i64,
}

impl ReviewLimits {
    /// # Errors
    /// When a row cannot be used, or a number does not hold today and for ever.
    pub(crate) fn embedded() -> Result<Self, DataError> {
        let limits = Self(REVIEWS.numbers()?);
        match limits.numbers(Date::MAX) {
            Some(_) => Ok(limits),
            None => Err(REVIEWS.wrong("a number is missing, or its last row is not open")),
        }
    }

    /// The numbers of a day; before the first row nothing may be asked for.
    pub(crate) fn at(&self, day: Date) -> Limits {
        self.numbers(day).unwrap_or(Limits { per_seller_per_day: 0, record_days: 0 })
    }

    fn numbers(&self, day: Date) -> Option<Limits> {
        let number = |name: &str| self.0.get(name)?.at(day).copied();
        Some(Limits {
            per_seller_per_day: number("reviews_per_seller_per_day")?,
            record_days: number("review_record_days")?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_seller_may_ask_and_a_record_outlives_the_day_that_it_counts() {
        let limits = ReviewLimits::embedded().unwrap().at(date(2026, 10, 5));
        assert!(limits.per_seller_per_day > 0 && limits.record_days > 1);
    }

    #[test]
    fn before_the_first_row_nothing_may_be_asked_for() {
        assert_eq!(ReviewLimits::embedded().unwrap().at(date(1970, 1, 1)).per_seller_per_day, 0);
    }
}
