//! The importers on whole files, and the actors as a whole.
#![allow(clippy::unwrap_used)]

mod determinism;
mod real_files;
mod sample;
