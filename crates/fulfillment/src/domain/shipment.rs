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
pub enum Stage {
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
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Lost | Self::Returned | Self::Cancelled)
    }

    /// True while the goods are in the center and promised to it.
    pub const fn is_in_center(self) -> bool {
        matches!(self, Self::Planned | Self::Released | Self::Packed | Self::Ready)
    }

    /// True once the goods have left the center.
    pub const fn has_left(self) -> bool {
        !self.is_in_center() && !matches!(self, Self::Cancelled)
    }
}

/// The state a shipment shows, as in `SHIPMENT_STATE_*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum ShipmentState {
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
pub struct Hold {
    /// Customs' code.
    pub reason: String,
    /// What resolves it, for people.
    pub remedy: String,
    /// Until then.
    pub deadline: Timestamp,
}

/// What became of a revocation of the authority the shipment was accepted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorityHold {
    /// Nothing to decide.
    None,
    /// Held until the seller chooses, or this time.
    Held(Timestamp),
    /// The seller lets it finish.
    Allowed,
}

/// Units of one order line in a shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShipmentLine {
    /// Line of the order.
    pub line_no: LineNo,
    /// Label of the reserved units.
    pub fnsku: Fnsku,
    /// Units.
    pub quantity: Quantity,
    /// Of the line's promotion discount, what falls on these units.
    pub discount: Money,
}

/// A shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipment {
    /// Follows from the order and the position in it.
    pub id: ShipmentId,
    /// Center, gateway, carrier, cost.
    pub route: Route,
    /// What is in it; never changes.
    pub lines: Vec<ShipmentLine>,
    /// Its part of the order's shipping price.
    pub shipping_share: Money,
    /// Its part of the order's import-fee deposit.
    pub deposit_share: Money,
    /// How far it has come.
    pub stage: Stage,
    /// Customs said it may leave.
    pub cleared: bool,
    /// Customs waits for something.
    pub customs_hold: Option<Hold>,
    /// A revocation waits for the seller's choice, or has got it.
    pub authority_hold: AuthorityHold,
    /// Number of its commercial invoice.
    pub invoice: Option<String>,
    /// What was packed; empty before.
    pub parcels: Vec<Parcel>,
    /// When it is given up, or lost, if nothing happens.
    pub due: Option<Timestamp>,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// When it left the center.
    pub dispatched_at: Option<Timestamp>,
    /// When it came to its end.
    pub ended_at: Option<Timestamp>,
    /// Changed since it was loaded: has to be saved.
    pub changed: bool,
}

impl Shipment {
    /// The state it shows.
    pub fn state(&self) -> ShipmentState {
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
    pub fn is_held(&self) -> bool {
        self.customs_hold.is_some() || matches!(self.authority_hold, AuthorityHold::Held(_))
    }

    /// Why it is held, what resolves it and until when; customs' hold before a revocation.
    pub fn hold(&self) -> Option<Hold> {
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
    pub fn is_before_packing(&self) -> bool {
        matches!(self.stage, Stage::Planned | Stage::Released)
    }

    /// Tracking numbers of its parcels.
    pub fn tracking_numbers(&self) -> impl Iterator<Item = TrackingNumber> + '_ {
        self.parcels.iter().map(|parcel| parcel.tracking)
    }

    /// Units in it, over all lines.
    pub fn units(&self) -> u64 {
        self.lines.iter().map(|line| u64::from(line.quantity.get())).sum()
    }
}
