//! The bus against a real broker.
#![allow(clippy::unwrap_used)]

mod group;
mod limits;
mod support;
mod topics;
mod transactions;
