//! Files as sellers and attackers send them, over the crate's public surface.
#![allow(clippy::unwrap_used)]

mod encodings;
mod files;
mod header;
mod hostile;
mod lines;
mod properties;
mod support;
mod writer;
