//! A shipment: what one center sends to one buyer for one order, with one carrier and one commercial invoice.
//!
//! What is stored are facts (customs cleared it, it was packed, the invoice exists, a parcel was scanned); the state
//! follows from them. So facts of independent sources may come in any order and end in the same state.

use jiff::Timestamp;
use kernel::{Fnsku, LineNo, Money, Quantity, ShipmentId, TrackingNumber};

use super::parcel::Parcel;
use super::routing::Route;

/// How far a shipment has come physically.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Stage {
    /// Stock reserved, route chosen.
    Planned,
    /// The center was told to pack.
    Released,
    /// Stands packed at the dock.
    Packed,
    /// Packed, with its invoice: the carrier may take it.
    Ready,
    /// Left the center.
    Dispatched,
    /// The recipient refused it; on its way back.
    Refused,
    /// Every parcel arrived; final.
    Delivered,
    /// A parcel is lost; final.
    Lost,
    /// Back at the center; final.
    Returned,
    /// Given up before dispatch; final.
    Cancelled,
}

impl Stage {
    /// True when it never changes again.
    pub(crate) const fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Lost | Self::Returned | Self::Cancelled)
    }

    /// True while the goods are in the center and promised to it.
    pub(crate) const fn is_in_center(self) -> bool {
        matches!(self, Self::Planned | Self::Released | Self::Packed | Self::Ready)
    }

    /// True once the goods have left the center.
    #[cfg(test)]
    pub(crate) const fn has_left(self) -> bool {
        !self.is_in_center() && !matches!(self, Self::Cancelled)
    }
}

/// The state a shipment shows, as in `SHIPMENT_STATE_*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub(crate) enum ShipmentState {
    Planned,
    Cleared,
    Held,
    Released,
    Packed,
    Ready,
    Dispatched,
    Delivered,
    Lost,
    Refused,
    Returned,
    Cancelled,
}

/// Customs waits for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hold {
    /// Customs' code.
    pub(crate) reason: String,
    /// What resolves it, for people.
    pub(crate) remedy: String,
    /// Until then.
    pub(crate) deadline: Timestamp,
}

/// What became of a revocation of the authority the shipment was accepted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuthorityHold {
    /// Nothing to decide.
    None,
    /// Held until the seller chooses, or this time.
    Held(Timestamp),
    /// The seller lets it finish.
    Allowed,
}

/// Units of one order line in a shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShipmentLine {
    /// Line of the order.
    pub(crate) line_no: LineNo,
    /// Label of the reserved units.
    pub(crate) fnsku: Fnsku,
    /// Units.
    pub(crate) quantity: Quantity,
    /// Of the line's promotion discount, what falls on these units.
    pub(crate) discount: Money,
}

/// A shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shipment {
    /// Follows from the order and the position in it.
    pub(crate) id: ShipmentId,
    /// Center, gateway, carrier, cost.
    pub(crate) route: Route,
    /// What is in it; never changes.
    pub(crate) lines: Vec<ShipmentLine>,
    /// Its part of the order's shipping price.
    pub(crate) shipping_share: Money,
    /// Its part of the order's import-fee deposit.
    pub(crate) deposit_share: Money,
    /// How far it has come.
    pub(crate) stage: Stage,
    /// Customs said it may leave.
    pub(crate) cleared: bool,
    /// Customs waits for something.
    pub(crate) customs_hold: Option<Hold>,
    /// A revocation waits for the seller's choice, or has got it.
    pub(crate) authority_hold: AuthorityHold,
    /// Number of its commercial invoice.
    pub(crate) invoice: Option<String>,
    /// What was packed; empty before.
    pub(crate) parcels: Vec<Parcel>,
    /// When it is given up, or lost, if nothing happens.
    pub(crate) due: Option<Timestamp>,
    /// When it was planned.
    pub(crate) planned_at: Timestamp,
    /// When it left the center.
    pub(crate) dispatched_at: Option<Timestamp>,
    /// When it came to its end.
    pub(crate) ended_at: Option<Timestamp>,
    /// Changed since it was loaded: has to be saved.
    pub(crate) changed: bool,
}

impl Shipment {
    /// The state it shows.
    pub(crate) fn state(&self) -> ShipmentState {
        match self.stage {
            stage if stage.is_in_center() && self.is_held() => ShipmentState::Held,
            Stage::Planned if self.cleared => ShipmentState::Cleared,
            Stage::Planned => ShipmentState::Planned,
            Stage::Released => ShipmentState::Released,
            Stage::Packed => ShipmentState::Packed,
            Stage::Ready => ShipmentState::Ready,
            Stage::Dispatched => ShipmentState::Dispatched,
            Stage::Refused => ShipmentState::Refused,
            Stage::Delivered => ShipmentState::Delivered,
            Stage::Lost => ShipmentState::Lost,
            Stage::Returned => ShipmentState::Returned,
            Stage::Cancelled => ShipmentState::Cancelled,
        }
    }

    /// True while customs or a revocation holds it.
    pub(crate) fn is_held(&self) -> bool {
        self.customs_hold.is_some() || matches!(self.authority_hold, AuthorityHold::Held(_))
    }

    /// Why it is held, what resolves it and until when; customs' hold before a revocation.
    pub(crate) fn hold(&self) -> Option<Hold> {
        if !self.stage.is_in_center() {
            return None;
        }
        match (&self.customs_hold, self.authority_hold) {
            (Some(hold), _) => Some(hold.clone()),
            (None, AuthorityHold::Held(deadline)) => Some(Hold {
                reason: super::reason::AUTHORITY_REVOKED.to_owned(),
                remedy: super::authority::REMEDY.to_owned(),
                deadline,
            }),
            (None, _) => None,
        }
    }

    /// True when the goods may still be taken out: nothing is packed.
    pub(crate) fn is_before_packing(&self) -> bool {
        matches!(self.stage, Stage::Planned | Stage::Released)
    }

    /// Tracking numbers of its parcels.
    pub(crate) fn tracking_numbers(&self) -> impl Iterator<Item = TrackingNumber> + '_ {
        self.parcels.iter().map(|parcel| parcel.tracking)
    }

    /// Units in it, over all lines.
    pub(crate) fn units(&self) -> u64 {
        self.lines.iter().map(|line| u64::from(line.quantity.get())).sum()
    }
}
