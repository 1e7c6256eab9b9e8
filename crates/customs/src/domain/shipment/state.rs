//! Everything about a shipment that changes, as it is stored.

use jiff::Timestamp;
use kernel::{Money, TrackingNumber, Weight};
use serde::{Deserialize, Serialize};

use super::Hold;
use crate::domain::deposit::{Charges, DepositState, Refund, Settlement};
use crate::domain::export_filing::Itn;
use crate::domain::screening::Hit;

/// Whether it may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Clearance {
    /// Not examined yet.
    #[default]
    Pending,
    /// Waits for a broker's filing number.
    Filing,
    /// Held.
    Held,
    /// May leave.
    Cleared,
    /// Cancelled before dispatch.
    Void,
}

/// Everything about a shipment that changes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// Whether it may leave.
    pub clearance: Clearance,
    /// Since when data it needs is missing.
    pub waiting_since: Option<Timestamp>,
    /// While it is held.
    pub hold: Option<Hold>,
    /// When a hold was last resolved from outside.
    pub resolved: Option<Timestamp>,
    /// Evidence of the last screening.
    pub screening: Option<Screening>,
    /// `NOEEI …` or `AES …`.
    pub export_citation: Option<String>,
    /// The export filing, when one is needed.
    pub filing: Filing,
    /// Parcels, once packed.
    pub parcels: Vec<Parcel>,
    /// The issued invoice.
    pub invoice: Option<IssuedInvoice>,
    /// When it left.
    pub dispatched: Option<Timestamp>,
    /// How it ended without being delivered.
    pub ending: Option<Ending>,
    /// The deposit.
    pub deposit: Deposit,
    /// When it is looked at although nothing happens to it.
    pub wake: Option<Timestamp>,
}

/// Evidence of a screening: which list, as of when, and what matched. Nothing of the parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Screening {
    /// When it was done.
    pub at: Timestamp,
    /// The list.
    pub list: String,
    /// As-of date of the list.
    pub list_date: String,
    /// What matched.
    pub hits: Vec<Hit>,
}

/// An export filing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Filing {
    /// None was asked for.
    #[default]
    None,
    /// A broker was asked.
    Requested,
    /// AES took it.
    Accepted(Itn),
    /// AES refused it.
    Rejected,
}

/// A packed parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Parcel {
    /// The carrier's number.
    pub tracking_number: TrackingNumber,
    /// Weighed, with packaging.
    pub gross_weight: Weight,
    /// Length, width and height in centimetres, for people: `30 x 20 x 10 cm`.
    pub dimensions: String,
}

/// The issued commercial invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IssuedInvoice {
    /// Gap-free per seller and year.
    pub number: String,
    /// When it was issued.
    pub issued: Timestamp,
    /// SHA-256 of the PDF, hex.
    pub sha256: String,
    /// Its total.
    pub total: Money,
    /// `DDP` or `DAP`.
    pub incoterm: String,
}

/// How a shipment ended without being delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ending {
    /// Given up before dispatch.
    Cancelled,
    /// Lost by the carrier.
    Lost,
    /// Back at the center.
    Returned,
}

/// The deposit of a shipment. Its amount is the plan's share, once it is held.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Deposit {
    /// Where it stands.
    pub state: DepositState,
    /// When the buyer's payment was in.
    pub paid: Option<Timestamp>,
    /// What the authority charged.
    pub charges: Option<Charges>,
    /// How it was used, or that it went back whole.
    pub settlement: Option<Settlement>,
    /// Charges that came after it had gone back, in US dollars.
    pub late_charges: Option<Money>,
    /// What goes back to the buyer.
    pub refund: Option<Refund>,
}
