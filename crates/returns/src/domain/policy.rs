//! The dated time limits and bounds of returns.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, Timestamp, ToSpan, tz::TimeZone};
use kernel::{Dated, Effective, Money, Rounding};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::Disposition;
use super::data::{DataError, rows};

const POLICIES: &str = include_str!("../../../../data/returns/policies.csv");
const HOLIDAYS: &str = include_str!("../../../../data/returns/holiday_windows.csv");

/// Names of the dated numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Name {
    /// Days from delivery in which a return may be asked for.
    ReturnWindow,
    /// Days from the authorisation in which the units must arrive.
    ReturnArrival,
    /// Most the programme pays for one unit, in US cents.
    ReimbursementCap,
    /// Days between tries of a refund or payout that failed.
    RefundRetry,
    /// How often a refund or payout is asked for before a person must look.
    RefundTries,
    /// Percent by which damage by the buyer reduces the refund.
    CustomerDamageReduction,
    /// Days between looks for a fact that a reimbursement lacks.
    ReviewRetry,
}

#[derive(Deserialize)]
struct Row {
    policy: Name,
    value: i64,
    valid_from: String,
    valid_to: String,
}

#[derive(Deserialize)]
struct HolidayRow {
    bought_from: Date,
    bought_to: Date,
    return_until: Date,
}

/// All dated numbers of returns.
pub(crate) struct Policies {
    numbers: BTreeMap<Name, Dated<i64>>,
    holidays: Vec<HolidayRow>,
}

/// A day on which no row of a number holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("data/returns/policies.csv has no row of {name} for {day}: add one")]
pub(crate) struct NoPolicy {
    name: String,
    day: Date,
}

impl Policies {
    /// Reads the embedded rows.
    ///
    /// # Errors
    /// When a row is malformed or two rows of one number overlap.
    pub(crate) fn load() -> Result<Self, DataError> {
        let file = "policies.csv";
        let mut numbers: BTreeMap<Name, Vec<(Effective, i64)>> = BTreeMap::new();
        for row in rows::<Row>(file, POLICIES)? {
            let effective = Effective::from_columns(&row.valid_from, &row.valid_to);
            let effective = effective.map_err(|error| DataError::new(file, error))?;
            numbers.entry(row.policy).or_default().push((effective, row.value));
        }
        let dated = |(name, rows)| Ok((name, Dated::new(rows).map_err(|error| DataError::new(file, error))?));
        let numbers = numbers.into_iter().map(dated).collect::<Result<_, DataError>>()?;
        Ok(Self { numbers, holidays: rows("holiday_windows.csv", HOLIDAYS)? })
    }

    /// Last moment in which a return of a delivered order may be asked for: the window from delivery, or later where a
    /// holiday row covers the day of purchase.
    ///
    /// # Errors
    /// When no row holds on the day of delivery.
    pub(crate) fn return_until(
        &self,
        bought: Timestamp,
        delivered: Timestamp,
    ) -> Result<Timestamp, NoPolicy> {
        let window = self.days(Name::ReturnWindow, delivered)?;
        let regular = after(delivered, window);
        let bought = day(bought);
        let holiday = self.holidays.iter().find(|row| (row.bought_from..=row.bought_to).contains(&bought));
        Ok(holiday.map_or(regular, |row| regular.max(end_of(row.return_until))))
    }

    /// When the units of a return must have arrived.
    ///
    /// # Errors
    /// When no row holds on that day.
    pub(crate) fn arrive_until(&self, authorised: Timestamp) -> Result<Timestamp, NoPolicy> {
        Ok(after(authorised, self.days(Name::ReturnArrival, authorised)?))
    }

    /// Most that is paid for one unit, USD.
    ///
    /// # Errors
    /// When no row holds on that day.
    pub(crate) fn reimbursement_cap(&self, at: Timestamp) -> Result<Money, NoPolicy> {
        Ok(Money::usd(self.number(Name::ReimbursementCap, at)?))
    }

