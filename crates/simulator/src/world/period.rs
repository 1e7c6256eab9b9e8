//! The simulated time that is played.

use jiff::{SignedDuration, Timestamp};

/// Time before the first order for registering, listing and the first cycle.
const PREPARATION: SignedDuration = SignedDuration::from_hours(72);

/// From where to where the play goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The clock's first tick: three days before the day of the first order.
    pub start: Timestamp,
    /// The first order.
    pub first_order: Timestamp,
    /// The last order.
    pub last_order: Timestamp,
}

impl Period {
    /// The period of orders placed between two times, both included.
    pub fn of_orders(first_order: Timestamp, last_order: Timestamp) -> Self {
        const DAY: i64 = 24 * 60 * 60;
        let midnight = first_order.as_second().div_euclid(DAY) * DAY;
        let midnight = Timestamp::from_second(midnight).unwrap_or(first_order);
        Self { start: midnight - PREPARATION, first_order, last_order }
    }
}
