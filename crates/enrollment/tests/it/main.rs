//! Enrollment as a whole: real PostgreSQL, real Kafka, gRPC with tokens, a clock that the test moves.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // Tests read the clock and run the service beside themselves.

mod access;
mod exclusions;
mod participation;
mod registration;
mod support;
