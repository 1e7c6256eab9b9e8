//! The errors of parsing values and of computing with money.

use thiserror::Error;

use crate::Currency;

/// How much of a rejected value an error quotes, in characters: enough to find it, too little to flood a log.
const QUOTED_CHARS: usize = 48;

/// A value that is not one of its type: which type, which value and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseError {
    /// The text is not of the type's form.
    #[error("{type_name} {value:?} is not valid: expected {expected}")]
    Malformed {
        /// The type in the field's terms, for example `ASIN`.
        type_name: &'static str,
        /// The rejected text, at most 48 characters of it.
        value: String,
        /// What a right value looks like.
        expected: &'static str,
    },
    /// A part of personal data is not valid. The value is never quoted: errors are logged.
    #[error("{type_name}: {field} is not valid: expected {expected}")]
    Personal {
        /// The type in the field's terms, for example `Address`.
        type_name: &'static str,
        /// Which part of it.
        field: &'static str,
        /// What a right value looks like.
        expected: &'static str,
    },
}

impl ParseError {
    /// A [`ParseError::Malformed`] with the value cut to its bound.
    #[must_use]
    pub fn malformed(type_name: &'static str, value: &str, expected: &'static str) -> Self {
        let mut quoted: String = value.chars().take(QUOTED_CHARS).collect();
        if quoted.len() < value.len() {
            quoted.push('…');
        }
        Self::Malformed { type_name, value: quoted, expected }
    }

    /// A [`ParseError::Personal`].
    #[must_use]
    pub fn personal(type_name: &'static str, field: &'static str, expected: &'static str) -> Self {
        Self::Personal { type_name, field, expected }
    }
}

/// An amount that cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// Two amounts of different currencies were added, subtracted or compared.
    #[error("cannot combine {left} with {right}: convert one of them at a dated rate first")]
    CurrencyMismatch {
        /// Currency of the left amount.
        left: Currency,
        /// Currency of the right amount.
        right: Currency,
    },
    /// The result does not fit into 64 bits of minor units.
    #[error("the amount in {currency} is out of range: at most 2^63-1 minor units")]
    OutOfRange {
        /// Currency of the result.
        currency: Currency,
    },
    /// An amount was to be allocated over weights that are absent or all zero.
    #[error("cannot allocate an amount over no weight: give at least one weight above zero")]
    NoWeight,
    /// An exchange rate was zero or negative.
    #[error("an exchange rate to {currency} must be above zero")]
    BadRate {
        /// Currency whose rate was wrong.
        currency: Currency,
    },
}
