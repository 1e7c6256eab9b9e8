//! The rules of customs: pure, synchronous and deterministic. Time and data are parameters.

pub mod destinations;
pub mod export_filing;
pub mod hs;
pub mod landed_cost;
pub mod policy;
pub mod recipient_id;
pub mod screening;
pub mod table;
