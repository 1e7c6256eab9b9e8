//! How often things happen in the outside world and how long they take: `data/sample/behaviour.csv`. All of it is our
//! choice (S), none of it an Amazon figure.

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Least and most minutes that something takes.
pub type Span = (u32, u32);

/// Shares in thousandths and spans in minutes; each field is a row of the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    pub buyer_cancels: u32,
    pub buyer_cancels_after: Span,
    pub tax_id_given: u32,
    pub tax_id_supplied_later: u32,
    pub tax_id_supplied_after: Span,
    pub payment_fails: u32,
    pub payment_never_comes: u32,
    pub payment_after: Span,
    pub refund_fails: u32,
    pub refund_after: Span,
    pub payout_fails: u32,
    pub payout_after: Span,
    pub packed_after: Span,
    pub filing_rejected: u32,
    pub filing_after: Span,
    pub filing_rechecked_after: Span,
    pub tendered_after: Span,
    pub line_haul: Span,
    pub flight: Span,
    pub clearance: Span,
    pub last_mile: Span,
    pub scan_repeated: u32,
    pub parcel_lost: u32,
    pub parcel_vanishes: u32,
    pub parcel_refused: u32,
    pub way_back: Span,
    pub charges_below_deposit: u32,
    pub charges_above_deposit: u32,
    pub charges_assessed_after: Span,
    pub return_wanted: u32,
    pub return_wanted_after: Span,
    pub return_claims_defect: u32,
    pub return_never_comes: u32,
    pub return_arrives_after: Span,
    pub inspected_after: Span,
    pub postage_proven: u32,
    pub postage_in_usd: u32,
    pub defect_found: u32,
    pub defect_is_carrier_damage: u32,
    pub unwanted_sellable: u32,
    pub unwanted_damaged_by_buyer: u32,
    pub unwanted_damaged_by_carrier: u32,
    pub unwanted_damaged_by_center: u32,
    pub undelivered_sellable: u32,
}

impl Behaviour {
    /// Reads rows of key and value.
    ///
    /// # Errors
    /// A key that is unknown, missing or named twice, or a value of another form; the message names it.
    pub fn from_rows(rows: impl IntoIterator<Item = (String, String)>) -> anyhow::Result<Self> {
        let mut values = Map::new();
        for (key, text) in rows {
            let value = parse_value(&text).with_context(|| {
                format!("behaviour {key}: {text:?} is neither 0 to 1000 of a thousand nor MIN..MAX minutes")
            })?;
            anyhow::ensure!(values.insert(key.clone(), value).is_none(), "behaviour {key} is named twice");
        }
        serde_json::from_value(Value::Object(values)).context("the table of behaviour")
    }
}

fn parse_value(text: &str) -> Option<Value> {
    match text.split_once("..") {
        Some((least, most)) => {
            let (least, most): (u32, u32) = (least.parse().ok()?, most.parse().ok()?);
            (least <= most).then(|| json!([least, most]))
        }
        None => text.parse::<u32>().ok().filter(|share| *share <= 1_000).map(Value::from),
    }
}
