//! Customs as a whole: real PostgreSQL, real Kafka, gRPC with tokens, a clock that the test moves, and a fulfillment
//! that knows consignees.
#![allow(clippy::unwrap_used)]

mod clearance;
mod deposits;
mod invoices;
mod quotes;
mod suggested;
mod support;
