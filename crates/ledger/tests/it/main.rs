//! The ledger on a real PostgreSQL.
#![allow(clippy::unwrap_used)]

mod book;
mod database_rules;
mod record;
mod support;
