//! Enrollment as a whole: real PostgreSQL, real Kafka, gRPC with tokens, a clock that the test moves.
#![allow(clippy::unwrap_used)]

mod access;
mod exclusions;
mod files;
mod participation;
mod past;
mod registration;
mod state;
mod support;
