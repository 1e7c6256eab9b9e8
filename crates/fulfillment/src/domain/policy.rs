//! Bounds, windows and prices that the programme sets: dated rows of `data/fulfillment/policies.csv`.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kernel::{Dated, Money, Weight};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;

use super::table::{Table, TableError, compile};

const TABLE: &str = "policies.csv";
const POLICIES: &str = include_str!("../../../../data/fulfillment/policies.csv");

/// The numbers in force on a day. Every one is a row of the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Most lines of an order.
    pub(crate) order_max_lines: usize,
    /// Most units of an order, over all its lines.
    pub(crate) order_max_units: u32,
    /// Most shipments an order may be split into.
    pub(crate) order_max_shipments: usize,
    /// Most parcels of a shipment.
    pub(crate) shipment_max_parcels: u32,
    /// Planned weight of a full parcel; a heavier unit travels alone.
    pub(crate) parcel_max: Weight,
    /// Cubic inches that carriers bill as a pound.
    pub(crate) dimensional_divisor: NonZeroU32,
    /// An export filing is needed above this value per HS code of a shipment.
    pub(crate) filing_threshold: Money,
    /// Way from the center to the gateway: fixed part per parcel.
    pub(crate) inland_per_parcel: Money,
    /// Way from the center to the gateway: millionths of a cent per kilogram and 100 miles.
    pub(crate) inland_microcents_per_kg_per_100_miles: i64,
    /// Accepted order without payment: cancelled after.
    pub(crate) payment_window: SignedDuration,
    /// Paid shipment without an answer of customs: cancelled after.
    pub(crate) clearance_window: SignedDuration,
    /// Shipment held by a revoked authority without the seller's choice: cancelled after.
    pub(crate) authority_hold_window: SignedDuration,
    /// Released shipment that is not packed: cancelled after.
    pub(crate) pack_window: SignedDuration,
    /// Packed shipment that is not handed over: cancelled after.
    pub(crate) handover_window: SignedDuration,
    /// Dispatched shipment without a final scan: lost after.
    pub(crate) transit_window: SignedDuration,
    /// How often a refund is asked for before it is left to an operator.
    pub(crate) refund_attempts: u32,
    /// Wait before a failed refund is asked for again; doubles with each attempt.
    pub(crate) refund_retry: SignedDuration,
}

/// The policies of all days.
#[derive(Debug, Clone)]
pub(crate) struct Policies(Dated<Policy>);

impl Policies {
    /// The policies that ship with the program.
    ///
    /// # Errors
    /// When the table is malformed or a day of it lacks a number.
    pub(crate) fn embedded() -> Result<Self, TableError> {
        let table: Table<Row> = Table::parse(TABLE, POLICIES)?;
        compile(table.periods(), |day| {
            let named = table.on(day).map(|row| (row.name.as_str(), row.value)).collect();
            Policy::from_rows(&Numbers(named))
        })
        .map(Self)
    }

    /// What holds on the UTC day of a time; `None` before the first row.
    pub(crate) fn at(&self, time: Timestamp) -> Option<&Policy> {
        self.0.at(TimeZone::UTC.to_datetime(time).date())
    }
}

#[derive(Debug, Deserialize)]
struct Row {
    name: String,
    value: Decimal,
}

/// The numbers of one day by name.
struct Numbers<'a>(BTreeMap<&'a str, Decimal>);

impl Numbers<'_> {
    fn decimal(&self, name: &str) -> Result<Decimal, TableError> {
        let missing = || TableError::new(TABLE, format!("{name} is missing on a day that other rows cover"));
        self.0.get(name).copied().ok_or_else(missing)
    }

    fn whole<T: TryFrom<i64>>(&self, name: &str) -> Result<T, TableError> {
        let value = self.decimal(name)?;
        let wrong = || TableError::new(TABLE, format!("{name} is {value}, not a whole number in its range"));
        let whole = value.is_integer().then(|| value.to_i64()).flatten().ok_or_else(wrong)?;
        T::try_from(whole).map_err(|_| wrong())
    }

    fn days(&self, name: &str) -> Result<SignedDuration, TableError> {
        Ok(SignedDuration::from_hours(24 * self.whole::<u16>(name).map(i64::from)?))
    }
}

impl Policy {
    fn from_rows(numbers: &Numbers<'_>) -> Result<Self, TableError> {
        let microcents = numbers.decimal("inland_per_kg_per_100_miles")? * Decimal::from(1_000_000);
        Ok(Self {
            order_max_lines: numbers.whole::<u16>("order_max_lines")?.into(),
            order_max_units: numbers.whole("order_max_units")?,
            order_max_shipments: numbers.whole::<u16>("order_max_shipments")?.into(),
            shipment_max_parcels: numbers.whole("shipment_max_parcels")?,
            parcel_max: Weight::from_lb_decimal(numbers.decimal("parcel_max_pounds")?)
                .map_err(|error| TableError::new(TABLE, error))?,
            dimensional_divisor: NonZeroU32::new(numbers.whole("dimensional_divisor")?)
                .ok_or_else(|| TableError::new(TABLE, "dimensional_divisor is 0"))?,
            filing_threshold: Money::usd(numbers.whole("filing_threshold")?),
            inland_per_parcel: Money::usd(numbers.whole("inland_per_parcel")?),
            inland_microcents_per_kg_per_100_miles: microcents
                .to_i64()
                .ok_or_else(|| TableError::new(TABLE, "inland_per_kg_per_100_miles is out of range"))?,
            payment_window: numbers.days("payment_days")?,
            clearance_window: numbers.days("clearance_days")?,
            authority_hold_window: numbers.days("authority_hold_days")?,
            pack_window: numbers.days("pack_days")?,
            handover_window: numbers.days("handover_days")?,
            transit_window: numbers.days("transit_days")?,
            refund_attempts: numbers.whole("refund_attempts")?,
            refund_retry: SignedDuration::from_hours(numbers.whole::<u16>("refund_retry_hours")?.into()),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_shipped_policies_are_those_of_the_architecture() {
        let policies = Policies::embedded().unwrap();
        let policy = policies.at("2026-10-01T00:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(policy.order_max_lines, 2_000);
        assert_eq!(policy.order_max_units, 100_000);
        assert_eq!(policy.order_max_shipments, 200);
        assert_eq!(policy.shipment_max_parcels, 50);
        assert_eq!(policy.filing_threshold, Money::usd(250_000));
        assert_eq!(policy.inland_microcents_per_kg_per_100_miles, 3_500_000);
        assert_eq!(policy.payment_window, SignedDuration::from_hours(7 * 24));
    }

    #[test]
    fn before_the_first_row_there_is_no_policy() {
        assert!(Policies::embedded().unwrap().at("2000-01-01T00:00:00Z".parse().unwrap()).is_none());
    }
}
