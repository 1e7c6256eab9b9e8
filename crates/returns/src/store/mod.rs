//! The tables of returns: the only place with SQL. Every function works on a slice with a constant number of statements.

pub(crate) mod audit;
pub(crate) mod items;
pub(crate) mod money;
pub(crate) mod reimbursements;
pub(crate) mod rmas;
pub(crate) mod sold;
pub(crate) mod subjects;

use std::str::FromStr;

use kernel::Money;

/// The service's tables.
pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// A stored value that the rules do not know: written by a newer build, or by hand.
pub(crate) fn stored<T: FromStr>(column: &'static str, text: &str) -> sqlx::Result<T>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| broken(column, error))
}

/// A stored number that does not fit.
pub(crate) fn number<T: TryFrom<i32>>(column: &'static str, value: i32) -> sqlx::Result<T> {
    T::try_from(value).map_err(|_| broken(column, value))
}

/// A row that cannot be read.
pub(crate) fn broken(column: &'static str, problem: impl std::fmt::Display) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: problem.to_string().into() }
}

/// A count for an `integer` column; counts here are bounded far below its end.
pub(crate) fn int(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// An index for an `integer` column.
pub(crate) fn position(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

/// US cents of a column.
pub(crate) fn usd(cents: i64) -> Money {
    Money::usd(cents)
}
