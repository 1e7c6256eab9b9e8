//! Reading balances, the trial balance, and the book itself.

use std::collections::HashMap;

use futures::{Stream, StreamExt};
use jiff::Timestamp;
use kernel::{Currency, Money};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Account, Balance, LedgerError, Posting, Transaction, TrialBalance};

/// One posting with its transaction, as the book is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingLine {
    /// The place of its transaction in the book: grows, with gaps.
    pub seq: i64,
    /// Its transaction.
    pub transaction_id: Uuid,
    /// What happened.
    pub kind: String,
    /// When it happened.
    pub occurred: Timestamp,
    /// The aggregate it belongs to.
    pub reference: String,
    /// Its place in the transaction, from 1.
    pub position: i16,
    /// The account and the signed amount.
    pub posting: Posting,
}

/// The balances of all accounts whose path starts with `prefix` (all accounts when it is empty), ordered by account
/// and currency. Accounts that came to zero are among them.
///
/// # Errors
/// The database's; a sum beyond 64 bits is one.
pub async fn balances(conn: &mut PgConnection, prefix: &str) -> Result<Vec<Balance>, LedgerError> {
    // `^@` (starts with) takes the prefix as it is, where LIKE would read `_` as a wildcard, and uses the index.
    let rows = sqlx::query!(
        r#"
        SELECT account, currency, sum(minor)::bigint AS "net!"
          FROM ledger.postings WHERE account ^@ $1
         GROUP BY account, currency ORDER BY account, currency
        "#,
        prefix
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Balance { account: Account::parse(&row.account)?, net: money(&row.currency, row.net)? })
        })
        .collect()
}

/// Debits and credits of each currency, ordered by currency.
///
/// # Errors
/// The database's; a sum beyond 64 bits is one.
pub async fn trial_balance(conn: &mut PgConnection) -> Result<Vec<TrialBalance>, LedgerError> {
    let rows = sqlx::query!(
        r#"
        SELECT currency,
               coalesce(sum(minor) FILTER (WHERE minor > 0), 0)::bigint AS "debits!",
               coalesce(-sum(minor) FILTER (WHERE minor < 0), 0)::bigint AS "credits!"
          FROM ledger.postings GROUP BY currency ORDER BY currency
        "#
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = Currency::parse(&row.currency)?;
            Ok(TrialBalance { currency, debits: row.debits, credits: row.credits })
        })
        .collect()
}

/// The whole book in order: one row of it at a time is in memory, and all of it is of one snapshot.
pub fn postings(conn: &mut PgConnection) -> impl Stream<Item = Result<PostingLine, LedgerError>> + Send + '_ {
    sqlx::query!(
        r#"
        SELECT t.seq, t.id, t.kind, t.occurred, t.reference, p.position, p.account, p.currency, p.minor
          FROM ledger.transactions t JOIN ledger.postings p ON p.transaction_id = t.id
         ORDER BY t.seq, p.position
        "#
    )
    .fetch(conn)
    .map(|row| {
        let row = row?;
        Ok(PostingLine {
            seq: row.seq,
            transaction_id: row.id,
            kind: row.kind,
            occurred: row.occurred.to_jiff(),
            reference: row.reference,
            position: row.position,
            posting: Posting::new(Account::parse(&row.account)?, money(&row.currency, row.minor)?),
        })
    })
}

/// The recorded transactions with these ids.
pub(super) async fn transactions(
    conn: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Transaction>, LedgerError> {
    let rows = sqlx::query!(
        r#"
        SELECT t.id, t.kind, t.occurred, t.reference, array_agg(p.account ORDER BY p.position) AS "accounts!",
               array_agg(p.currency::text ORDER BY p.position) AS "currencies!",
               array_agg(p.minor ORDER BY p.position) AS "minor!"
          FROM ledger.transactions t JOIN ledger.postings p ON p.transaction_id = t.id
         WHERE t.id = ANY($1) GROUP BY t.id
        "#,
        ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let columns = row.accounts.iter().zip(&row.currencies).zip(&row.minor);
            let postings = columns
                .map(|((account, currency), minor)| {
                    Ok(Posting::new(Account::parse(account)?, money(currency, *minor)?))
                })
                .collect::<Result<Vec<_>, LedgerError>>()?;
            let occurred = row.occurred.to_jiff();
            Ok((row.id, Transaction::new(row.id, &row.kind, occurred, &row.reference, postings)?))
        })
        .collect()
}

fn money(currency: &str, minor: i64) -> Result<Money, LedgerError> {
    Ok(Money::new(Currency::parse(currency)?, minor))
}
