//! The import-fee deposit: booked when paid, settled against what the authority really charged, the rest given back.
//! A buyer never pays more than the deposit: what it falls short of is the programme's.

use jiff::Timestamp;
use kernel::{Currency, Money, MoneyError, RefundId, ShipmentId};
use ledger::{Account, Posting, Role, Transaction};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a deposit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum DepositState {
    /// Quoted, not yet paid.
    #[default]
    Expected,
    /// On our books.
    Held,
    /// Charged against actuals.
    Settled,
    /// Given back whole.
    Returned,
}

/// What the destination's authority charged, in its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Charges {
    /// Duty, tax and fees together, zero or more.
    pub total: Money,
    /// When the goods were entered: its month's exchange rate counts.
    pub entered: Timestamp,
}

/// How a deposit was used. `deposit = from_deposit + refund`, `charges = from_deposit + shortfall`; nothing is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settlement {
    /// Actual charges in the deposit's currency.
    pub charges: Money,
    /// Paid from the deposit.
    pub from_deposit: Money,
    /// Given back to the buyer.
    pub refund: Money,
    /// Paid by the programme.
    pub shortfall: Money,
}

/// Whether the buyer has the money back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RefundState {
    /// Payments was asked.
    Requested,
    /// Payments could not pay; it is asked again.
    Waiting,
    /// The buyer has it.
    Settled,
    /// Given up; an operator takes it.
    Failed,
}

/// Money on its way back to the buyer. Its id never changes, so that it is never paid twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refund {
    /// Its id, derived from the shipment's.
    pub refund_id: RefundId,
    /// Above zero.
    pub amount: Money,
    /// Whether it is there.
    pub state: RefundState,
    /// How often payments was asked.
    pub attempts: i32,
    /// When payments is asked again.
    pub retry: Option<Timestamp>,
}

/// Uses a deposit for the actual charges, both in the deposit's currency.
///
/// # Errors
/// When the currencies differ.
pub(crate) fn settle(deposit: Money, charges: Money) -> Result<Settlement, MoneyError> {
    let from_deposit = deposit.min(charges)?;
    Ok(Settlement {
        charges,
        from_deposit,
        refund: deposit.checked_sub(from_deposit)?,
        shortfall: charges.checked_sub(from_deposit)?,
    })
}

/// The id of the one refund a shipment's deposit can have.
#[must_use]
pub(crate) fn refund_id(shipment: ShipmentId) -> RefundId {
    RefundId::new(kernel::derive_uuid("refund", &["import_fees_deposit", &shipment.to_string()]))
}

/// What happens to a deposit's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Movement {
    /// The buyer paid it.
    Held(Money),
    /// It was used for the charges.
    Settled(Settlement),
    /// It is to go back whole.
    Returned(Money),
    /// Charges came after it had gone back: the programme's.
    LateCharges(Money),
    /// The buyer has the rest.
    RefundPaid(Money),
}

impl Movement {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Held(_) => "deposit_held",
            Self::Settled(_) => "deposit_settled",
            Self::Returned(_) => "deposit_returned",
            Self::LateCharges(_) => "late_charges_assessed",
            Self::RefundPaid(_) => "deposit_refund_paid",
        }
    }

    /// The movement as a balanced transaction; `None` when no money moves. Its id follows from the shipment and the kind:
    /// each happens to a shipment once.
    ///
    /// # Errors
    /// When an amount cannot be posted.
    pub(crate) fn transaction(
        &self,
        shipment: ShipmentId,
        occurred: Timestamp,
    ) -> anyhow::Result<Option<Transaction>> {
        let mut book = Book::default();
        match *self {
            Self::Held(amount) => {
                book.debit("payments", Role::Clearing, amount)?.credit("deposit", Role::Held, amount)?
            }
            Self::Settled(s) => book
                .debit("deposit", Role::Held, s.from_deposit.checked_add(s.refund)?)?
                .debit("programme", Role::Shortfall, s.shortfall)?
                .credit("authority", Role::Payable, s.charges)?
                .credit("refund", Role::Payable, s.refund)?,
            Self::Returned(amount) => {
                book.debit("deposit", Role::Held, amount)?.credit("refund", Role::Payable, amount)?
            }
            Self::LateCharges(amount) => book.debit("programme", Role::Shortfall, amount)?.credit(
                "authority",
                Role::Payable,
                amount,
            )?,
            Self::RefundPaid(amount) => {
                book.debit("refund", Role::Payable, amount)?.credit("payments", Role::Clearing, amount)?
            }
        };
        if book.postings.is_empty() {
            return Ok(None);
        }
        let id: Uuid = kernel::derive_uuid("customs_ledger", &[self.kind(), &shipment.to_string()]);
        Ok(Some(Transaction::new(id, self.kind(), occurred, &shipment.to_string(), book.postings)?))
    }
}

