//! The rules of fulfillment: synchronous, deterministic, without I/O, clock or wire types. Time is a parameter.
//!
//! [`order::Order`] is the aggregate. Its commands live in a file each: [`placement`], `payment`, [`clearance`],
//! `authority`, [`packing`], `transit`, `cancellation`, `expiry`. [`stock`] is an aggregate of its own, [`routing`]
//! chooses centers and carriers.

mod authority;
mod cancellation;
pub mod clearance;
pub mod event;
mod expiry;
pub mod order;
pub mod packing;
pub mod parcel;
mod payment;
pub mod placement;
pub mod policy;
pub mod reason;
pub mod refund;
pub mod routing;
mod shares;
pub mod shipment;
pub mod stock;
pub mod table;
mod transit;

#[cfg(test)]
mod tests;
