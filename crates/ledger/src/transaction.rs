//! Transactions: balanced sets of postings. One that exists balances.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use kernel::{Currency, Money, MoneyError};
use thiserror::Error;
use uuid::Uuid;

use crate::Account;

/// The most postings a transaction can have.
pub const MAX_POSTINGS: usize = 100;
/// The longest kind and the longest reference, in characters.
const MAX_TEXT: usize = 64;

/// One amount on one account; a debit is positive, a credit negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    account: Account,
    amount: Money,
}

impl Posting {
    /// A posting with its sign: debit positive, credit negative.
    #[must_use]
    pub const fn new(account: Account, amount: Money) -> Self {
        Self { account, amount }
    }

    /// A debit: assets and expenses grow, liabilities and income shrink.
    #[must_use]
    pub const fn debit(account: Account, amount: Money) -> Self {
        Self::new(account, amount)
    }

    /// A credit: liabilities and income grow, assets and expenses shrink.
    ///
    /// # Errors
    /// For the one amount whose sign cannot be turned (−2^63).
    pub fn credit(account: Account, amount: Money) -> Result<Self, MoneyError> {
        Ok(Self::new(account, amount.checked_neg()?))
    }

    /// The account.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The signed amount: debit positive, credit negative.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }
}

/// Something that happened to money: postings that sum to zero in each currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    id: Uuid,
    kind: Arc<str>,
    occurred: Timestamp,
    reference: Arc<str>,
    postings: Vec<Posting>,
}

/// Why postings are not a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransactionError {
    /// The kind is not `[a-z][a-z_]*` of at most 64 characters.
    #[error("kind {0:?} is not valid: expected at most 64 lower-case letters and underscores")]
    BadKind(String),
    /// The reference is not 1 to 64 of `[A-Za-z0-9_.:-]`.
    #[error("reference {0:?} is not valid: expected the id of an aggregate, 1 to 64 of A-Z a-z 0-9 _ . : -")]
    BadReference(String),
    /// No postings at all.
    #[error("a transaction needs postings")]
    Empty,
    /// More postings than a transaction can have.
    #[error("{0} postings are too many: a transaction has at most {MAX_POSTINGS}; split it")]
    TooManyPostings(usize),
    /// A posting of nothing.
    #[error("the posting on {0} is zero: leave it out")]
    ZeroPosting(Account),
    /// Debits and credits differ.
    #[error("out of balance by {difference} minor units of {currency}: debits and credits must be equal")]
    Unbalanced {
        /// The currency that does not balance.
        currency: Currency,
        /// Debits less credits, in minor units.
        difference: i128,
    },
}

impl Transaction {
    /// A balanced transaction. `id` is the key of idempotence; `kind` says what happened (`deposit_collected`);
    /// `reference` names the aggregate. `occurred` is kept to the microsecond, as the tables do.
    ///
    /// # Errors
    /// When there is no posting, more than [`MAX_POSTINGS`], one of zero, when the postings of a currency do not sum
    /// to zero, or when kind or reference is out of its form.
    pub fn new(
        id: Uuid,
        kind: &str,
        occurred: Timestamp,
        reference: &str,
        postings: Vec<Posting>,
    ) -> Result<Self, TransactionError> {
        if !is_kind(kind) {
            return Err(TransactionError::BadKind(bounded(kind)));
        }
        if !is_reference(reference) {
            return Err(TransactionError::BadReference(bounded(reference)));
        }
        check_balanced(&postings)?;
        let occurred = Timestamp::from_microsecond(occurred.as_microsecond()).unwrap_or(occurred);
        Ok(Self { id, kind: kind.into(), occurred, reference: reference.into(), postings })
    }

    /// The key of idempotence.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// When it happened, by the clock of the business.
    #[must_use]
    pub const fn occurred(&self) -> Timestamp {
        self.occurred
    }

    /// The aggregate it belongs to.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// Its postings, 2 to [`MAX_POSTINGS`].
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}