/// Postings without those of zero.
#[derive(Default)]
struct Book {
    postings: Vec<Posting>,
}

impl Book {
    fn debit(&mut self, owner: &str, role: Role, amount: Money) -> anyhow::Result<&mut Self> {
        if !amount.is_zero() {
            self.postings.push(Posting::debit(Account::new(owner, role)?, amount));
        }
        Ok(self)
    }

    fn credit(&mut self, owner: &str, role: Role, amount: Money) -> anyhow::Result<&mut Self> {
        if !amount.is_zero() {
            self.postings.push(Posting::credit(Account::new(owner, role)?, amount)?);
        }
        Ok(self)
    }
}

/// Nothing, in the currency deposits are held in.
pub(crate) const NOTHING: Money = Money::zero(Currency::USD);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn shipment() -> ShipmentId {
        ShipmentId::new(Uuid::from_u128(7))
    }

    fn posted(movement: Movement) -> Vec<(String, i64)> {
        let transaction = movement.transaction(shipment(), Timestamp::UNIX_EPOCH).unwrap();
        let postings = transaction.iter().flat_map(|t| t.postings().to_vec());
        postings.map(|p| (p.account().to_string(), p.amount().minor())).collect()
    }

    #[test]
    fn what_the_deposit_exceeds_the_charges_by_goes_back() {
        let settled = settle(Money::usd(1_000), Money::usd(730)).unwrap();
        assert_eq!((settled.refund, settled.shortfall), (Money::usd(270), Money::usd(0)));
        assert_eq!(
            posted(Movement::Settled(settled)),
            [
                ("deposit:held".into(), 1_000),
                ("authority:payable".into(), -730),
                ("refund:payable".into(), -270)
            ]
        );
    }

    #[test]
    fn what_the_charges_exceed_the_deposit_by_is_the_programmes() {
        let settled = settle(Money::usd(1_000), Money::usd(1_250)).unwrap();
        assert_eq!((settled.refund, settled.shortfall), (Money::usd(0), Money::usd(250)));
        assert_eq!(
            posted(Movement::Settled(settled)),
            [
                ("deposit:held".into(), 1_000),
                ("programme:shortfall".into(), 250),
                ("authority:payable".into(), -1_250)
            ]
        );
    }

    #[test]
    fn a_movement_of_nothing_is_no_transaction() {
        assert!(posted(Movement::Held(NOTHING)).is_empty());
        assert!(posted(Movement::Settled(settle(NOTHING, NOTHING).unwrap())).is_empty());
    }

    #[test]
    fn a_repeated_movement_has_the_same_id() {
        let id = |movement: Movement| {
            movement.transaction(shipment(), Timestamp::UNIX_EPOCH).unwrap().unwrap().id()
        };
        assert_eq!(id(Movement::Held(Money::usd(5))), id(Movement::Held(Money::usd(5))));
        assert_ne!(id(Movement::Held(Money::usd(5))), id(Movement::Returned(Money::usd(5))));
    }

    proptest! {
        /// Every cent of deposit and charges is accounted for, and every transaction balances.
        #[test]
        fn shares_are_exact(deposit in 0_i64..10_000_000, charges in 0_i64..10_000_000) {
            let s = settle(Money::usd(deposit), Money::usd(charges)).unwrap();
            prop_assert_eq!(s.from_deposit.minor() + s.refund.minor(), deposit);
            prop_assert_eq!(s.from_deposit.minor() + s.shortfall.minor(), charges);
            prop_assert!([s.from_deposit, s.refund, s.shortfall].iter().all(|m| !m.is_negative()));
            prop_assert!(s.refund.is_zero() || s.shortfall.is_zero());
            let sum: i64 = posted(Movement::Settled(s)).iter().map(|(_, minor)| minor).sum();
            prop_assert_eq!(sum, 0);
        }
    }
}
