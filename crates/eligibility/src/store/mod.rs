//! The only place with SQL. Every function works in the caller's transaction.

pub(crate) mod check;
pub(crate) mod classifications;
mod copy;
mod countries;
pub(crate) mod cycle_rows;
pub(crate) mod cycles;
pub(crate) mod deliverable;
mod evidence;
pub(crate) mod facts;
pub(crate) mod files;
pub(crate) mod inventory;
pub(crate) mod items;
pub(crate) mod past;
pub(crate) mod preview;
pub(crate) mod products;
pub(crate) mod report_queue;
mod report_row;
pub(crate) mod reports;
pub(crate) mod reviews;
pub(crate) mod rule_sets;
pub(crate) mod rule_tables;
pub(crate) mod sellers;
pub(crate) mod shards;
pub(crate) mod standing;
pub(crate) mod state_backfill;
pub(crate) mod suggestions;
pub(crate) mod told;
pub(crate) mod verdicts;

use countries::slot;
pub(crate) use countries::to_bytes;
pub(crate) use evidence::to_text as evidence_text;

use std::str::FromStr;

/// Our own migrations, run by `migrate`.
pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Reads a column that only we write: what does not parse is a fault, not an input error.
fn stored<T>(text: &str) -> sqlx::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// A column that must hold one of our words.
fn known<T>(word: Option<T>, text: &str) -> sqlx::Result<T> {
    word.ok_or_else(|| sqlx::Error::Decode(format!("{text:?} is no value of this column").into()))
}
