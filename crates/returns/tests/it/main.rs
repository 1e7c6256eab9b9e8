//! Returns as a whole: real Kafka, real PostgreSQL, its own gRPC.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod harness;
mod lost;
mod units;
