//! The only place with SQL. Every function works in the caller's transaction.

pub(crate) mod authorities;
pub(crate) mod changes;
pub(crate) mod exclusions;
pub(crate) mod facts;
pub(crate) mod history;
pub(crate) mod lines;
pub(crate) mod offers;
pub(crate) mod sellers;
pub(crate) mod staging;
pub(crate) mod state;
pub(crate) mod uploads;

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