    /// When a failed refund or payout is asked for again; `None` after the last try.
    ///
    /// # Errors
    /// When no row holds on that day.
    pub(crate) fn retry_at(&self, failed: Timestamp, tries: u32) -> Result<Option<Timestamp>, NoPolicy> {
        if i64::from(tries) >= self.number(Name::RefundTries, failed)? {
            return Ok(None);
        }
        Ok(Some(after(failed, self.days(Name::RefundRetry, failed)?)))
    }

    /// What a buyer gets back for a unit paid at `price`: all of it, less the reduction when the buyer damaged it.
    ///
    /// # Errors
    /// When no row holds on that day.
    pub(crate) fn refund(
        &self,
        price: Money,
        disposition: Disposition,
        at: Timestamp,
    ) -> Result<Money, NoPolicy> {
        if disposition != Disposition::CustomerDamaged {
            return Ok(price);
        }
        let kept = Decimal::ONE_HUNDRED - Decimal::from(self.number(Name::CustomerDamageReduction, at)?);
        // A part of an amount that fits does fit.
        Ok(price.percent(kept, Rounding::HalfUp).unwrap_or(price))
    }

    /// When a reimbursement that lacks a fact is looked at again.
    ///
    /// # Errors
    /// When no row holds on that day.
    pub(crate) fn review_at(&self, now: Timestamp) -> Result<Timestamp, NoPolicy> {
        Ok(after(now, self.days(Name::ReviewRetry, now)?))
    }

    fn days(&self, name: Name, at: Timestamp) -> Result<Span, NoPolicy> {
        Ok(self.number(name, at)?.days())
    }

    fn number(&self, name: Name, at: Timestamp) -> Result<i64, NoPolicy> {
        let day = day(at);
        let row = self.numbers.get(&name).and_then(|rows| rows.at(day));
        row.copied().ok_or_else(|| NoPolicy { name: format!("{name:?}"), day })
    }
}

/// The day by which dated rows count: UTC.
#[must_use]
pub(crate) fn day(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}

/// Days later; the far end of time where that does not exist.
fn after(time: Timestamp, span: Span) -> Timestamp {
    let later = time.to_zoned(TimeZone::UTC).checked_add(span);
    later.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// The last moment of a day.
fn end_of(day: Date) -> Timestamp {
    let next = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC));
    next.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_return_may_be_asked_for_thirty_days_after_delivery() {
        let until =
            Policies::load().unwrap().return_until(at("2026-05-01T10:00:00Z"), at("2026-05-10T10:00:00Z"));
        assert_eq!(until, Ok(at("2026-06-09T10:00:00Z")));
    }

    #[test]
    fn bought_in_november_may_come_back_until_the_end_of_january() {
        let until =
            Policies::load().unwrap().return_until(at("2026-11-02T10:00:00Z"), at("2026-11-10T10:00:00Z"));
        assert_eq!(until, Ok(at("2027-02-01T00:00:00Z")));
    }

    #[test]
    fn a_holiday_window_never_shortens_the_regular_one() {
        let until =
            Policies::load().unwrap().return_until(at("2026-12-31T10:00:00Z"), at("2027-01-20T10:00:00Z"));
        assert_eq!(until, Ok(at("2027-02-19T10:00:00Z")));
    }

    #[test]
    fn damage_by_the_buyer_halves_the_refund() {
        let policies = Policies::load().unwrap();
        let refund = |disposition| {
            policies.refund(Money::usd(1_001), disposition, at("2026-05-01T00:00:00Z")).unwrap()
        };
        assert_eq!(refund(Disposition::CustomerDamaged), Money::usd(501));
        assert_eq!(refund(Disposition::Defective), Money::usd(1_001));
    }

    #[test]
    fn a_refund_is_tried_again_a_bounded_number_of_times() {
        let policies = Policies::load().unwrap();
        assert_eq!(policies.retry_at(at("2026-05-01T00:00:00Z"), 1), Ok(Some(at("2026-05-04T00:00:00Z"))));
        assert_eq!(policies.retry_at(at("2026-05-01T00:00:00Z"), 5), Ok(None));
    }

    #[test]
    fn a_day_without_a_row_is_an_error_not_a_guess() {
        assert!(Policies::load().unwrap().arrive_until(at("1999-01-01T00:00:00Z")).is_err());
    }
}
