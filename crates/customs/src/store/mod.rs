//! The only place with SQL, and the store of documents. Every function works in the caller's transaction; none has a
//! statement per row.

pub(crate) mod authorities;
pub(crate) mod confirmed_codes;
pub(crate) mod documents;
pub(crate) mod exchange_rates;
pub(crate) mod exporters;
pub(crate) mod facts;
pub(crate) mod invoices;
pub(crate) mod items;
pub(crate) mod quotes;
pub(crate) mod shipments;
pub(crate) mod suggested_codes;

use std::error::Error;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Our own migrations, run by `migrate`.
pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Reads a column that only we write: what does not parse is a fault, not an input error.
fn stored<T>(text: &str) -> sqlx::Result<T>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Reads a document that only we write.
fn from_json<T: DeserializeOwned>(value: serde_json::Value) -> sqlx::Result<T> {
    serde_json::from_value(value).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// A document as it is stored.
fn to_json(value: &impl Serialize) -> sqlx::Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}
