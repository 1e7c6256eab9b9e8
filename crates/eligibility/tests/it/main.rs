//! Eligibility as a whole: real PostgreSQL, real Kafka, gRPC with tokens, a clock that the test moves.
#![allow(clippy::unwrap_used)]

mod audit;
mod check;
mod classification;
mod cycle;
mod intake;
mod measure;
mod preview;
mod rebuild;
mod report;
mod reports;
mod shards;
mod support;
mod tightening;
