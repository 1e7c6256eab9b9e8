//! What an actor does: events it says and calls it asks.

use jiff::Timestamp;
use kernel::SellerId;
use wire::ErrorReason;
use wire::customs::v1::{BatchQuoteLandedCostRequest, BatchQuoteLandedCostResponse};
use wire::enrollment::v1::{DisableExportRequest, ExcludeProductRequest, ReplaceExcludedCountriesRequest};
use wire::fulfillment::v1::{BatchGetConsigneesRequest, BatchGetConsigneesResponse, ResolveHoldRequest};
use wire::returns::v1::{AuthoriseReturnRequest, AuthoriseReturnResponse};

/// An event of the outside world, in the envelope of its topic.
#[derive(Debug, Clone, PartialEq)]
pub enum Envelope {
    Sellers(wire::sellers::events::v1::SellersEvent),
    Catalog(wire::catalog::events::v1::CatalogEvent),
    Orders(wire::orders::events::v1::OrdersEvent),
    Payments(wire::payments::events::v1::PaymentsEvent),
    Warehouse(wire::warehouse::events::v1::WarehouseEvent),
    Carrier(wire::carrier::events::v1::CarrierEvent),
    Brokerage(wire::brokerage::events::v1::BrokerageEvent),
    Rates(wire::rates::events::v1::RatesEvent),
}

/// An event with what its record needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The event.
    pub envelope: Envelope,
    /// The record's key.
    pub key: String,
    /// Id of the aggregate.
    pub subject: String,
    /// When it happened, never after the clock.
    pub time: Timestamp,
}

/// A call to a service.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// As the storefront.
    Quote(BatchQuoteLandedCostRequest),
    /// As the storefront.
    AuthoriseReturn(AuthoriseReturnRequest),
    /// As the storefront.
    ResolveHold(ResolveHoldRequest),
    /// As an operator.
    RecheckHold(ResolveHoldRequest),
    /// As a warehouse.
    ConsigneesToPack(BatchGetConsigneesRequest),
    /// As a broker.
    ConsigneesToFile(BatchGetConsigneesRequest),
    /// As a seller.
    ExcludeCountries(SellerId, ReplaceExcludedCountriesRequest),
    /// As a seller.
    ExcludeProduct(SellerId, ExcludeProductRequest),
    /// As a seller.
    Disable(SellerId, DisableExportRequest),
}

/// A call that was refused for good; a service that is away is called again before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why, from the closed set; `Unspecified` when the answer names none.
    pub reason: ErrorReason,
    /// For people.
    pub message: String,
}

/// The answer to a call, with the call's own key.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// To [`Call::Quote`].
    Quoted { request_id: String, outcome: Result<BatchQuoteLandedCostResponse, Refusal> },
    /// To [`Call::AuthoriseReturn`].
    ReturnAuthorised { request_id: String, outcome: Result<AuthoriseReturnResponse, Refusal> },
    /// To [`Call::ResolveHold`] and [`Call::RecheckHold`].
    HoldResolved { shipment_id: String, outcome: Result<(), Refusal> },
    /// To [`Call::ConsigneesToPack`] and [`Call::ConsigneesToFile`].
    Consignees { shipment_ids: Vec<String>, outcome: Result<BatchGetConsigneesResponse, Refusal> },
    /// To the calls of a seller.
    SettingsChanged { seller: SellerId, outcome: Result<(), Refusal> },
}

/// What an actor does in its turn.
#[derive(Debug, Default)]
pub struct Deeds {
    /// Events, in the order they happened.
    pub said: Vec<Said>,
    /// Calls, in the order they are to be made.
    pub asked: Vec<Call>,
}

impl Deeds {
    /// True when nothing was done.
    pub fn is_empty(&self) -> bool {
        self.said.is_empty() && self.asked.is_empty()
    }

    /// Says an event.
    pub(crate) fn say(&mut self, key: &str, subject: &str, time: Timestamp, envelope: Envelope) {
        self.said.push(Said { envelope, key: key.to_owned(), subject: subject.to_owned(), time });
    }

    /// Asks a call.
    pub(crate) fn ask(&mut self, call: Call) {
        self.asked.push(call);
    }
}
