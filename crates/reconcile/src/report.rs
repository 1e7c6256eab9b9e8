//! What the proof found.

use serde::Serialize;

/// Violations that a check keeps; more are counted.
pub const MAX_VIOLATIONS: usize = 20;

/// All checks, in the order they were made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The checks.
    pub checks: Vec<Check>,
}

/// One thing that must hold everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What must hold, as a sentence.
    pub name: &'static str,
    /// Whether it held.
    pub held: bool,
    /// How many things were looked at. A check of nothing holds, and says 0.
    pub checked: u64,
    /// How many of them violate it.
    pub violated: u64,
    /// The first [`MAX_VIOLATIONS`] of them, each naming the thing, what was found and what was expected.
    pub violations: Vec<String>,
    /// What is no violation but should be known, e.g. refunds that wait for their answer.
    pub notes: Vec<String>,
}

impl Report {
    /// Whether every check held.
    #[must_use]
    pub fn held(&self) -> bool {
        self.checks.iter().all(|check| check.held)
    }
}

impl Check {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, held: true, checked: 0, violated: 0, violations: Vec::new(), notes: Vec::new() }
    }

    /// Looks at one thing.
    pub(crate) fn that(&mut self, holds: bool, violation: impl FnOnce() -> String) {
        self.checked += 1;
        if !holds {
            self.violate(violation());
        }
    }

    /// Looks at one thing that must be equal in two places.
    pub(crate) fn equal<T: PartialEq + std::fmt::Debug>(
        &mut self,
        found: T,
        expected: T,
        what: impl FnOnce() -> String,
    ) {
        let holds = found == expected;
        self.that(holds, || format!("{}: {found:?}, expected {expected:?}", what()));
    }

    pub(crate) fn violate(&mut self, violation: String) {
        self.held = false;
        self.violated += 1;
        if self.violations.len() < MAX_VIOLATIONS {
            self.violations.push(violation);
        }
    }

    pub(crate) fn note(&mut self, note: String) {
        if self.notes.len() < MAX_VIOLATIONS {
            self.notes.push(note);
        }
    }
}
