//! What accounts hold, and the proof that all of them together hold nothing.

use kernel::{Currency, Money, MoneyError};

use crate::Account;

/// The balance of an account in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The account.
    pub account: Account,
    /// Debits less credits.
    pub net: Money,
}

impl Balance {
    /// The balance as people read it: positive when it stands on the account's usual side, so that a deposit of
    /// USD 10 held is `USD 10.00` although it is a credit.
    ///
    /// # Errors
    /// For the one amount whose sign cannot be turned (−2^63).
    pub fn amount(&self) -> Result<Money, MoneyError> {
        if self.account.kind().is_debit_normal() { Ok(self.net) } else { self.net.checked_neg() }
    }
}

/// All debits and all credits of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialBalance {
    /// The currency.
    pub currency: Currency,
    /// Sum of all debits, in minor units.
    pub debits: i64,
    /// Sum of all credits, in minor units, without its sign.
    pub credits: i64,
}

impl TrialBalance {
    /// True when debits equal credits. The tables refuse everything else, so `false` means that they were tampered
    /// with.
    #[must_use]
    pub const fn is_balanced(&self) -> bool {
        self.debits == self.credits
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_balance_is_positive_on_the_accounts_usual_side() {
        let balance =
            |path, cents| Balance { account: Account::parse(path).unwrap(), net: Money::usd(cents) };
        assert_eq!(balance("deposit:held", -1000).amount().unwrap(), Money::usd(1000));
        assert_eq!(balance("payments:clearing", 1000).amount().unwrap(), Money::usd(1000));
        assert_eq!(balance("programme:shortfall", 5).amount().unwrap(), Money::usd(5));
        assert_eq!(balance("seller:A1:payable", 5).amount().unwrap(), Money::usd(-5));
    }
}
