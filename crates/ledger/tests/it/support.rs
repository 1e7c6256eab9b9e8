//! A database with the ledger's tables for each test, and transactions to write into it.

use backing::TestDatabase;
use jiff::Timestamp;
use kernel::Money;
use ledger::{Account, Posting, Transaction};
use sqlx::PgPool;
use uuid::Uuid;

/// A fresh ledger; the database lives as long as the first of the two.
pub(crate) async fn ledger() -> (TestDatabase, PgPool) {
    let fingerprint: String = ledger::MIGRATIONS.iter().map(|m| format!("{:02x?}", m.checksum)).collect();
    let database = backing::test_database("ledger", fingerprint, async |url| {
        let pool = PgPool::connect(url).await?;
        ledger::migrate(&pool).await?;
        pool.close().await;
        Ok(())
    })
    .await;
    let pool = database.pool().await;
    (database, pool)
}

pub(crate) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(crate) fn account(path: &str) -> Account {
    Account::parse(path).unwrap()
}

/// A deposit of so many cents, collected from payments and held.
pub(crate) fn deposit(number: u128, cents: i64) -> Transaction {
    transfer(number, "payments:clearing", "deposit:held", cents)
}

/// Debits one account and credits another.
pub(crate) fn transfer(number: u128, debit: &str, credit: &str, cents: i64) -> Transaction {
    let postings = vec![
        Posting::debit(account(debit), Money::usd(cents)),
        Posting::credit(account(credit), Money::usd(cents)).unwrap(),
    ];
    let occurred: Timestamp = "2025-03-14T15:09:26.535897932Z".parse().unwrap();
    Transaction::new(id(number), "deposit_collected", occurred, "113-1234567-1234567", postings).unwrap()
}
