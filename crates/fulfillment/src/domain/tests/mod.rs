//! Tests of the order as a whole; the rules of single files are tested beside them.
#![allow(clippy::unwrap_used)]

mod cancellation;
mod holds;
mod life;
mod matrix;
mod money;
mod placement;
mod sequences;
pub(super) mod world;
