//! A shipment as customs sees it.
//!
//! What happens outside ([`Fact`]) is only written down, each in a place of its own, so the order in which topics arrive
//! does not matter: a packing note may be there before the plan. [`Shipment::advance`] then does everything that the
//! facts known so far allow: clear or hold, book or settle the deposit. [`Shipment::ready_to_sign`] says whether its
//! invoice can be issued.

mod clearance;
mod deposit;
mod facts;
mod signing;
mod wake;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::Timestamp;
use kernel::{
    Asin, AuthorityId, Country, HsCode, LineNo, Money, MoneyError, OrderId, QuoteId, RefundId, SellerId,
    ShipmentId, Sku, TrackingNumber, Weight, YearMonth,
};
use serde::{Deserialize, Serialize};

use super::deposit::{Charges, DepositState, Movement, Refund, Settlement};
use super::export_filing::Itn;
use super::hs::{Classification, ProductGroup};
use super::landed_cost::ExchangeRates;
use super::party::{Authority, Exporter, Recipient};
use super::policy::Policy;
use super::rules::Rules;
use super::screening::Hit;

pub(crate) use facts::Fact;
pub(crate) use signing::{Signing, SigningPapers};

/// A shipment with everything that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shipment {
    /// Its id.
    pub id: ShipmentId,
    /// The order it belongs to.
    pub order_id: OrderId,
    /// Events published so far.
    pub version: i64,
    /// What fulfillment planned; `None` while only later facts have arrived.
    pub plan: Option<Plan>,
    /// The consignee that was screened, which is the one on the invoice.
    pub recipient: Option<Recipient>,
    /// Everything else.
    pub state: State,
}

/// What fulfillment planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The exporter.
    pub seller_id: SellerId,
    /// The authority that was in force when the order was accepted.
    pub authority_id: AuthorityId,
    /// Destination.
    pub destination: Country,
    /// Carrier and its service.
    pub carrier: String,
    /// The carrier's service.
    pub service: String,
    /// Airport it leaves from.
    pub gateway: String,
    /// At least one.
    pub lines: Vec<PlannedLine>,
    /// Part of the order's shipping price.
    pub shipping_share: Money,
    /// Part of the order's deposit.
    pub deposit_share: Money,
    /// The quote the buyer saw.
    pub quote_id: Option<QuoteId>,
    /// When it was planned.
    pub planned: Timestamp,
}

/// Units of one product in a shipment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PlannedLine {
    /// Line of the order.
    pub line_no: LineNo,
    /// The seller's key.
    pub sku: Sku,
    /// The product.
    pub asin: Asin,
    /// Units.
    pub quantity: u32,
    /// Price of one unit before promotions.
    pub unit_price: Money,
    /// Discount on these units together.
    pub discount: Money,
    /// What it is declared as; set when the shipment is examined.
    pub declared: Option<Declared>,
}

impl PlannedLine {
    /// What these units cost before promotions.
    ///
    /// # Errors
    /// When it does not fit.
    pub(crate) fn gross(&self) -> Result<Money, MoneyError> {
        self.unit_price.checked_mul_qty(self.quantity)
    }

    /// What the buyer paid for them: the value in filings.
    ///
    /// # Errors
    /// When it does not fit.
    pub(crate) fn net(&self) -> Result<Money, MoneyError> {
        self.gross()?.checked_sub(self.discount)
    }
}

/// What a line is declared as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Declared {
    /// The HS code.
    pub classification: Classification,
    /// Country of origin; `None` when the catalogue does not know it.
    pub origin: Option<Country>,
    /// Description of the goods.
    pub description: String,
    /// Weight of one packaged unit, when known.
    pub unit_weight: Option<Weight>,
}

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

/// Why a shipment is held and what resolves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hold {
    /// Why.
    pub reason: HoldReason,
    /// For people; no personal data.
    pub remedy: String,
    /// Until when fulfillment keeps it.
    pub deadline: Timestamp,
}

/// Why a shipment is held: the words of `ShipmentHeld.reason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum HoldReason {
    /// The place is embargoed.
    Embargo,
    /// The country is not served.
    DestinationNotServed,
    /// Parts of the country are embargoed, and the address does not say which part it is in.
    AddressIncomplete,
    /// A name is on a list of denied parties.
    DeniedPartyMatch,
    /// The country asks for a number of the recipient.
    RecipientTaxIdMissing,
    /// The recipient's number is not of the country's form.
    RecipientTaxIdInvalid,
    /// A product has no HS code and none can be assumed.
    HsCodeMissing,
    /// An export filing needs the exporter's EIN.
    ExporterEinMissing,
    /// AES refused the filing.
    FilingRejected,
    /// The seller took its authority back.
    AuthorityRevoked,
    /// The catalogue has not told us of a product.
    ItemUnknown,
    /// The seller registry has not told us of the seller.
    ExporterUnknown,
    /// Fulfillment does not know the consignee.
    ConsigneeUnknown,
    /// Enrollment has not told us of the authority.
    AuthorityUnknown,
}

