//! chassis seen from outside: a real server on a free port, a real client, a real process.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod admission;
mod away;
mod errors;
mod pages;
mod probe;
mod process;
mod serving;
mod stopping;
mod time;
mod tokens;
