//! Properties of the values, over the crate's public surface.
#![allow(clippy::unwrap_used)]

mod country_set;
mod measures;
mod money;
mod period;
mod text_forms;
