//! The rules of eligibility: pure, synchronous and deterministic. Time comes as a day, tables as embedded data.

pub(crate) mod check;
pub(crate) mod classification;
pub(crate) mod cycle;
pub(crate) mod data;
pub(crate) mod deliverable;
pub(crate) mod destinations;
pub(crate) mod export_control;
pub(crate) mod facts;
pub(crate) mod goods;
pub(crate) mod hazards;
pub(crate) mod inventory;
pub(crate) mod markup;
pub(crate) mod masks;
pub(crate) mod mcf;
pub(crate) mod offer;
pub(crate) mod past;
pub(crate) mod policies;
pub(crate) mod preview;
pub(crate) mod programme;
pub(crate) mod report;
pub(crate) mod report_limits;
pub(crate) mod report_wording;
pub(crate) mod restrictions;
pub(crate) mod review;
pub(crate) mod review_limits;
pub(crate) mod rules;
pub(crate) mod settings;
pub(crate) mod size;
pub(crate) mod text;
pub(crate) mod tightening;
pub(crate) mod verdict;
pub(crate) mod wording;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The day by which dated tables count: UTC.
pub(crate) fn day(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}
