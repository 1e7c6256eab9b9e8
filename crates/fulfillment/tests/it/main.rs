//! Fulfillment as a running service on real PostgreSQL and Kafka; eligibility and customs are played by `support`.
#![allow(clippy::unwrap_used)]

mod acceptance;
mod access;
mod contention;
mod deadlines;
mod holds;
mod life;
mod money;
mod report;
mod stock;
mod support;
