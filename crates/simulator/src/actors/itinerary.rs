//! The way of a shipment from the center to its end, known to carrier and broker alike.

use jiff::Timestamp;

use crate::chance::Chance;
use crate::world::Behaviour;

/// How it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Delivered,
    /// The recipient refuses it at the door; it goes back.
    Refused,
    /// The carrier reports a parcel lost on the way.
    Lost,
    /// A parcel is never scanned again after it left.
    Vanished,
}

/// Times of a shipment's scans.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Itinerary {
    pub(crate) in_transit: Timestamp,
    pub(crate) arrived: Timestamp,
    pub(crate) clearing: Timestamp,
    pub(crate) cleared: Timestamp,
    pub(crate) out_for_delivery: Timestamp,
    /// Delivered, refused or reported lost.
    pub(crate) ended: Timestamp,
    /// Back at the center, when it is refused.
    pub(crate) returned: Timestamp,
    pub(crate) end: End,
}

impl Itinerary {
    /// The way of a shipment that the carrier took over at `tendered`.
    pub(crate) fn of(chance: Chance, habits: &Behaviour, shipment: &str, tendered: Timestamp) -> Self {
        let span = |what, span| chance.minutes(span, what, shipment);
        let in_transit = tendered + span("line haul", habits.line_haul);
        let arrived = in_transit + span("flight", habits.flight);
        let clearing = arrived + span("to clearance", (30, 240));
        let cleared = clearing + span("clearance", habits.clearance);
        let ended = cleared + span("last mile", habits.last_mile);
        let out_for_delivery = (ended - span("on the road", (60, 420))).max(cleared);
        let returned = ended + span("way back", habits.way_back);
        Self {
            in_transit,
            arrived,
            clearing,
            cleared,
            out_for_delivery,
            ended,
            returned,
            end: Self::end(chance, habits, shipment),
        }
    }

    /// True when it reaches the customs of its destination.
    pub(crate) fn reaches_destination(&self) -> bool {
        matches!(self.end, End::Delivered | End::Refused)
    }

    fn end(chance: Chance, habits: &Behaviour, shipment: &str) -> End {
        let lost = habits.parcel_lost;
        let vanished = lost + habits.parcel_vanishes;
        let refused = vanished + habits.parcel_refused;
        match u32::try_from(chance.below(1_000, "end of the way", shipment)).unwrap_or(u32::MAX) {
            n if n < lost => End::Lost,
            n if n < vanished => End::Vanished,
            n if n < refused => End::Refused,
            _ => End::Delivered,
        }
    }
}
