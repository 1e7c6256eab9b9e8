//! How long what held is kept, dated.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use kernel::Dated;

use super::data::{DataError, HISTORY};
use super::day;

/// The row of `history.csv`.
#[derive(Debug)]
pub(crate) struct PastDays(Dated<i64>);

impl PastDays {
    /// # Errors
    /// When a row cannot be used, or the number does not hold today and for ever.
    pub(crate) fn embedded() -> Result<Self, DataError> {
        let days = HISTORY.numbers()?.remove("history_days");
        let days = days.ok_or_else(|| HISTORY.wrong("history_days is missing"))?;
        match days.at(Date::MAX) {
            Some(1..) => Ok(Self(days)),
            _ => Err(HISTORY.wrong("the last row of history_days is not open, or no number of days")),
        }
    }

    /// The earliest time that can be asked about; `None` where that is any: a simulated clock stands at 1970 before its first tick.
    pub(crate) fn horizon(&self, now: Timestamp) -> Option<Timestamp> {
        let days = self.0.at(day(now))?;
        now.checked_sub((days * 24).hours()).ok()
    }

    /// What ended before this time is forgotten: a day later than it can be asked about, so that who asks finds all of it.
    pub(crate) fn forgotten(&self, now: Timestamp) -> Option<Timestamp> {
        self.horizon(now)?.checked_sub(24.hours()).ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_ended_some_months_ago_is_forgotten() {
        let days = PastDays::embedded().unwrap();
        let at = |time: &str| days.horizon(time.parse().unwrap()).map(|horizon| horizon.to_string());
        assert_eq!(at("2026-10-01T00:00:00Z").as_deref(), Some("2026-07-01T00:00:00Z"));
        assert_eq!(at("1970-01-01T00:00:00Z"), None);
    }
}
