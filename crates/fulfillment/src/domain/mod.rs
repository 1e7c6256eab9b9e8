//! The rules of fulfillment: synchronous, deterministic, without I/O, clock or wire types. Time is a parameter.
//!
//! [`order::Order`] is the aggregate. Its commands live in a file each: [`placement`], `payment`, [`clearance`],
//! `authority`, [`packing`], `transit`, `cancellation`, `expiry`. [`stock`] is an aggregate of its own, [`routing`]
//! chooses centers and carriers.

mod authority;
mod cancellation;
pub(crate) mod clearance;
pub(crate) mod command;

pub(crate) mod event;
mod expiry;
pub(crate) mod order;
pub(crate) mod packing;
pub(crate) mod parcel;
mod payment;
pub(crate) mod placement;
pub(crate) mod policy;
pub(crate) mod reason;
pub(crate) mod refund;
pub(crate) mod report;
pub(crate) mod routing;
mod shares;
pub(crate) mod shipment;
pub(crate) mod stock;
pub(crate) mod table;
mod transit;

#[cfg(test)]
mod tests;
