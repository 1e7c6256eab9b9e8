//! Business time, in the hands of the test.

use chassis::Clock;
use jiff::{SignedDuration, Timestamp};

/// Business time. It stands still until the test moves it. Cloning shares it.
#[derive(Clone)]
pub struct Time(Clock);

impl Time {
    /// Time that stands at `start`: `2026-10-05T08:00:00Z`.
    pub fn at(start: &str) -> Self {
        let time = Self(Clock::simulated().0);
        time.move_to(start);
        time
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }

    /// Moves on to `time`.
    ///
    /// # Panics
    /// When that is not later than now.
    pub fn move_to(&self, time: &str) {
        self.advance(time.parse().unwrap());
    }

    /// Moves on by days of 24 hours.
    pub fn pass_days(&self, days: i64) {
        self.advance(self.now() + SignedDuration::from_hours(24 * days));
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0
    }

    fn advance(&self, to: Timestamp) {
        let moved = self.0.driver().unwrap().advance_to(to);
        assert!(moved, "business time never goes back: {to} is not after {}", self.now());
    }
}
