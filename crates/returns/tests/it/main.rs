//! Returns as a whole: real Kafka, real PostgreSQL, its own gRPC.
#![allow(clippy::unwrap_used)]

mod lost;
mod support;
mod units;
