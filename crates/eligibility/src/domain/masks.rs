//! The compiled kernel: what each fact closes is a set of countries, so that one product against all destinations is a
//! handful of operations on 256 bits, without allocation and with every reason kept.

use kernel::CountrySet;

use super::facts::{Fact, Facts};
use super::rules::{Effect, Rule};

const FACTS: usize = 256;

/// Rules of a day, by the facts they are about.
#[derive(Debug, Clone)]
pub(crate) struct Masks {
    /// Destinations that are served and under no embargo.
    open: CountrySet,
    closed: Box<[Closed; FACTS]>,
    /// Facts that close anything.
    binding: Facts,
}

/// What a fact closes.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Closed {
    blocked: CountrySet,
    under_review: CountrySet,
}

/// What facts come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Destinations the product may go to.
    pub eligible: CountrySet,
    /// The same and those that a review may open.
    pub not_blocked: CountrySet,
    /// The facts that close anything: their rules are the reasons.
    pub reasons: Facts,
}

impl Masks {
    /// Rules with the fact that each is about.
    pub(crate) fn compile<'a>(open: CountrySet, rules: impl IntoIterator<Item = (Fact, &'a Rule)>) -> Self {
        let mut masks = Self { open, closed: Box::new([Closed::default(); FACTS]), binding: Facts::EMPTY };
        for (fact, rule) in rules {
            let closed = &mut masks.closed[fact.index()];
            match rule.effect {
                Effect::Block => closed.blocked = closed.blocked.union(rule.scope),
                Effect::Review => closed.under_review = closed.under_review.union(rule.scope),
                Effect::Warn => continue,
            }
            masks.binding = masks.binding.with(fact);
        }
        masks
    }

    /// All destinations in one pass.
    #[inline]
    pub(crate) fn judge(&self, facts: Facts) -> Outcome {
        let reasons = facts.intersect(self.binding);
        let (mut blocked, mut under_review) = (CountrySet::EMPTY, CountrySet::EMPTY);
        reasons.for_each(|fact| {
            let closed = &self.closed[fact.index()];
            blocked = blocked.union(closed.blocked);
            under_review = under_review.union(closed.under_review);
        });
        let not_blocked = self.open.minus(blocked);
        Outcome { eligible: not_blocked.minus(under_review), not_blocked, reasons }
    }
}
