//! The commercial invoice: a plain model of the document. One is issued per shipment, after packing, and never changed.

mod compose;

#[cfg(test)]
mod tests;

use jiff::civil::Date;
use kernel::{
    Address, AuthorityId, Country, HsCode, LineNo, Money, OrderId, ShipmentId, TaxId, TrackingNumber, Weight,
};

use super::party::{Exporter, Signatory};

pub(crate) use compose::{Issue, compose};

/// Everything that stands on the paper.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Invoice {
    /// Gap-free per seller and year.
    pub number: String,
    /// Day of issue and of export, never after the day of dispatch.
    pub date: Date,
    /// The order.
    pub order_id: OrderId,
    /// The shipment.
    pub shipment_id: ShipmentId,
    /// Shipper and exporter: the seller.
    pub exporter: Exporter,
    /// The authority it is signed under.
    pub signed_under: SignedUnder,
    /// Consignee and importer of record.
    pub consignee: Address,
    /// The consignee's tax or personal id.
    pub consignee_tax_id: Option<TaxId>,
    /// Carrier and service.
    pub carrier: String,
    /// Airport of export.
    pub gateway: String,
    /// At least one.
    pub packages: Vec<Package>,
    /// Weight of all packages.
    pub gross_weight: Weight,
    /// At least one.
    pub lines: Vec<InvoiceLine>,
    /// Weight of all goods; `None` when that of one of them is unknown.
    pub net_weight: Option<Weight>,
    /// Goods before discounts.
    pub goods: Money,
    /// Discounts, zero or more.
    pub discount: Money,
    /// Shipping charged to the buyer.
    pub freight: Money,
    /// Goods less discount, and freight.
    pub total: Money,
    /// Terms of delivery.
    pub incoterm: Incoterm,
    /// `NOEEI …` or `AES …`.
    pub export_citation: String,
    /// Who signs.
    pub signatory: Signatory,
}

/// The authority an invoice is signed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignedUnder {
    /// Its record.
    pub authority_id: AuthorityId,
    /// The terms.
    pub terms_version: String,
    /// The day it was granted.
    pub granted: Date,
}

/// A packed parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    /// The carrier's number.
    pub tracking_number: TrackingNumber,
    /// With packaging.
    pub gross_weight: Weight,
    /// For people.
    pub dimensions: String,
}

/// One line of goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InvoiceLine {
    /// Its number in the order.
    pub line_no: LineNo,
    /// What it is.
    pub description: String,
    /// How customs calls it.
    pub hs_code: HsCode,
    /// Country of manufacture; `None` when it is not known.
    pub origin: Option<Country>,
    /// Pieces.
    pub quantity: u32,
    /// Price of one piece before discounts.
    pub unit_value: Money,
    /// Quantity times unit value.
    pub total: Money,
    /// Weight of these pieces, when known.
    pub net_weight: Option<Weight>,
}

/// An Incoterms 2020 rule with its named place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Incoterm {
    /// `DDP` when the buyer paid a deposit for duties and taxes, else `DAP`.
    pub code: &'static str,
    /// City and country of the consignee.
    pub place: String,
}
