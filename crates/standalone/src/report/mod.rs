//! What became of a play, for people and as files.

pub(crate) mod files;
pub(crate) mod tables;
