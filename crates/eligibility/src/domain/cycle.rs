//! The monthly cycle: which month it belongs to, when the next one is due, and what it counted.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::{CycleId, YearMonth};

use super::day;
use super::verdict::State;

/// One monthly run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cycle {
    pub(crate) id: CycleId,
    pub(crate) month: YearMonth,
    pub(crate) started: Timestamp,
    /// `None` while it runs.
    pub(crate) completed: Option<Timestamp>,
    pub(crate) counts: Counts,
    pub(crate) rule_set_version: String,
}

/// How many products a cycle evaluated, with what outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) exportable: i64,
    pub(crate) not_exportable: i64,
    pub(crate) needs_review: i64,
}

impl Cycle {
    /// The cycle of a month: its id follows from the month, so that it exists once.
    pub(crate) fn begin(month: YearMonth, now: Timestamp, rule_set_version: String) -> Self {
        Self {
            id: CycleId::new(kernel::derive_uuid("eligibility-cycle", &[&month.to_string()])),
            month,
            started: now,
            completed: None,
            counts: Counts::default(),
            rule_set_version,
        }
    }
}

impl Counts {
    pub(crate) fn evaluated(&self) -> i64 {
        self.exportable + self.not_exportable + self.needs_review
    }

    pub(crate) fn add(&mut self, state: State) {
        match state {
            State::Exportable => self.exportable += 1,
            State::NotExportable => self.not_exportable += 1,
            State::NeedsReview => self.needs_review += 1,
            // A cycle leaves nothing pending.
            State::Pending => {}
        }
    }
}

/// The month of business time.
pub(crate) fn month(now: Timestamp) -> YearMonth {
    YearMonth::of(day(now))
}

/// When a month's cycle is due: its first day, 00:00 UTC.
pub(crate) fn due(month: YearMonth) -> Timestamp {
    month.first_day().to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |start| start.timestamp())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_cycle_is_due_on_the_first_of_the_month_at_midnight_utc() {
        let next = month("2026-10-31T23:59:59Z".parse().unwrap()).next();
        assert_eq!(due(next), "2026-11-01T00:00:00Z".parse().unwrap());
        assert_eq!(month("2026-11-01T00:00:00Z".parse().unwrap()), next);
    }

    #[test]
    fn a_month_has_one_cycle_id() {
        let month = YearMonth::parse("2026-10").unwrap();
        let begin = |now: &str| Cycle::begin(month, now.parse().unwrap(), String::new()).id;
        assert_eq!(begin("2026-10-01T00:00:00Z"), begin("2026-10-02T00:00:00Z"));
    }
}
