//! Contracts that outlive a build: the bytes of every event ever published, and the closed set of error reasons.
#![allow(clippy::unwrap_used)]

mod golden;
mod sample;
