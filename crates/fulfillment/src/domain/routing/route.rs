//! The chosen way of one shipment, and how the cheapest is found.

use std::fmt;
use std::sync::Arc;

use kernel::{FcCode, Gateway, Money, ParseError};

use super::load::Load;
use super::network::{Center, Lane, Leg};
use crate::domain::policy::Policy;

/// How fast the buyer was promised the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ServiceLevel {
    /// Any service.
    Standard,
    /// Express services.
    Expedited,
    /// The fastest services that are offered.
    Priority,
}

impl ServiceLevel {
    /// The level's name as orders and reports write it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::Expedited => "Expedited",
            Self::Priority => "Priority",
        }
    }

    /// The level of a name.
    ///
    /// # Errors
    /// When there is no such level.
    pub(crate) fn parse(text: &str) -> Result<Self, ParseError> {
        [Self::Standard, Self::Expedited, Self::Priority]
            .into_iter()
            .find(|level| level.as_str() == text)
            .ok_or_else(|| ParseError::malformed("service level", text, "Standard, Expedited or Priority"))
    }
}

kernel::text_form!(ServiceLevel);

impl fmt::Display for ServiceLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The chosen way of one shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// Center that packs it.
    pub(crate) fc: FcCode,
    /// Airport it leaves from.
    pub(crate) gateway: Gateway,
    /// Carrier, as in `services.csv`.
    pub(crate) carrier: Arc<str>,
    /// The carrier's service.
    pub(crate) service: Arc<str>,
    /// List rate and way to the gateway, USD.
    pub(crate) cost: Money,
}

/// A route with what decides between equal costs.
#[derive(Debug, Clone)]
pub(super) struct Choice<'a> {
    cost: i64,
    leg: &'a Leg,
    lane: &'a Lane<'a>,
}

impl Choice<'_> {
    fn rank(&self) -> (i64, u64, Gateway, &str, &str) {
        let service = self.lane.service;
        (self.cost, self.leg.road_tenth_miles, self.leg.gateway, &service.carrier, &service.name)
    }

    /// Cost in cents and road miles: what centers are compared by.
    pub(super) fn cost_and_miles(&self) -> (i64, u64) {
        (self.cost, self.leg.road_tenth_miles)
    }

    pub(super) fn into_route(self, fc: FcCode) -> Route {
        Route {
            fc,
            gateway: self.leg.gateway,
            carrier: Arc::clone(&self.lane.service.carrier),
            service: Arc::clone(&self.lane.service.name),
            cost: Money::usd(self.cost),
        }
    }
}

/// The cheapest feasible way of a load from a center; `None` when no lane takes it.
pub(super) fn cheapest<'a>(
    center: &'a Center,
    lanes: &'a [Lane<'a>],
    load: &Load,
    policy: &Policy,
) -> Option<Choice<'a>> {
    let pounds = load.billable_pounds()?;
    let options = lanes.iter().filter(|lane| lane.service.takes(load)).filter_map(|lane| {
        let rate = lane.service.rates.price(lane.zone, pounds)?;
        let leg = center.leg(lane.service.carrier_index)?;
        let cost = rate.minor().checked_add(inland_cents(load, leg, policy)?)?;
        Some(Choice { cost, leg, lane })
    });
    options.min_by(|a, b| a.rank().cmp(&b.rank()))
}

/// Tenths of a mile in 100 miles.
const TENTHS_PER_100_MILES: i128 = 1_000;
const MG_PER_KG: i128 = 1_000_000;
const MICROCENTS_PER_CENT: i128 = 1_000_000;

/// Cost of the way to the gateway: fixed per parcel + per kilogram and 100 miles, half-up to the cent.
pub(super) fn inland_cents(load: &Load, leg: &Leg, policy: &Policy) -> Option<i64> {
    let fixed = i128::from(policy.inland_per_parcel.minor()) * i128::from(load.parcels);
    let numerator = i128::from(policy.inland_microcents_per_kg_per_100_miles)
        * i128::from(load.billable.milligrams())
        * i128::from(leg.road_tenth_miles);
    let denominator = MICROCENTS_PER_CENT * MG_PER_KG * TENTHS_PER_100_MILES;
    i64::try_from(fixed + (numerator + denominator / 2) / denominator).ok()
}