impl HoldReason {
    /// The word on the wire.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Embargo => "EMBARGO",
            Self::DestinationNotServed => "DESTINATION_NOT_SERVED",
            Self::AddressIncomplete => "ADDRESS_INCOMPLETE",
            Self::DeniedPartyMatch => "DENIED_PARTY_MATCH",
            Self::RecipientTaxIdMissing => "RECIPIENT_TAX_ID_MISSING",
            Self::RecipientTaxIdInvalid => "RECIPIENT_TAX_ID_INVALID",
            Self::HsCodeMissing => "HS_CODE_MISSING",
            Self::ExporterEinMissing => "EXPORTER_EIN_MISSING",
            Self::FilingRejected => "FILING_REJECTED",
            Self::AuthorityRevoked => "AUTHORITY_REVOKED",
            Self::ItemUnknown => "ITEM_UNKNOWN",
            Self::ExporterUnknown => "EXPORTER_UNKNOWN",
            Self::ConsigneeUnknown => "CONSIGNEE_UNKNOWN",
            Self::AuthorityUnknown => "AUTHORITY_UNKNOWN",
        }
    }
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

/// What customs tells the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// May leave.
    Cleared {
        /// The export citation.
        citation: String,
    },
    /// May not leave.
    Held(Hold),
    /// A broker is asked to file.
    FilingRequested(Vec<FilingLine>),
    /// The invoice exists.
    InvoiceIssued(IssuedInvoice),
    /// The deposit is on our books.
    DepositHeld(Money),
    /// The deposit was used or given back.
    DepositSettled {
        /// The deposit.
        deposit: Money,
        /// How.
        settlement: Settlement,
    },
    /// Payments is asked to pay the buyer back.
    RefundRequested {
        /// Its id.
        refund_id: RefundId,
        /// How much.
        amount: Money,
    },
}

/// A commodity of an export filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilingLine {
    /// The HS code.
    pub hs_code: HsCode,
    /// Units.
    pub quantity: u32,
    /// What the buyer paid.
    pub value: Money,
    /// Origin, when known.
    pub origin: Option<Country>,
}

/// A product as the catalogue describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Title.
    pub title: String,
    /// Media or other.
    pub group: ProductGroup,
    /// Category as text.
    pub category: String,
    /// The seller's HS code, when it has the form of one.
    pub hs_code: Option<HsCode>,
    /// Country of origin, when known.
    pub origin: Option<Country>,
    /// Weight of one packaged unit, when known.
    pub unit_weight: Option<Weight>,
}

/// What the others told us, as far as the shipments at hand need it.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// Products.
    pub items: HashMap<(SellerId, Sku), Item>,
    /// Sellers.
    pub exporters: HashMap<SellerId, Exporter>,
    /// Authorities.
    pub authorities: HashMap<AuthorityId, Authority>,
    /// Exchange rates by month.
    pub rates: HashMap<YearMonth, ExchangeRates>,
    /// Consignees, asked of fulfillment for shipments that are to be examined.
    pub recipients: HashMap<ShipmentId, Recipient>,
}

/// What a shipment is advanced with.
#[derive(Clone, Copy)]
pub(crate) struct World<'a> {
    /// Business time.
    pub now: Timestamp,
    /// All rules.
    pub rules: &'a Rules,
    /// The policies in force.
    pub policy: &'a Policy,
    /// What the others told us.
    pub references: &'a References,
}

/// What an advance did.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// To be told, in order.
    pub events: Vec<Event>,
    /// To be booked.
    pub movements: Vec<Movement>,
}

impl Shipment {
    /// Does everything that the facts known so far allow, except signing.
    ///
    /// # Errors
    /// When an amount cannot be computed.
    pub(crate) fn advance(&mut self, world: World<'_>) -> Result<Outcome, MoneyError> {
        let mut outcome = Outcome::default();
        if self.plan.is_some() {
            self.advance_clearance(world, &mut outcome)?;
            self.advance_deposit(world, &mut outcome)?;
        }
        Ok(outcome)
    }

    /// The deposit as booked: zero while it is not paid.
    #[must_use]
    pub(crate) fn booked_deposit(&self) -> Money {
        match (&self.plan, self.state.deposit.state) {
            (None, _) | (_, DepositState::Expected) => super::deposit::NOTHING,
            (Some(plan), _) => plan.deposit_share,
        }
    }

    /// True when nothing about the deposit can change any more.
    #[must_use]
    pub(crate) fn deposit_is_final(&self) -> bool {
        use super::deposit::RefundState;
        let deposit = &self.state.deposit;
        match deposit.state {
            DepositState::Expected => self.state.clearance == Clearance::Void,
            DepositState::Held => false,
            DepositState::Settled | DepositState::Returned => {
                deposit.refund.is_none_or(|refund| refund.state == RefundState::Settled)
            }
        }
    }
}
