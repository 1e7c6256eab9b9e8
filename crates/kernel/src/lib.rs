//! The values that every part of fba-export speaks in: identifiers, products, countries, money, weights, dates.
//!
//! A value that exists is valid: fields are private, and the only ways in are `parse` and `new`, whose errors name
//! the type, the rejected text and what would be right. Each value has one text form, the same in `Display`,
//! `FromStr`, JSON and keys. Short codes are kept inline and are `Copy`.
//!
//! No input or output, no clock, no async, and nothing of ours below. One file per noun; everything is re-exported here.

mod address;
mod asin;
mod code;
mod country;
mod country_set;
mod country_table;
mod currency;
mod currency_table;
mod derive;
mod dimensions;
mod error;
mod fnsku;
mod hs;
mod ids;
mod length;
mod line_no;
mod money;
mod period;
mod quantity;
mod rounding;
mod sku;
mod text_form;
mod tracking;
mod typed_uuid;
mod weight;

pub use address::{Address, AddressParts, TaxId};
pub use asin::Asin;
pub use country::Country;
pub use country_set::CountrySet;
pub use currency::Currency;
pub use derive::derive_uuid;
pub use dimensions::Dimensions;
pub use error::{MoneyError, ParseError};
pub use fnsku::Fnsku;
pub use hs::HsCode;
pub use ids::{FcCode, Gateway, Lpn, MarketplaceId, OrderId, RequestId, SellerId};
pub use length::Length;
pub use line_no::LineNo;
pub use money::Money;
pub use period::{Dated, Effective, OverlapError, YearMonth};
pub use quantity::Quantity;
pub use rounding::Rounding;
pub use sku::Sku;
pub use tracking::{S10, TrackingNumber};
pub use typed_uuid::{
    AuthorityId, CycleId, EventId, InvoiceId, ParcelId, PayoutId, QuoteId, RefundId, ReimbursementId,
    ReportId, ReviewId, RmaId, ShipmentId,
};
pub use weight::Weight;

/// What the exported macros need in the crates that use them.
#[doc(hidden)]
pub mod reexport {
    pub use crate::text_form::deserialize;
    pub use serde;
    pub use uuid::Uuid;
}
