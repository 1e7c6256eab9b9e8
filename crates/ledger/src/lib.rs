//! Double entry: accounts, balanced transactions, and tables that refuse anything else.
//!
//! [`account`](Account), [`transaction`](Transaction) and [`balance`](Balance) are pure. The functions of the store work on a caller's
//! connection, so that what happened to money commits together with what caused it. The tables live in the schema
//! `ledger` of the service's own database; [`migrate`] creates them.
//!
//! Invariants, held by the types and again by the database: the postings of a transaction sum to zero in each
//! currency; a transaction is written once, whole, and never changed.

mod account;
mod balance;
mod error;
mod store;
mod transaction;

pub use account::{Account, AccountKind, Role};
pub use balance::{Balance, TrialBalance};
pub use error::LedgerError;
pub use store::{
    MAX_BATCH, MIGRATIONS, PostingLine, Recorded, balances, migrate, postings, record, trial_balance,
};
pub use transaction::{MAX_POSTINGS, Posting, Transaction, TransactionError};
