//! Messaging against a real broker and a real Postgres.
//!
//! The kill tests stop the machinery between two steps and look at the effects: each exactly once, in order per key.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::float_arithmetic)] // Tests read the clock and print rates.

mod audit;
mod away;
mod bad_input;
mod deadlines;
mod kill;
mod lanes;
mod outbox;
mod poison;
mod rebalance;
mod requests;
mod schema;
mod simulated_clock;
mod stalled;
mod support;
mod throughput;
mod work;
