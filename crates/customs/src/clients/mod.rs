//! Calls to other services.

mod consignees;

pub(crate) use consignees::Consignees;
