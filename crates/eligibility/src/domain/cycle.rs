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
    pub(crate) cancelled: Option<Cancelled>,
    pub(crate) counts: Counts,
    pub(crate) rule_set_version: String,
    pub(crate) mode: Mode,
    /// Counts up whenever the cycle begins anew.
    pub(crate) attempt: i32,
    /// The generation of verdicts that it makes, if it is [`Mode::Full`].
    pub(crate) generation: i32,
    /// Products to be evaluated, as they were counted at the start.
    pub(crate) total: i64,
}

/// Who ended a cycle before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cancelled {
    pub(crate) at: Timestamp,
    pub(crate) by: String,
}

/// What a cycle looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Every product: shard by shard into fresh tables, which take the place of all verdicts at once.
    Full,
    /// Products that are new or have changed, in place, in one step.
    Changed,
}

/// Of a hundred products at most so many are evaluated in place; if more have changed, all are written anew, which is faster
/// then.
const CHANGED_MAX_PERCENT: i64 = 5;

impl Mode {
    const NAMES: [(&'static str, Self); 2] = [("FULL", Self::Full), ("CHANGED", Self::Changed)];

    /// Which mode a cycle has: everything, unless its rules are those of all verdicts and little was `touched` of the products.
    pub(crate) fn choose(same_rules: bool, products: i64, touched: i64) -> Self {
        let few = touched.saturating_mul(100) <= products.saturating_mul(CHANGED_MAX_PERCENT);
        if same_rules && (few || touched <= CHANGED_ALWAYS) { Self::Changed } else { Self::Full }
    }

    /// Name in tables.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, mode)| *mode == self).map_or("", |(name, _)| name)
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, mode)| *mode)
    }
}

/// So few are evaluated in place however few products there are.
const CHANGED_ALWAYS: i64 = 1_000;

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
            cancelled: None,
            counts: Counts::default(),
            rule_set_version,
            mode: Mode::Changed,
            attempt: 1,
            generation: 0,
            total: 0,
        }
    }
}

impl Cycle {
    /// Neither completed nor cancelled.
    pub(crate) fn is_running(&self) -> bool {
        self.completed.is_none() && self.cancelled.is_none()
    }
}

impl Counts {
    pub(crate) fn evaluated(&self) -> i64 {
        self.exportable + self.not_exportable + self.needs_review
    }

    pub(crate) fn add_all(&mut self, other: Self) {
        self.exportable += other.exportable;
        self.not_exportable += other.not_exportable;
        self.needs_review += other.needs_review;
    }

    pub(crate) fn add(&mut self, state: State, count: i64) {
        match state {
            State::Exportable => self.exportable += count,
            State::NotExportable => self.not_exportable += count,
            State::NeedsReview => self.needs_review += count,
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
    fn everything_is_evaluated_when_rules_or_much_of_the_catalogue_have_changed() {
        assert_eq!(Mode::choose(false, 1_000_000, 0), Mode::Full);
        assert_eq!(Mode::choose(true, 1_000_000, 50_000), Mode::Changed);
        assert_eq!(Mode::choose(true, 1_000_000, 50_001), Mode::Full);
        assert_eq!(Mode::choose(true, 3, 3), Mode::Changed);
    }

    #[test]
    fn a_month_has_one_cycle_id() {
        let month = YearMonth::parse("2026-10").unwrap();
        let begin = |now: &str| Cycle::begin(month, now.parse().unwrap(), String::new()).id;
        assert_eq!(begin("2026-10-01T00:00:00Z"), begin("2026-10-02T00:00:00Z"));
    }
}
