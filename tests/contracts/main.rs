//! Contracts that outlive a build: the bytes of every event ever published, and the closed set of error reasons.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)] // UPDATE_GOLDEN is a switch of this test alone.

mod golden;
mod sample;
