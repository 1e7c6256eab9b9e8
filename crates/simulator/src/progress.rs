//! Who watches a play is told how far it is.

use std::fmt;
use std::time::Duration;

/// The stages of a play, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Files are read.
    Import,
    /// Sellers register and change their settings.
    Sellers,
    /// The catalogue is listed and stock arrives.
    Catalogue,
    /// The eligibility cycle runs.
    Cycle,
    /// Buyers order.
    Orders,
    /// Until everything is final.
    Aftermath,
}

impl Stage {
    /// What it is called, and what is counted in it.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Import => ("read the input", "rows"),
            Self::Sellers => ("sellers register", "sellers"),
            Self::Catalogue => ("catalogue and stock arrive", "products"),
            Self::Cycle => ("eligibility cycle", "ASINs"),
            Self::Orders => ("buyers order", "orders"),
            Self::Aftermath => ("until all is final", "orders"),
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words().0)
    }
}

/// A finished stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageReport {
    /// Which one.
    pub stage: Stage,
    /// How many of what it counts.
    pub count: u64,
    /// Machine time it took.
    pub took: Duration,
}

impl StageReport {
    /// Things a second, rounded down; of an immeasurably short stage, all of them.
    pub fn per_second(&self) -> u64 {
        let millis = self.took.as_millis().max(1);
        u64::try_from(u128::from(self.count) * 1_000 / millis).unwrap_or(u64::MAX)
    }
}

/// Watches a play.
pub trait Progress: Send {
    /// A stage begins; `expected` things are to be counted in it.
    fn begin(&mut self, stage: Stage, expected: u64);
    /// So many are done, and the business time is `clock`.
    fn advance(&mut self, done: u64, clock: &str);
    /// The stage is over.
    fn end(&mut self, report: &StageReport);
    /// Something to be read.
    fn say(&mut self, text: &str);
}

/// Nobody watches.
#[derive(Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&mut self, _: Stage, _: u64) {}
    fn advance(&mut self, _: u64, _: &str) {}
    fn end(&mut self, _: &StageReport) {}
    fn say(&mut self, _: &str) {}
}
