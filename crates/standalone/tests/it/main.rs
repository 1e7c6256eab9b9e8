//! The whole system in one process.
#![allow(clippy::unwrap_used)]

#[test]
fn placeholder() {}
