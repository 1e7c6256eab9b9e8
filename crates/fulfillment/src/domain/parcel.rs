//! A parcel and how far its scans have brought it. Scans may come late, twice or out of order: the furthest counts,
//! and the first that ends the parcel's way is its end.

use jiff::Timestamp;
use kernel::{LineNo, TrackingNumber};

/// What a carrier's scan says, in the order of a parcel's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Scan {
    /// Taken over at the center.
    Tendered,
    /// Somewhere on the way.
    InTransit,
    /// In the destination country.
    Arrived,
    /// Customs of the destination has begun.
    ClearanceStarted,
    /// Customs of the destination is done.
    ClearanceDone,
    /// With the courier.
    OutForDelivery,
    /// The recipient refused it.
    Refused,
    /// On its way back.
    Returning,
    /// At the recipient; an end.
    Delivered,
    /// Lost; an end.
    Lost,
    /// Back at the center; an end.
    Returned,
}

impl Scan {
    /// True when the parcel's way ends with it.
    pub(crate) const fn is_end(self) -> bool {
        matches!(self, Self::Delivered | Self::Lost | Self::Returned)
    }
}

/// A closed and labelled parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parcel {
    /// Number on the label.
    pub(crate) tracking: TrackingNumber,
    /// Lines and units in it.
    pub(crate) contents: Vec<(LineNo, u32)>,
    /// The furthest scan, and when it was made.
    pub(crate) scan: Option<(Scan, Timestamp)>,
}

impl Parcel {
    /// A parcel nobody has scanned yet.
    pub(crate) const fn packed(tracking: TrackingNumber, contents: Vec<(LineNo, u32)>) -> Self {
        Self { tracking, contents, scan: None }
    }

    /// Takes a scan in. True when it brought the parcel further.
    pub(crate) fn take(&mut self, scan: Scan, at: Timestamp) -> bool {
        let further = self.scan.is_none_or(|(known, _)| !known.is_end() && scan > known);
        if further {
            self.scan = Some((scan, at));
        }
        further
    }

    /// How its way ended.
    pub(crate) fn end(&self) -> Option<(Scan, Timestamp)> {
        self.scan.filter(|(scan, _)| scan.is_end())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn packed() -> Parcel {
        Parcel::packed("1Z9999999999".parse().unwrap(), Vec::new())
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn an_earlier_scan_that_comes_late_changes_nothing() {
        let mut parcel = packed();
        assert!(parcel.take(Scan::OutForDelivery, at(5)));
        assert!(!parcel.take(Scan::InTransit, at(3)));
        assert!(!parcel.take(Scan::OutForDelivery, at(6)), "nor does the same again");
        assert_eq!(parcel.scan, Some((Scan::OutForDelivery, at(5))));
    }

    #[test]
    fn the_first_end_is_the_end() {
        let mut parcel = packed();
        assert!(parcel.take(Scan::Delivered, at(5)));
        assert!(!parcel.take(Scan::Lost, at(9)));
        assert_eq!(parcel.end(), Some((Scan::Delivered, at(5))));
    }

    #[test]
    fn a_refused_parcel_may_still_be_delivered() {
        let mut parcel = packed();
        assert!(parcel.take(Scan::Refused, at(5)));
        assert!(parcel.end().is_none());
        assert!(parcel.take(Scan::Delivered, at(9)));
    }
}
