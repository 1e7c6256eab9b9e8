//! Accounts: where an amount is, and for whom.

use std::fmt;
use std::sync::Arc;

use kernel::ParseError;

/// An account, written as a path: an owner, optionally whose, and a role from a closed list, such as `deposit:held`,
/// `payments:clearing` or `seller:A2EUQ1WTGCTBG2:payable`. The role says which kind of account it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    path: Arc<str>,
    role: Role,
}

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Money on its way through another system: payments, a carrier's account.
    Clearing,
    /// What others owe to us.
    Receivable,
    /// Others' money that we keep: deposits.
    Held,
    /// What we owe to others: authorities, carriers, sellers, buyers.
    Payable,
    /// What we earned: fees charged.
    Revenue,
    /// What was left of an estimate and is ours.
    Surplus,
    /// What an estimate fell short of and we bear.
    Shortfall,
    /// What we paid for goods lost, damaged or not recovered.
    Loss,
    /// What we paid for a service: postage, filing.
    Cost,
}

/// The kind of an account: on which side its balance usually stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKind {
    /// What is there or will come; debit side.
    Asset,
    /// What is owed; credit side.
    Liability,
    /// What was earned; credit side.
    Income,
    /// What was spent; debit side.
    Expense,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 9] = [
        Self::Clearing,
        Self::Receivable,
        Self::Held,
        Self::Payable,
        Self::Revenue,
        Self::Surplus,
        Self::Shortfall,
        Self::Loss,
        Self::Cost,
    ];

    /// The kind of account that has this role.
    #[must_use]
    pub const fn kind(self) -> AccountKind {
        match self {
            Self::Clearing | Self::Receivable => AccountKind::Asset,
            Self::Held | Self::Payable => AccountKind::Liability,
            Self::Revenue | Self::Surplus => AccountKind::Income,
            Self::Shortfall | Self::Loss | Self::Cost => AccountKind::Expense,
        }
    }

    /// The last segment of the path.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clearing => "clearing",
            Self::Receivable => "receivable",
            Self::Held => "held",
            Self::Payable => "payable",
            Self::Revenue => "revenue",
            Self::Surplus => "surplus",
            Self::Shortfall => "shortfall",
            Self::Loss => "loss",
            Self::Cost => "cost",
        }
    }
}

impl AccountKind {
    /// True when a debit makes its balance grow: assets and expenses.
    #[must_use]
    pub const fn is_debit_normal(self) -> bool {
        matches!(self, Self::Asset | Self::Expense)
    }
}

impl Account {
    /// The longest owner, in characters.
    const MAX_OWNER: usize = 32;
    /// The longest id, in characters.
    const MAX_ID: usize = 64;

    /// An account of the one `owner` there is: `Account::new("deposit", Role::Held)`.
    ///
    /// # Errors
    /// When the owner is not 1 to 32 lower-case letters and underscores.
    pub fn new(owner: &str, role: Role) -> Result<Self, ParseError> {
        Self::parse(&format!("{owner}:{}", role.as_str()))
    }

    /// An account of one of many: `Account::of("seller", seller.as_str(), Role::Payable)`.
    ///
    /// # Errors
    /// As [`Account::new`], or when the id is not 1 to 64 of `[A-Za-z0-9_.-]`.
    pub fn of(owner: &str, id: &str, role: Role) -> Result<Self, ParseError> {
        Self::parse(&format!("{owner}:{id}:{}", role.as_str()))
    }

    /// Parses a path.
    ///
    /// # Errors
    /// When it has another form or a role that is not of the list.
    pub fn parse(path: &str) -> Result<Self, ParseError> {
        Self::role_of(path).map(|role| Self { path: Arc::from(path), role }).ok_or_else(|| {
            ParseError::malformed(
                "account",
                path,
                "owner:role or owner:id:role, with a role of the chart such as held, payable or clearing",
            )
        })
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.path
    }

    /// What it is for.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> AccountKind {
        self.role.kind()
    }

    fn role_of(path: &str) -> Option<Role> {
        let mut segments = path.split(':');
        let (owner, second, third) = (segments.next()?, segments.next()?, segments.next());
        let (id, role) = third.map_or((None, second), |third| (Some(second), third));
        let well_formed = segments.next().is_none() && is_owner(owner) && id.is_none_or(is_id);
        Role::ALL.into_iter().find(|known| well_formed && known.as_str() == role)
    }
}

fn is_owner(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= Account::MAX_OWNER
        && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

fn is_id(text: &str) -> bool {
    (1..=Account::MAX_ID).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.path)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_role_says_the_kind() {
        for (path, kind) in [
            ("deposit:held", AccountKind::Liability),
            ("payments:clearing", AccountKind::Asset),
            ("authority:payable", AccountKind::Liability),
            ("programme:shortfall", AccountKind::Expense),
            ("seller:A2EUQ1WTGCTBG2:payable", AccountKind::Liability),
            ("filing:revenue", AccountKind::Income),
        ] {
            assert_eq!(Account::parse(path).unwrap().kind(), kind, "{path}");
        }
    }

    #[test]
    fn built_and_parsed_accounts_are_the_same() {
        assert_eq!(Account::new("deposit", Role::Held).unwrap(), Account::parse("deposit:held").unwrap());
        let seller = Account::of("seller", "A2EUQ1WTGCTBG2", Role::Payable).unwrap();
        assert_eq!(seller.as_str(), "seller:A2EUQ1WTGCTBG2:payable");
        assert_eq!(seller.role(), Role::Payable);
    }

    #[test]
    fn paths_outside_the_closed_form_are_refused() {
        for path in ["", "deposit", "deposit:kept", "Deposit:held", ":held", "a:b:c:held", "seller::payable"]
        {
            assert!(Account::parse(path).is_err(), "{path:?}");
        }
        assert!(Account::of("seller", "a b", Role::Payable).is_err());
        assert!(Account::of("seller", &"x".repeat(65), Role::Payable).is_err());
        assert!(Account::new(&"x".repeat(33), Role::Held).is_err());
    }
}
