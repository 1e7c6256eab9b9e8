//! The rules of customs: pure, synchronous and deterministic. Time and data are parameters.

pub(crate) mod deposit;
pub(crate) mod destinations;
pub(crate) mod export_filing;
pub(crate) mod hs;
pub(crate) mod hs_demands;
pub(crate) mod invoice;
pub(crate) mod landed_cost;
pub(crate) mod party;
pub(crate) mod policy;
pub(crate) mod quote;
pub(crate) mod recipient_id;
pub(crate) mod rules;
pub(crate) mod screening;
pub(crate) mod shipment;
pub(crate) mod table;

#[cfg(test)]
pub(crate) mod samples;
