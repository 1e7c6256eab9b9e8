//! Stories through all five services, each a process of its own with its own configuration and port, as deployed.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod five;
mod five_processes;
mod killed_uploads;
mod market;
mod obeyed;
mod process;
mod sellers;
