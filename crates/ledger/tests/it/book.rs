//! Reading: balances by prefix, the trial balance, and the book as it is exported.

use futures::TryStreamExt;
use kernel::{Currency, Money};
use ledger::{Posting, Transaction, TrialBalance, balances, export_csv, postings, record, trial_balance};

use crate::support::{account, deposit, id, ledger, transfer};

#[tokio::test]
async fn balances_are_read_by_the_prefix_of_an_account() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    let batch = [
        transfer(1, "programme:loss", "seller:A123456789:payable", 500),
        transfer(2, "programme:loss", "seller:A987654321:payable", 200),
        transfer(3, "seller:A123456789:payable", "payments:clearing", 500),
        transfer(4, "programme:loss", "seller_x:payable", 9),
    ];
    record(&mut conn, &batch).await.unwrap();
    let sellers = balances(&mut conn, "seller:").await.unwrap();
    let read: Vec<_> = sellers.iter().map(|b| (b.account.as_str(), b.amount().unwrap().minor())).collect();
    assert_eq!(read, [("seller:A123456789:payable", 0), ("seller:A987654321:payable", 200)]);
    assert!(balances(&mut conn, "seller%").await.unwrap().is_empty(), "a prefix is no pattern");
}

#[tokio::test]
async fn the_trial_balance_is_kept_per_currency() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    let jpy = Currency::parse("JPY").unwrap();
    let in_yen = vec![
        Posting::debit(account("payments:clearing"), Money::new(jpy, 900)),
        Posting::credit(account("deposit:held"), Money::new(jpy, 900)).unwrap(),
    ];
    let base = deposit(1, 100);
    let yen = Transaction::new(id(2), base.kind(), base.occurred(), base.reference(), in_yen).unwrap();
    record(&mut conn, &[base, yen]).await.unwrap();
    let trial = trial_balance(&mut conn).await.unwrap();
    let expected = [(jpy, 900), (Currency::USD, 100)].map(|(currency, sum)| TrialBalance {
        currency,
        debits: sum,
        credits: sum,
    });
    assert_eq!(trial, expected);
}

#[tokio::test]
async fn the_book_is_streamed_in_the_order_it_was_written() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    let (first, second) = (deposit(7, 100), deposit(5, 200));
    record(&mut conn, std::slice::from_ref(&first)).await.unwrap();
    record(&mut conn, std::slice::from_ref(&second)).await.unwrap();
    let lines: Vec<_> = postings(&mut conn).try_collect().await.unwrap();
    let read: Vec<_> =
        lines.iter().map(|line| (line.transaction_id, line.position, line.posting.clone())).collect();
    let expected: Vec<_> = [&first, &second]
        .into_iter()
        .flat_map(|t| (1..).zip(t.postings()).map(|(position, posting)| (t.id(), position, posting.clone())))
        .collect();
    assert_eq!(read, expected);
    assert!(lines.is_sorted_by_key(|line| (line.seq, line.position)));
    assert_eq!(lines[0].occurred.to_string(), "2025-03-14T15:09:26.535897Z");
}

#[tokio::test]
async fn the_book_is_a_file_in_chunks_with_one_header() {
    let (_database, pool) = ledger().await;
    let mut conn = pool.acquire().await.unwrap();
    let happened: Vec<_> = (1..=500).map(|number| deposit(number, 100)).collect();
    record(&mut conn, &happened).await.unwrap();
    let chunks: Vec<Vec<u8>> = export_csv(&mut conn).try_collect().await.unwrap();
    assert!(chunks.len() > 1, "{} chunks", chunks.len());
    assert!(chunks.iter().all(|chunk| chunk.len() <= 64 * 1024));
    let file = String::from_utf8(chunks.concat()).unwrap();
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines[0], "seq,transaction_id,kind,occurred,reference,position,account,currency,amount");
    assert_eq!(lines.iter().filter(|line| line.starts_with("seq,")).count(), 1);
    assert_eq!(lines.len(), 1 + 2 * 500);
    assert!(lines[1].ends_with(",payments:clearing,USD,1.00"), "{}", lines[1]);
    assert!(lines[2].ends_with(",deposit:held,USD,-1.00"), "{}", lines[2]);
}
