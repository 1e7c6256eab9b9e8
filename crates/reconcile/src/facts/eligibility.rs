//! Facts of eligibility.

use std::collections::{HashMap, HashSet};

use kernel::{Asin, CycleId};

use super::{Field, once, unknown_kind};

/// What eligibility knows.
#[derive(Debug, Default)]
pub(crate) struct Eligibility {
    /// `<seller_id>/<sku>`.
    pub(crate) items: HashSet<Box<str>>,
    /// Version of each ASIN's verdict.
    pub(crate) verdicts: HashMap<Asin, i64>,
    /// Version of each confirmed and each suggested HS code, by `<asin>/classification` and `<asin>/suggestion`.
    hs_codes: HashMap<Box<str>, i64>,
    pub(crate) cycles: HashMap<CycleId, Cycle>,
}

/// A monthly run.
#[derive(Debug)]
pub(crate) struct Cycle {
    pub(crate) version: i64,
    pub(crate) evaluated: i64,
    /// Exportable + not exportable + needs review.
    pub(crate) parts: i64,
}

impl Eligibility {
    pub(super) fn take(&mut self, fact: Field<'_>) -> Result<(), String> {
        match fact.kind() {
            "item" => {
                let added = self.items.insert(fact.text().into());
                once((!added).then_some(()))
            }
            "verdict" => once(self.verdicts.insert(fact.id()?, fact.version())),
            "classification" | "suggestion" => once(self.hs_codes.insert(fact.text().into(), fact.version())),
            "cycle" => {
                let parts = ["exportable", "not_exportable", "needs_review"].map(|name| fact.units(name));
                let cycle = Cycle {
                    version: fact.version(),
                    evaluated: fact.units("evaluated"),
                    parts: parts.iter().sum(),
                };
                once(self.cycles.insert(fact.id()?, cycle))
            }
            _ => Err(unknown_kind()),
        }
    }

    /// An event's subject is an ASIN, its classification or suggestion, or a cycle.
    pub(super) fn version(&self, subject: &str) -> Option<i64> {
        if let Some(version) = self.hs_codes.get(subject) {
            return Some(*version);
        }
        match subject.parse::<CycleId>() {
            Ok(cycle) => self.cycles.get(&cycle).map(|cycle| cycle.version),
            Err(_) => self.verdicts.get(&subject.parse().ok()?).copied(),
        }
    }

    pub(super) fn versions(&self) -> Vec<(String, i64)> {
        let verdicts = self.verdicts.iter().map(|(asin, version)| (asin.to_string(), *version));
        let hs_codes = self.hs_codes.iter().map(|(id, version)| (id.to_string(), *version));
        let cycles = self.cycles.iter().map(|(id, cycle)| (id.to_string(), cycle.version));
        verdicts.chain(hs_codes).chain(cycles).collect()
    }
}
