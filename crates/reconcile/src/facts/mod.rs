//! The audit facts of all services, kept small: one entry an aggregate, ids and numbers only.

mod customs;
mod dead_letters;
mod eligibility;
mod field;
mod fulfillment;
mod money;
mod read;
mod returns;

use std::collections::HashMap;

use kernel::SellerId;
use wire::ops::v1::Fact;

pub(crate) use customs::Customs;
pub(crate) use dead_letters::DeadLetters;
pub(crate) use eligibility::Eligibility;
use field::Field;
pub(crate) use fulfillment::{Fulfillment, is_dispatched, is_reserved};
pub(crate) use money::{Money, Outflow, Purpose, Settlement};
pub(crate) use read::read;
pub(crate) use returns::Returns;

use crate::Check;
use crate::topics::Area;

/// Everything the services said of themselves.
#[derive(Debug)]
pub(crate) struct Facts {
    /// Version of each seller's enrollment.
    pub(crate) enrollments: HashMap<SellerId, i64>,
    pub(crate) eligibility: Eligibility,
    pub(crate) fulfillment: Fulfillment,
    pub(crate) customs: Customs,
    pub(crate) returns: Returns,
    pub(crate) money: Money,
    pub(crate) dead_letters: DeadLetters,
    /// Facts that do not keep their contract.
    pub(crate) contract: Check,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            enrollments: HashMap::new(),
            eligibility: Eligibility::default(),
            fulfillment: Fulfillment::default(),
            customs: Customs::default(),
            returns: Returns::default(),
            money: Money::default(),
            dead_letters: DeadLetters::default(),
            contract: Check::new("every fact keeps its contract (docs/events.md)"),
        }
    }
}

impl Facts {
    /// Takes one fact of `service`. One that breaks its contract is a violation and left out.
    pub(crate) fn take(&mut self, service: &str, fact: &Fact) {
        self.contract.checked += 1;
        if let Err(problem) = self.place(service, Field(fact)) {
            self.contract.violate(format!("{service}: {} {}: {problem}", fact.kind, fact.id));
        }
    }

    fn place(&mut self, service: &str, fact: Field<'_>) -> Result<(), String> {
        match (service, fact.kind()) {
            (_, "dead_letter") => self.dead_letters.take(service, fact),
            (_, "refund") => self.money.take_refund(service, fact),
            ("returns", "payout") => self.money.take_payout(service, fact),
            ("customs" | "returns", "ledger") => self.money.take_ledger(service, fact),
            ("enrollment", "enrollment") => once(self.enrollments.insert(fact.id()?, fact.version())),
            ("eligibility", _) => self.eligibility.take(fact),
            ("fulfillment", _) => self.fulfillment.take(fact),
            ("customs", _) => self.customs.take(fact),
            ("returns", _) => self.returns.take(fact),
            _ => Err(unknown_kind()),
        }
    }

    /// Version of the aggregate that `area`'s events name as their subject; `None` when the service does not know it.
    pub(crate) fn version(&self, area: Area, subject: &str) -> Option<i64> {
        match area {
            Area::Enrollment => self.enrollments.get(&subject.parse().ok()?).copied(),
            Area::Eligibility => self.eligibility.version(subject),
            Area::Fulfillment => Some(self.fulfillment.orders.get(&subject.parse().ok()?)?.version),
            Area::Customs => self.customs.versions.get(&subject.parse().ok()?).copied(),
            Area::Returns => self.returns.version(subject),
        }
    }

    /// Every aggregate of `area` that has published events, with its version.
    pub(crate) fn versions(&self, area: Area) -> Vec<(String, i64)> {
        fn named<'a, K: ToString + 'a>(versions: impl Iterator<Item = (&'a K, i64)>) -> Vec<(String, i64)> {
            versions.map(|(id, version)| (id.to_string(), version)).collect()
        }
        match area {
            Area::Enrollment => named(self.enrollments.iter().map(|(id, version)| (id, *version))),
            Area::Eligibility => self.eligibility.versions(),
            Area::Fulfillment => named(self.fulfillment.orders.iter().map(|(id, order)| (id, order.version))),
            Area::Customs => named(self.customs.versions.iter().map(|(id, version)| (id, *version))),
            Area::Returns => self.returns.versions(),
        }
    }
}

/// A fact is emitted once.
fn once<T>(earlier: Option<T>) -> Result<(), String> {
    if earlier.is_some() { Err("was said twice in one snapshot".to_owned()) } else { Ok(()) }
}

fn unknown_kind() -> String {
    "this service has no facts of this kind".to_owned()
}
