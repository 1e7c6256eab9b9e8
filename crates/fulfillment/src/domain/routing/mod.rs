//! Which center sends what, with which carrier, through which airport: the cheapest feasible way.
//!
//! Cost of a shipment = the carrier's list rate for its zone and billable weight + the way from the center to the
//! nearest gateway that loads the carrier. Of equal costs: fewer road miles, then center, gateway, carrier, service
//! in text order. One shipment from one center is preferred; an order that no center holds alone is split.
//!
//! [`Network`] is what the tables of `data/fulfillment/` say on one day, [`plan`] uses it.

mod allocation;
mod canada;
mod cut;
mod filing;
mod load;
mod network;
mod plan;
mod rates;
mod route;
mod tables;

pub(crate) use load::{Unit, Wanted};
pub(crate) use network::{Network, Networks};
pub(crate) use plan::{Destination, NoPlan, Part, plan};
pub(crate) use route::{Route, ServiceLevel};

#[cfg(test)]
mod fixtures;
