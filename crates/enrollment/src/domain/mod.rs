//! The rules of enrolment: pure and synchronous; time, ids and policy come as parameters.

mod change;
mod excluded;
mod file;
mod list;
mod messages;
mod policy;
mod regions;
mod seller;
mod upload;

pub(crate) use change::{Act, Change, Channel, Event, Grant, Setting};
pub(crate) use excluded::{Edit, Excluded, Grounds, Named};
pub(crate) use file::{
    COLUMNS, FileRefused, Finding, LineReader, MAX_LINES, Wish, countries_of, format, joined,
};
pub(crate) use list::{Effect, Source, UploadMode};
pub(crate) use messages::{Language, Messages, Problem};
pub(crate) use policy::{EnrolmentRule, Policy, Terms};
pub(crate) use regions::{Destination, Membership, Region, Regions};
pub(crate) use seller::{Exclusion, Participation, Refused, Registration, Scope, Seller, State};
pub(crate) use upload::{Preview, Upload, UploadRefused, UploadState};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The day by which dated policy counts: UTC.
pub(crate) fn day(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}

/// When the next day begins; `None` at the end of the calendar.
pub(crate) fn next_midnight(time: Timestamp) -> Option<Timestamp> {
    let tomorrow = day(time).tomorrow().ok()?;
    tomorrow.to_zoned(TimeZone::UTC).ok().map(|midnight| midnight.timestamp())
}
