//! Double entry: accounts, balanced transactions, and tables that refuse anything else.
//!
//! [`Account`], [`Transaction`] and [`Balance`] are pure. The functions of the store work on a caller's connection, so
//! that what happened to money commits together with what caused it. The tables live in the schema `ledger` of the
//! service's own database; [`migrate`] creates them.
//!
//! ```
//! use kernel::Money;
//! use ledger::{Account, Posting, Role, Transaction};
//!
//! let (clearing, held) = (Account::new("payments", Role::Clearing)?, Account::new("deposit", Role::Held)?);
//! let amount = Money::usd(1_250);
//! let order = "113-1234567-1234567";
//! let collected = Transaction::new(
//!     kernel::derive_uuid("deposit_collected", &[order]), // follows from what happened, so a repeat is recognised
//!     "deposit_collected",
//!     "2025-03-14T15:09:26Z".parse()?,
//!     order,
//!     vec![Posting::debit(clearing, amount), Posting::credit(held, amount)?],
//! )?;
//! assert_eq!(collected.postings().len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Invariants, held by the types and again by the database: the postings of a transaction sum to zero in each
//! currency; a transaction is written once, whole, and never changed.

mod account;
mod balance;
mod error;
mod export;
mod store;
mod transaction;

pub use account::{Account, AccountKind, Role};
pub use balance::{Balance, TrialBalance};
pub use error::LedgerError;
pub use export::export_csv;
pub use store::{
    MAX_BATCH, MIGRATIONS, PostingLine, Recorded, balances, migrate, postings, record, trial_balance,
};
pub use transaction::{MAX_POSTINGS, Posting, Transaction, TransactionError};
