//! What the topics say, kept small: ids, counts and sums; no payload.

mod customs;
mod fulfillment;
mod money;
mod outside;
mod read;
mod returns;
mod sequences;

use std::collections::HashSet;

use bus::{Headers, Origin};
use uuid::Uuid;
use wire::common::v1::Money as WireMoney;

pub(crate) use customs::Customs;
pub(crate) use fulfillment::Fulfillment;
pub(crate) use money::{Answers, Flow, Requested, Requests};
pub(crate) use outside::Outside;
pub(crate) use read::read;
pub(crate) use returns::Returns;
pub(crate) use sequences::{Area, Sequences};

use crate::Check;
use crate::facts::DeadLetters;

/// One record that could be read.
pub(crate) struct Record<'a, E> {
    pub(crate) headers: &'a Headers,
    pub(crate) origin: &'a Origin,
    pub(crate) event: E,
}

/// Everything that was published.
pub(crate) struct Topics {
    refused: DeadLetters,
    /// Ids of outside events that were counted: a repeat counts once.
    seen: HashSet<Uuid>,
    pub(crate) sequences: Sequences,
    pub(crate) outside: Outside,
    pub(crate) fulfillment: Fulfillment,
    pub(crate) customs: Customs,
    pub(crate) returns: Returns,
    pub(crate) flow: Flow,
    /// Records of ours that cannot be read.
    pub(crate) readable: Check,
}

impl Topics {
    /// Nothing read yet. Records that their consumer `refused` will not count.
    pub(crate) fn new(refused: DeadLetters) -> Self {
        Self {
            refused,
            seen: HashSet::new(),
            sequences: Sequences::default(),
            outside: Outside::default(),
            fulfillment: Fulfillment::default(),
            customs: Customs::default(),
            returns: Returns::default(),
            flow: Flow::default(),
            readable: Check::new("every event of ours can be read and says the right currency"),
        }
    }

    /// Whether an outside event counts: `service` did not refuse it, and it is no repeat.
    fn counts(&mut self, service: &str, headers: &Headers, origin: &Origin) -> bool {
        !self.refused.refused(service, origin) && self.seen.insert(headers.id)
    }
}

/// Cents of an amount in USD.
fn usd(field: &str, money: Option<&WireMoney>) -> Result<i64, String> {
    match money {
        Some(money) if money.currency_code == "USD" => Ok(money.minor_units),
        Some(money) => Err(format!("{field} is in {}, expected USD", money.currency_code)),
        None => Err(format!("{field} is missing")),
    }
}

/// An id of ours in an event.
fn id<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| format!("{field}: {error}"))
}