fn check_balanced(postings: &[Posting]) -> Result<(), TransactionError> {
    if postings.is_empty() {
        return Err(TransactionError::Empty);
    }
    if postings.len() > MAX_POSTINGS {
        return Err(TransactionError::TooManyPostings(postings.len()));
    }
    if let Some(zero) = postings.iter().find(|posting| posting.amount.is_zero()) {
        return Err(TransactionError::ZeroPosting(zero.account.clone()));
    }
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for posting in postings {
        *sums.entry(posting.amount.currency()).or_default() += i128::from(posting.amount.minor());
    }
    match sums.into_iter().find(|&(_, sum)| sum != 0) {
        Some((currency, difference)) => Err(TransactionError::Unbalanced { currency, difference }),
        None => Ok(()),
    }
}

fn is_kind(text: &str) -> bool {
    text.len() <= MAX_TEXT
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

fn is_reference(text: &str) -> bool {
    (1..=MAX_TEXT).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':' | b'-'))
}

/// At most as much of a rejected text as a right one would have.
fn bounded(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::Role;

    const EUR: Currency = Currency::constant("EUR");

    fn account(owner: &str) -> Account {
        Account::new(owner, Role::Clearing).unwrap()
    }

    fn of(postings: Vec<Posting>) -> Result<Transaction, TransactionError> {
        Transaction::new(Uuid::nil(), "test", Timestamp::UNIX_EPOCH, "ref-1", postings)
    }

    #[test]
    fn debits_equal_credits_in_each_currency() {
        let balanced = of(vec![
            Posting::debit(account("a"), Money::usd(500)),
            Posting::credit(account("b"), Money::usd(300)).unwrap(),
            Posting::credit(account("c"), Money::usd(200)).unwrap(),
        ]);
        assert_eq!(balanced.unwrap().postings().len(), 3);

        let across_currencies = of(vec![
            Posting::debit(account("a"), Money::usd(500)),
            Posting::credit(account("b"), Money::new(EUR, 500)).unwrap(),
        ]);
        assert_eq!(across_currencies, Err(TransactionError::Unbalanced { currency: EUR, difference: -500 }));
    }

    #[test]
    fn nothing_zero_and_too_much_are_no_transaction() {
        assert_eq!(of(vec![]), Err(TransactionError::Empty));
        assert_eq!(
            of(vec![Posting::debit(account("a"), Money::usd(0))]),
            Err(TransactionError::ZeroPosting(account("a")))
        );
        let pair = [Posting::new(account("a"), Money::usd(1)), Posting::new(account("b"), Money::usd(-1))];
        assert!(of(pair.iter().cloned().cycle().take(100).collect()).is_ok());
        assert_eq!(
            of(pair.iter().cloned().cycle().take(102).collect()),
            Err(TransactionError::TooManyPostings(102))
        );
    }

    #[test]
    fn amounts_at_the_edge_do_not_overflow_the_check() {
        let huge = Posting::debit(account("a"), Money::usd(i64::MAX));
        assert!(matches!(of(vec![huge.clone(), huge]), Err(TransactionError::Unbalanced { .. })));
    }

    #[test]
    fn kind_and_reference_have_closed_forms() {
        let pair =
            || vec![Posting::new(account("a"), Money::usd(1)), Posting::new(account("b"), Money::usd(-1))];
        for (kind, reference) in [("", "r"), ("Kind", "r"), ("kind", ""), ("kind", "a b"), ("kind", "é")] {
            assert!(Transaction::new(Uuid::nil(), kind, Timestamp::UNIX_EPOCH, reference, pair()).is_err());
        }
    }

    fn amounts() -> impl Strategy<Value = Vec<(bool, i64)>> {
        proptest::collection::vec(
            (any::<bool>(), (i64::MIN / 128..=i64::MAX / 128).prop_filter("zero", |a| *a != 0)),
            1..40,
        )
    }

    proptest! {
        /// Any amounts with their counter-postings are a transaction; off by one unit they are not.
        #[test]
        fn only_balanced_postings_are_accepted(amounts in amounts(), off_by in 1_i64..1000) {
            let mut postings = Vec::new();
            for &(euro, minor) in &amounts {
                let currency = if euro { EUR } else { Currency::USD };
                postings.push(Posting::new(account("a"), Money::new(currency, minor)));
                postings.push(Posting::new(account("b"), Money::new(currency, -minor)));
            }
            prop_assert!(of(postings.clone()).is_ok());
            postings.push(Posting::new(account("c"), Money::usd(off_by)));
            prop_assert_eq!(of(postings), Err(TransactionError::Unbalanced { currency: Currency::USD, difference: i128::from(off_by) }));
        }
    }
}
