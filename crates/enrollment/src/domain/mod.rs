//! The rules of enrolment: pure and synchronous; time, ids and policy come as parameters.

mod change;
mod policy;
mod seller;

pub(crate) use change::{Act, Change, Channel, Event, Grant, Setting};
pub(crate) use policy::{EnrolmentRule, Policy, Terms};
pub(crate) use seller::{Exclusion, Participation, Refused, Registration, Seller, State};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The day by which dated policy counts: UTC.
pub(crate) fn day(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}
