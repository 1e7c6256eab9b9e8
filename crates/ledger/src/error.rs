//! What can go wrong between a transaction and its tables.

use kernel::ParseError;
use thiserror::Error;
use uuid::Uuid;

use crate::TransactionError;

/// Why the ledger could not record or read. After an error the caller rolls its database transaction back.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The id was used before, for something else.
    #[error("transaction {0} is already recorded with other content: give each happening an id of its own")]
    OtherContent(Uuid),
    /// More transactions than one call takes.
    #[error("{0} transactions are too many for one call: record at most {max} at once", max = crate::MAX_BATCH)]
    BatchTooLarge(usize),
    /// A stored value is none that this program writes.
    #[error("the ledger holds a value it cannot have")]
    StoredValue(#[from] ParseError),
    /// A stored transaction is none that this program writes.
    #[error("the ledger holds a transaction it cannot have")]
    StoredTransaction(#[from] TransactionError),
    /// A line could not be written.
    #[error("the ledger cannot be written as CSV")]
    Csv(#[from] csv::Error),
    /// The database refused or failed.
    #[error("the ledger's database failed")]
    Database(#[from] sqlx::Error),
    /// The ledger's tables could not be brought up to date.
    #[error("the ledger's migrations failed")]
    Migration(#[from] sqlx::migrate::MigrateError),
}
