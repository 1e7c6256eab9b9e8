//! What the database refuses, whatever program writes to it.

use sqlx::{PgConnection, PgPool};

use ledger::record;

use crate::support::{deposit, ledger};

/// Runs SQL and answers the name of the constraint that refused it.
async fn refused_by(conn: &mut PgConnection, sql: &'static str) -> String {
    let error = sqlx::raw_sql(sql).execute(conn).await.expect_err("the database must refuse it");
    let error = error.into_database_error().unwrap();
    error.constraint().unwrap_or_else(|| panic!("refused for another reason: {error}")).to_owned()
}

async fn ledger_with_one_transaction() -> (backing::TestDatabase, PgPool) {
    let (database, pool) = ledger().await;
    record(&mut pool.acquire().await.unwrap(), &[deposit(1, 100)]).await.unwrap();
    (database, pool)
}

#[tokio::test]
async fn an_unbalanced_transaction_is_refused_by_sql_itself() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    let unbalanced = "WITH t AS (INSERT INTO ledger.transactions (id, kind, occurred, reference, postings)
                                 VALUES ('00000000-0000-0000-0000-000000000001', 'test', now(), 'r', 2))
        INSERT INTO ledger.postings VALUES
            ('00000000-0000-0000-0000-000000000001', 1, 'payments:clearing', 'USD', 100),
            ('00000000-0000-0000-0000-000000000001', 2, 'deposit:held', 'USD', -99)";
    assert_eq!(refused_by(&mut conn, unbalanced).await, "ledger_balanced");

    let across_currencies = "WITH t AS (INSERT INTO ledger.transactions (id, kind, occurred, reference, postings)
                                        VALUES ('00000000-0000-0000-0000-000000000001', 'test', now(), 'r', 2))
        INSERT INTO ledger.postings VALUES
            ('00000000-0000-0000-0000-000000000001', 1, 'payments:clearing', 'USD', 100),
            ('00000000-0000-0000-0000-000000000001', 2, 'deposit:held', 'EUR', -100)";
    assert_eq!(refused_by(&mut conn, across_currencies).await, "ledger_balanced");
}

#[tokio::test]
async fn two_unbalanced_transactions_do_not_make_one_balanced_batch() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    let sql = "WITH t AS (INSERT INTO ledger.transactions (id, kind, occurred, reference, postings)
                          VALUES ('00000000-0000-0000-0000-000000000001', 'test', now(), 'r', 2),
                                 ('00000000-0000-0000-0000-000000000002', 'test', now(), 'r', 2))
        INSERT INTO ledger.postings VALUES
            ('00000000-0000-0000-0000-000000000001', 1, 'payments:clearing', 'USD', 100),
            ('00000000-0000-0000-0000-000000000001', 2, 'deposit:held', 'USD', -90),
            ('00000000-0000-0000-0000-000000000002', 1, 'payments:clearing', 'USD', 100),
            ('00000000-0000-0000-0000-000000000002', 2, 'deposit:held', 'USD', -110)";
    assert_eq!(refused_by(&mut conn, sql).await, "ledger_balanced");
}

#[tokio::test]
async fn a_transaction_without_postings_is_refused() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    let bare = "INSERT INTO ledger.transactions (id, kind, occurred, reference, postings)
                VALUES ('00000000-0000-0000-0000-000000000001', 'test', now(), 'r', 2)";
    assert_eq!(refused_by(&mut conn, bare).await, "ledger_complete");
}

#[tokio::test]
async fn postings_without_a_transaction_are_refused() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    let orphans = "INSERT INTO ledger.postings VALUES
        ('00000000-0000-0000-0000-000000000001', 1, 'payments:clearing', 'USD', 100),
        ('00000000-0000-0000-0000-000000000001', 2, 'deposit:held', 'USD', -100)";
    assert_eq!(refused_by(&mut conn, orphans).await, "ledger_complete");
}

#[tokio::test]
async fn postings_cannot_be_added_to_an_older_transaction() {
    let (_database, pool) = ledger_with_one_transaction().await;
    let mut conn = pool.acquire().await.unwrap();
    let balanced_but_late = "INSERT INTO ledger.postings VALUES
        ('00000000-0000-0000-0000-000000000001', 3, 'payments:clearing', 'USD', 100),
        ('00000000-0000-0000-0000-000000000001', 4, 'deposit:held', 'USD', -100)";
    assert_eq!(refused_by(&mut conn, balanced_but_late).await, "ledger_complete");
    let at_its_own_positions = "INSERT INTO ledger.postings VALUES
        ('00000000-0000-0000-0000-000000000001', 1, 'payments:clearing', 'USD', 100),
        ('00000000-0000-0000-0000-000000000001', 2, 'deposit:held', 'USD', -100)";
    assert_eq!(refused_by(&mut conn, at_its_own_positions).await, "postings_pkey");
    let at_strange_positions = "INSERT INTO ledger.postings VALUES
        ('00000000-0000-0000-0000-000000000001', 0, 'payments:clearing', 'USD', 100),
        ('00000000-0000-0000-0000-000000000001', 3, 'deposit:held', 'USD', -100)";
    assert_eq!(refused_by(&mut conn, at_strange_positions).await, "ledger_complete");
}

#[tokio::test]
async fn zero_amounts_bad_accounts_and_a_single_posting_are_refused() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    let zero = "WITH t AS (INSERT INTO ledger.transactions (id, kind, occurred, reference, postings)
                           VALUES ('00000000-0000-0000-0000-000000000001', 'test', now(), 'r', 2))
        INSERT INTO ledger.postings VALUES
            ('00000000-0000-0000-0000-000000000001', 1, 'payments:clearing', 'USD', 0),
            ('00000000-0000-0000-0000-000000000001', 2, 'deposit:held', 'USD', 0)";
    assert_eq!(refused_by(&mut conn, zero).await, "postings_minor_check");
    let bad_account = "INSERT INTO ledger.postings VALUES
        ('00000000-0000-0000-0000-000000000001', 1, 'Deposit held', 'USD', 1)";
    assert_eq!(refused_by(&mut conn, bad_account).await, "postings_account_check");
    let single = "INSERT INTO ledger.transactions (id, kind, occurred, reference, postings)
                  VALUES ('00000000-0000-0000-0000-000000000001', 'test', now(), 'r', 1)";
    assert_eq!(refused_by(&mut conn, single).await, "transactions_postings_check");
}

#[tokio::test]
async fn what_is_written_is_never_changed() {
    let (_database, pool) = ledger_with_one_transaction().await;
    let mut conn = pool.acquire().await.unwrap();
    for change in [
        "UPDATE ledger.postings SET minor = minor * 2",
        "DELETE FROM ledger.postings",
        "TRUNCATE ledger.postings",
        "UPDATE ledger.transactions SET kind = 'other'",
        "DELETE FROM ledger.transactions",
        "TRUNCATE ledger.transactions",
    ] {
        assert_eq!(refused_by(&mut conn, change).await, "ledger_append_only", "{change}");
    }
}

#[tokio::test]
async fn migrations_run_twice_and_keep_a_table_of_their_own() {
    let (_database, pool) = ledger().await;
    ledger::migrate(&pool).await.unwrap();
    let applied: i64 = sqlx::query_scalar("SELECT count(*) FROM ledger._migrations WHERE success")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(applied as usize, ledger::MIGRATIONS.iter().count());
}
