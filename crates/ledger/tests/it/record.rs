//! Recording: once, whole, in the caller's database transaction.

use kernel::Money;
use ledger::{LedgerError, Recorded, Transaction, balances, record, trial_balance};

use crate::support::{deposit, id, ledger, transfer};

#[tokio::test]
async fn a_batch_is_recorded_in_the_order_given() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    let batch = [deposit(3, 300), deposit(1, 100), deposit(2, 200)];
    assert_eq!(record(&mut conn, &batch).await.unwrap(), [Recorded::New; 3]);
    let held = balances(&mut conn, "deposit:").await.unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].amount().unwrap(), Money::usd(600));
}

#[tokio::test]
async fn a_repeat_is_already_recorded_and_changes_nothing() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    record(&mut conn, &[deposit(1, 100)]).await.unwrap();
    let outcome = record(&mut conn, &[deposit(1, 100), deposit(2, 50), deposit(2, 50)]).await.unwrap();
    assert_eq!(outcome, [Recorded::AlreadyRecorded, Recorded::New, Recorded::AlreadyRecorded]);
    assert_eq!(balances(&mut conn, "deposit:held").await.unwrap()[0].net, Money::usd(-150));
}

#[tokio::test]
async fn the_same_id_with_other_content_is_an_error() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    record(&mut conn, &[deposit(1, 100)]).await.unwrap();
    let base = deposit(1, 100);
    let other_kind = Transaction::new(
        id(1),
        "deposit_refunded",
        base.occurred(),
        base.reference(),
        base.postings().to_vec(),
    );
    for other in
        [deposit(1, 101), transfer(1, "payments:clearing", "authority:payable", 100), other_kind.unwrap()]
    {
        let error = record(&mut conn, &[other]).await.unwrap_err();
        assert!(matches!(error, LedgerError::OtherContent(wrong) if wrong == id(1)), "{error}");
    }
    let within_one_batch = record(&mut conn, &[deposit(9, 1), deposit(9, 2)]).await.unwrap_err();
    assert!(matches!(within_one_batch, LedgerError::OtherContent(wrong) if wrong == id(9)));
    assert_eq!(balances(&mut conn, "").await.unwrap().len(), 2, "nothing of a refused batch is written");
}

#[tokio::test]
async fn nothing_is_recorded_when_the_caller_rolls_back() {
    let (_database, pool) = ledger().await;
    let mut transaction = pool.begin().await.unwrap();
    record(&mut transaction, &[deposit(1, 100)]).await.unwrap();
    transaction.rollback().await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    assert_eq!(record(&mut conn, &[deposit(1, 100)]).await.unwrap(), [Recorded::New]);
}

#[tokio::test]
async fn a_batch_has_its_bound_and_an_empty_one_is_nothing() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    assert!(record(&mut conn, &[]).await.unwrap().is_empty());
    let largest: Vec<_> = (0..ledger::MAX_BATCH as u128).map(|number| deposit(number, 1)).collect();
    assert!(record(&mut conn, &largest).await.unwrap().iter().all(|outcome| *outcome == Recorded::New));
    let too_large: Vec<_> = (0..=ledger::MAX_BATCH as u128).map(|number| deposit(number, 1)).collect();
    assert!(matches!(record(&mut conn, &too_large).await, Err(LedgerError::BatchTooLarge(10_001))));
}

/// Eight writers write overlapping batches, each in another order, without a deadlock: every id is new exactly once
/// and the book balances.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_writers_record_each_transaction_once_and_keep_the_trial_balance_zero() {
    const WRITERS: u128 = 8;
    const BATCHES: u128 = 10;
    let (_database, pool) = ledger().await;
    let writer = |shift: u128| {
        let pool = pool.clone();
        async move {
            let mut new = 0;
            for batch in 0..BATCHES {
                let first = batch * 20;
                let mut slice: Vec<_> = (first..first + 40).map(|number| deposit(number, 7)).collect();
                slice.rotate_left(shift as usize * 5);
                let mut transaction = pool.begin().await.unwrap();
                let outcome = record(&mut transaction, &slice).await.unwrap();
                transaction.commit().await.unwrap();
                new += outcome.iter().filter(|o| **o == Recorded::New).count();
            }
            new
        }
    };
    let recorded: usize = futures::future::join_all((0..WRITERS).map(writer)).await.into_iter().sum();
    let distinct = (BATCHES as usize - 1) * 20 + 40;
    assert_eq!(recorded, distinct);
    let mut conn = pool.acquire().await.unwrap();
    let trial = trial_balance(&mut conn).await.unwrap();
    assert_eq!(trial.len(), 1);
    assert!(trial[0].is_balanced());
    assert_eq!(trial[0].debits, distinct as i64 * 7);
}
