//! Eligibility as a whole: real PostgreSQL, real Kafka, gRPC with tokens, a clock that the test moves.
#![allow(clippy::unwrap_used)]

mod audit;
mod check;
mod classification;
mod cycle;
mod deliverable;
mod intake;
mod measure;
mod past;
mod preview;
mod rebuild;
mod report;
mod reports;
mod reviews;
mod rules;
mod shards;
mod snapshot;
mod state;
mod support;
mod tightening;
