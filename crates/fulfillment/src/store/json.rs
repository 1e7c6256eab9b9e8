//! Parts of the aggregate that are kept as JSON in its rows: they are read and written with it and never alone.

use jiff::Timestamp;
use kernel::{Asin, Fnsku, LineNo, Money, Quantity, Sku, TrackingNumber};
use serde::{Deserialize, Serialize};

use super::codes::Code as _;
use crate::domain::order::OrderLine;
use crate::domain::parcel::{Parcel, Scan};
use crate::domain::reason::Reason;
use crate::domain::shipment::ShipmentLine;

/// `orders.lines`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OrderLineJson {
    line_no: u32,
    sku: Sku,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asin: Option<Asin>,
    quantity: u32,
    unit_price: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    discount: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<ReasonJson>,
}

/// `orders.reasons`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ReasonJson {
    code: String,
    detail: String,
}

/// `shipments.lines`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ShipmentLineJson {
    line_no: u32,
    fnsku: Fnsku,
    quantity: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    discount: i64,
}

/// `shipments.parcels`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ParcelJson {
    tracking: TrackingNumber,
    /// `[line_no, units]`
    contents: Vec<(u32, u32)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scan: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scanned_at: Option<Timestamp>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde calls it so
fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

impl From<&OrderLine> for OrderLineJson {
    fn from(line: &OrderLine) -> Self {
        Self {
            line_no: line.line_no.get(),
            sku: line.sku.clone(),
            asin: line.asin,
            quantity: line.quantity.get(),
            unit_price: line.unit_price.minor(),
            discount: line.discount.minor(),
            reasons: line.reasons.iter().map(ReasonJson::from).collect(),
        }
    }
}

impl TryFrom<OrderLineJson> for OrderLine {
    type Error = sqlx::Error;

    fn try_from(stored: OrderLineJson) -> sqlx::Result<Self> {
        Ok(Self {
            line_no: LineNo::new(stored.line_no).map_err(super::decode)?,
            sku: stored.sku,
            asin: stored.asin,
            quantity: Quantity::new(stored.quantity).map_err(super::decode)?,
            unit_price: Money::usd(stored.unit_price),
            discount: Money::usd(stored.discount),
            reasons: stored.reasons.into_iter().map(Reason::from).collect(),
        })
    }
}

impl From<&Reason> for ReasonJson {
    fn from(reason: &Reason) -> Self {
        Self { code: reason.code.to_string(), detail: reason.detail.clone() }
    }
}

impl From<ReasonJson> for Reason {
    fn from(stored: ReasonJson) -> Self {
        Self::given(stored.code, stored.detail)
    }
}

impl From<&ShipmentLine> for ShipmentLineJson {
    fn from(line: &ShipmentLine) -> Self {
        Self {
            line_no: line.line_no.get(),
            fnsku: line.fnsku,
            quantity: line.quantity.get(),
            discount: line.discount.minor(),
        }
    }
}

impl TryFrom<ShipmentLineJson> for ShipmentLine {
    type Error = sqlx::Error;

    fn try_from(stored: ShipmentLineJson) -> sqlx::Result<Self> {
        Ok(Self {
            line_no: LineNo::new(stored.line_no).map_err(super::decode)?,
            fnsku: stored.fnsku,
            quantity: Quantity::new(stored.quantity).map_err(super::decode)?,
            discount: Money::usd(stored.discount),
        })
    }
}

impl From<&Parcel> for ParcelJson {
    fn from(parcel: &Parcel) -> Self {
        Self {
            tracking: parcel.tracking,
            contents: parcel.contents.iter().map(|(line, units)| (line.get(), *units)).collect(),
            scan: parcel.scan.map(|(scan, _)| scan.code().to_owned()),
            scanned_at: parcel.scan.map(|(_, at)| at),
        }
    }
}

impl TryFrom<ParcelJson> for Parcel {
    type Error = sqlx::Error;

    fn try_from(stored: ParcelJson) -> sqlx::Result<Self> {
        let scan = stored.scan.map(|code| Scan::from_code(&code)).transpose()?;
        let contents = stored.contents.into_iter().map(|(line, units)| Ok((LineNo::new(line)?, units)));
        let contents = contents.collect::<Result<_, kernel::ParseError>>().map_err(super::decode)?;
        Ok(Self { tracking: stored.tracking, contents, scan: scan.zip(stored.scanned_at) })
    }
}
