//! fbactl from outside: the binary against fake services.
// Tests spawn servers and read what cargo tells them.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod arguments;
mod classification;
mod downloads;
mod endings;
mod exclusion_files;
mod fake;
mod follow;
mod lists;
mod mutations;
mod reports;
mod shapes;
mod tokens;
