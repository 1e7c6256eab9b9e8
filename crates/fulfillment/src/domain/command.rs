//! Commands as data: what events and calls ask of an order.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kernel::{LineNo, Money, ShipmentId, TrackingNumber};

use super::clearance::Resolution;
use super::order::{Context, Fault, Order, Outcome};
use super::packing::PackedParcel;
use super::parcel::Scan;
use super::shipment::Hold;

/// What an order is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// The buyer's money is in.
    CapturePayment {
        /// What was captured, USD.
        amount: Money,
        /// When.
        at: Timestamp,
    },
    /// The buyer's money will not come.
    FailPayment,
    /// Customs cleared the shipment.
    Clear(ShipmentId),
    /// Customs holds the shipment.
    Hold(ShipmentId, Hold),
    /// Customs issued the shipment's invoice.
    IssueInvoice {
        /// Shipment.
        shipment: ShipmentId,
        /// The invoice's number.
        number: String,
        /// When.
        at: Timestamp,
    },
    /// The center packed the shipment.
    Pack {
        /// Shipment.
        shipment: ShipmentId,
        /// What was packed.
        parcels: Vec<PackedParcel>,
    },
    /// The carrier scanned a parcel.
    Scan {
        /// Shipment.
        shipment: ShipmentId,
        /// Parcel.
        tracking: TrackingNumber,
        /// What the scan says.
        scan: Scan,
        /// When.
        at: Timestamp,
    },
    /// Lines, or all when there are none, are taken back; refused when it is too late.
    Cancel {
        /// Lines; empty = the whole order.
        lines: BTreeSet<LineNo>,
        /// Code of the reason.
        reason: &'static str,
        /// What the caller said, for the history.
        note: String,
    },
    /// The buyer takes lines back by event; told when it is too late.
    CancelOrTell {
        /// Lines; empty = the whole order.
        lines: BTreeSet<LineNo>,
    },
    /// What a held shipment lacks is given, or it is given up.
    ResolveHold {
        /// Shipment.
        shipment: ShipmentId,
        /// What is given.
        resolution: Resolution,
        /// Reason when it is given up.
        cancel_reason: &'static str,
    },
    /// The seller revoked the authority the order was accepted under.
    RevokeAuthority,
    /// Deadlines may have passed.
    Expire,
}

impl Order {
    /// Carries a command out.
    ///
    /// # Errors
    /// When the order refuses it; nothing changed then.
    pub(crate) fn handle(&mut self, command: &Command, context: &Context<'_>) -> Result<Outcome, Fault> {
        match command {
            Command::CapturePayment { amount, at } => self.capture_payment(*amount, *at, context),
            Command::FailPayment => self.fail_payment(context),
            Command::Clear(shipment) => self.clear(*shipment, context),
            Command::Hold(shipment, hold) => self.hold(*shipment, hold.clone(), context),
            Command::IssueInvoice { shipment, number, at } => {
                self.issue_invoice(*shipment, number, *at, context)
            }
            Command::Pack { shipment, parcels } => self.pack(*shipment, parcels, context),
            Command::Scan { shipment, tracking, scan, at } => {
                self.scan(*shipment, *tracking, *scan, *at, context)
            }
            Command::Cancel { lines, reason, note } => self.cancel(lines, reason, note, context),
            Command::CancelOrTell { lines } => {
                self.cancel_or_tell(lines, super::reason::BUYER_CANCELLED, context)
            }
            Command::ResolveHold { shipment, resolution, cancel_reason } => {
                self.resolve_hold(*shipment, *resolution, cancel_reason, context)
            }
            Command::RevokeAuthority => Ok(self.revoke_authority(context)),
            Command::Expire => Ok(self.expire(context)),
        }
    }
}
