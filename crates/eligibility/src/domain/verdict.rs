//! One product against all destinations: the facts of its offers taken together, judged by a rule set.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{CountrySet, Dimensions, Weight};

use super::facts::{Fact, Facts};
use super::goods::Found;
use super::masks::Outcome;
use super::offer::Offer;
use super::rules::RuleSet;
use super::size::Size;

/// The longest evidence kept, in characters.
const EVIDENCE_MAX_CHARS: usize = 200;

/// A product as all its offers describe it. What one offer leaves open another may tell; where they contradict each
/// other the stricter counts: larger sides, more weight, every class that any of them shows.
#[derive(Debug, Default)]
pub(crate) struct Product {
    sides: Option<Dimensions>,
    weight: Option<Weight>,
    content_chars: i64,
    found: Found,
    unknown_families: BTreeSet<String>,
    /// Some offer is in a language that the terms know.
    understood: bool,
    /// What of an offer is not.
    not_understood: Option<String>,
}

/// What the offers of a product show together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Shown {
    pub(crate) facts: Facts,
    /// `None` while unknown.
    pub(crate) size_tier: Option<String>,
    /// What of the product each fact is about.
    pub(crate) evidence: BTreeMap<Fact, String>,
}

/// What facts come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ruling {
    pub(crate) state: State,
    pub(crate) eligible: CountrySet,
    /// Codes of all reasons against it, without countries, sorted and without repeats. Warnings are no reasons.
    pub(crate) codes: Vec<String>,
    /// Codes of all warnings.
    pub(crate) warnings: Vec<String>,
}

/// What is decided about a product, and from what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) shown: Shown,
    pub(crate) ruling: Ruling,
}

/// The verdict in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Waits for the next cycle.
    Pending,
    /// May go to at least one destination.
    Exportable,
    /// May go nowhere, whatever a review would find.
    NotExportable,
    /// May go nowhere until what is missing or unclear is known.
    NeedsReview,
}

impl RuleSet {
    /// Takes one more offer of the product into account.
    pub(crate) fn observe(&self, product: &mut Product, offer: &Offer) {
        product.sides = larger(product.sides, offer.sides);
        product.weight = product.weight.max(offer.weight);
        product.content_chars = product.content_chars.max(offer.content_chars);
        let least_words = self.numbers.text_min_words.unwrap_or_default();
        let unclear = self.goods.find(offer, least_words, &mut product.found);
        product.unknown_families.extend(unclear.families.into_iter().map(str::to_owned));
        product.understood |= unclear.text.is_none();
        product.not_understood = product.not_understood.take().or(unclear.text);
        let declared = self
            .hazards
            .judge(&offer.hazards)
            .into_iter()
            .chain(self.export_control.judge(&offer.export_control));
        for (class, confidence, evidence) in declared {
            if let Some(class) = self.goods.named(class) {
                self.goods.add(&mut product.found, class, confidence, evidence);
            }
        }
    }

    /// What a product shows.
    pub(crate) fn show(&self, product: &Product) -> Shown {
        let (size_tier, size) = self.judge_size(product);
        let programme = [self.judge_content(product), size, judge_families(product), judge_text(product)];
        let classes = product.found.iter().map(|(class, confidence, evidence)| {
            (Fact::class(class, confidence), evidence.chars().take(EVIDENCE_MAX_CHARS).collect())
        });
        let evidence: BTreeMap<Fact, String> = programme.into_iter().flatten().chain(classes).collect();
        Shown { facts: evidence.keys().copied().collect(), size_tier, evidence }
    }

    /// Decides about what a product shows.
    pub(crate) fn judge(&self, shown: Shown) -> Verdict {
        Verdict { ruling: self.decide(shown.facts), shown }
    }

    fn judge_content(&self, product: &Product) -> Option<(Fact, String)> {
        let enough = self.numbers.content_min_chars.is_some_and(|least| product.content_chars >= least);
        let evidence = "no description and no bullet point with visible text";
        (!enough).then(|| (Fact::CONTENT_MISSING, evidence.to_owned()))
    }

    fn judge_size(&self, product: &Product) -> (Option<String>, Option<(Fact, String)>) {
        match self.tiers.classify(product.sides, product.weight) {
            Size::Tier { name, exportable: true, .. } => (Some(name), None),
            Size::Tier { name, evidence, .. } => (Some(name), Some((Fact::OVERSIZE, evidence))),
            Size::TooLargeAnyway { evidence } => (None, Some((Fact::OVERSIZE, evidence))),
            Size::Unknown { missing } => (None, Some((Fact::DIMENSIONS_MISSING, missing))),
        }
    }
}

fn judge_families(product: &Product) -> Option<(Fact, String)> {
    let first = product.unknown_families.first()?;
    Some((Fact::FAMILY_UNKNOWN, format!("declared: {first}")))
}

/// One offer that can be read tells what the product is.
fn judge_text(product: &Product) -> Option<(Fact, String)> {
    let text = product.not_understood.as_ref().filter(|_| !product.understood)?;
    Some((Fact::TEXT_NOT_UNDERSTOOD, format!("text: {text}")))
}

impl State {
    pub(crate) const ALL: [Self; 4] =
        [Self::Pending, Self::Exportable, Self::NotExportable, Self::NeedsReview];
    const NAMES: [(&'static str, Self); 4] = [
        ("PENDING", Self::Pending),
        ("EXPORTABLE", Self::Exportable),
        ("NOT_EXPORTABLE", Self::NotExportable),
        ("NEEDS_REVIEW", Self::NeedsReview),
    ];

    pub(super) fn of(outcome: &Outcome) -> Self {
        match (outcome.eligible.is_empty(), outcome.not_blocked.is_empty()) {
            (false, _) => Self::Exportable,
            (true, false) => Self::NeedsReview,
            (true, true) => Self::NotExportable,
        }
    }

    /// Name in tables, events and reports.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, state)| *state == self).map_or("", |(name, _)| name)
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, state)| *state)
    }
}

/// Side by side the larger one, so that the box holds both.
fn larger(a: Option<Dimensions>, b: Option<Dimensions>) -> Option<Dimensions> {
    match (a, b) {
        (Some(a), Some(b)) => Some(Dimensions::new(
            a.longest().max(b.longest()),
            a.median().max(b.median()),
            a.shortest().max(b.shortest()),
        )),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests;
