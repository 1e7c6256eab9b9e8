//! The only place with SQL. Functions take the caller's connection, so that the caller owns the transaction, and whole
//! batches, so that the number of statements does not depend on their size.

pub(crate) mod audit;
mod codes;
pub(crate) mod consignees;
pub(crate) mod history;
pub(crate) mod items;
mod json;
pub(crate) mod orders;
pub(crate) mod pages;
pub(crate) mod refunds;
pub(crate) mod report;
pub(crate) mod sellers;
mod shipments;
pub(crate) mod standing;
pub(crate) mod stock;

use std::fmt::Display;
use std::str::FromStr;

/// The service's tables.
pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// A stored text as its value; one that is none is a fault of ours.
fn parsed<T: FromStr>(text: &str) -> sqlx::Result<T>
where
    T::Err: Display,
{
    text.parse().map_err(|error: T::Err| decode(error))
}

/// A stored value that this program would not have stored.
fn decode(problem: impl Display) -> sqlx::Error {
    sqlx::Error::Decode(format!("stored value: {problem}").into())
}

/// A stored count as a number of the domain.
fn count<T: TryFrom<i64>>(stored: i64) -> sqlx::Result<T> {
    T::try_from(stored).map_err(|_| decode(format!("{stored} is out of range")))
}
