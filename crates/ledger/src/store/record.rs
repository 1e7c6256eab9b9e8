//! Writing transactions: a slice in one statement, each transaction once.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::read::transactions;
use crate::{LedgerError, Transaction};

/// The most transactions one call records.
pub const MAX_BATCH: usize = 10_000;

/// What became of one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It was written.
    New,
    /// It had been written before, with the same content; nothing changed.
    AlreadyRecorded,
}

/// Records transactions in the caller's database transaction and says for each, in the order given, whether it is
/// new. One statement, and a second one only when some were recorded before.
///
/// # Errors
/// [`LedgerError::OtherContent`] when an id was used for something else, [`LedgerError::BatchTooLarge`] above
/// [`MAX_BATCH`], or the database's. After an error the caller rolls back.
pub async fn record(conn: &mut PgConnection, batch: &[Transaction]) -> Result<Vec<Recorded>, LedgerError> {
    if batch.len() > MAX_BATCH {
        return Err(LedgerError::BatchTooLarge(batch.len()));
    }
    let distinct = distinct(batch)?;
    if distinct.is_empty() {
        return Ok(Vec::new());
    }
    let mut added = insert(conn, &distinct).await?;
    let repeated: Vec<Uuid> = distinct.keys().copied().filter(|id| !added.contains(id)).collect();
    verify_repeated(conn, &repeated, &distinct).await?;
    // The first of equal ids in the batch is the new one.
    Ok(batch
        .iter()
        .map(|t| if added.remove(&t.id()) { Recorded::New } else { Recorded::AlreadyRecorded })
        .collect())
}

/// The batch by id, in the order of ids, so that concurrent batches lock equal ids in equal order.
fn distinct(batch: &[Transaction]) -> Result<BTreeMap<Uuid, &Transaction>, LedgerError> {
    let mut by_id = BTreeMap::new();
    for transaction in batch {
        match by_id.insert(transaction.id(), transaction) {
            Some(earlier) if earlier != transaction => {
                return Err(LedgerError::OtherContent(transaction.id()));
            }
            _ => {}
        }
    }
    Ok(by_id)
}

/// Inserts what is not there yet and answers the ids of it. An id that another connection is just writing is waited
/// for.
async fn insert(
    conn: &mut PgConnection,
    transactions: &BTreeMap<Uuid, &Transaction>,
) -> Result<HashSet<Uuid>, LedgerError> {
    let header = Headers::of(transactions.values().copied());
    let posting = Lines::of(transactions.values().copied());
    let ids = sqlx::query_scalar!(
        r#"
        WITH added AS (
            INSERT INTO ledger.transactions (id, kind, occurred, reference, postings)
            SELECT t.id, t.kind, t.occurred, t.reference, t.postings
              FROM UNNEST($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::smallint[])
                   AS t (id, kind, occurred, reference, postings)
            ON CONFLICT (id) DO NOTHING
            RETURNING id
        ), posted AS (
            INSERT INTO ledger.postings (transaction_id, position, account, currency, minor)
            SELECT p.transaction_id, p.position, p.account, p.currency, p.minor
              FROM UNNEST($6::uuid[], $7::smallint[], $8::text[], $9::text[], $10::bigint[])
                   AS p (transaction_id, position, account, currency, minor)
              JOIN added ON added.id = p.transaction_id
        )
        SELECT id FROM added
        "#,
        &header.ids,
        &header.kinds as &[&str],
        &header.occurred,
        &header.references as &[&str],
        &header.postings,
        &posting.transaction_ids,
        &posting.positions,
        &posting.accounts as &[&str],
        &posting.currencies as &[&str],
        &posting.minor,
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().collect())
}

/// Compares what was recorded before with what is to be recorded now.
async fn verify_repeated(
    conn: &mut PgConnection,
    ids: &[Uuid],
    given: &BTreeMap<Uuid, &Transaction>,
) -> Result<(), LedgerError> {
    if ids.is_empty() {
        return Ok(());
    }
    let stored: HashMap<Uuid, Transaction> = transactions(conn, ids).await?;
    match ids.iter().find(|id| stored.get(id) != given.get(id).copied()) {
        Some(id) => Err(LedgerError::OtherContent(*id)),
        None => Ok(()),
    }
}

/// The columns of `ledger.transactions`, for UNNEST.
struct Headers<'a> {
    ids: Vec<Uuid>,
    kinds: Vec<&'a str>,
    occurred: Vec<jiff_sqlx::Timestamp>,
    references: Vec<&'a str>,
    postings: Vec<i16>,
}

impl<'a> Headers<'a> {
    fn of(transactions: impl Iterator<Item = &'a Transaction> + Clone) -> Self {
        Self {
            ids: transactions.clone().map(Transaction::id).collect(),
            kinds: transactions.clone().map(Transaction::kind).collect(),
            occurred: transactions.clone().map(|t| t.occurred().to_sqlx()).collect(),
            references: transactions.clone().map(Transaction::reference).collect(),
            postings: transactions.map(|t| t.postings().len() as i16).collect(),
        }
    }
}

/// The columns of `ledger.postings`, for UNNEST.
#[derive(Default)]
struct Lines<'a> {
    transaction_ids: Vec<Uuid>,
    positions: Vec<i16>,
    accounts: Vec<&'a str>,
    currencies: Vec<&'a str>,
    minor: Vec<i64>,
}

impl<'a> Lines<'a> {
    fn of(transactions: impl Iterator<Item = &'a Transaction>) -> Self {
        let mut lines = Self::default();
        for transaction in transactions {
            for (position, posting) in (1..).zip(transaction.postings()) {
                lines.transaction_ids.push(transaction.id());
                lines.positions.push(position);
                lines.accounts.push(posting.account().as_str());
                lines.currencies.push(currency_code(posting));
                lines.minor.push(posting.amount().minor());
            }
        }
        lines
    }
}

fn currency_code(posting: &crate::Posting) -> &'static str {
    posting.amount().currency().as_str()
}
