//! The ledger's tables.

mod read;
mod record;

use sqlx::PgPool;
use sqlx::migrate::Migrator;

use crate::LedgerError;

pub use read::{PostingLine, balances, postings, trial_balance};
pub use record::{MAX_BATCH, Recorded, record};

/// The ledger's migrations; their checksums tell a template database of tests from an outdated one.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// Creates the schema `ledger` and its tables, or brings them up to date. Safe to repeat and to run from several
/// processes at once; keeps a migration table of its own beside the service's.
///
/// # Errors
/// When the database is away, the role may not create a schema, or an applied migration was changed.
pub async fn migrate(pool: &PgPool) -> Result<(), LedgerError> {
    MIGRATIONS.run(pool).await?;
    Ok(())
}
