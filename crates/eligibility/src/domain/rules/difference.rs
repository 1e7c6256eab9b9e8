//! What one rule set decides otherwise than another: by rule, by country, by product.

use std::collections::BTreeMap;

use kernel::{Asin, Country, CountrySet};

use super::{Rule, RuleSet};

/// Most products that are named.
pub(crate) const SAMPLES: usize = 50;

/// What became of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Added,
    Removed,
    /// It has another effect, scope, code, source or remedy.
    Changed,
}

/// Products that may go elsewhere than before.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) products: u64,
    /// Of them, those that lose a country.
    pub(crate) tightened: u64,
    /// Those that gain one.
    pub(crate) loosened: u64,
    /// By country: how many products lose it, and gain it.
    pub(crate) countries: BTreeMap<Country, (u64, u64)>,
    /// The first of them: what they lose, and gain.
    pub(crate) samples: Vec<(Asin, CountrySet, CountrySet)>,
}

impl Difference {
    /// Counts a product that may go to these countries by either rule set.
    pub(crate) fn count(&mut self, asin: Asin, before: CountrySet, after: CountrySet) {
        let (lost, gained) = (before.minus(after), after.minus(before));
        self.products += 1;
        if lost.is_empty() && gained.is_empty() {
            return;
        }
        self.tightened += u64::from(!lost.is_empty());
        self.loosened += u64::from(!gained.is_empty());
        for country in lost.iter() {
            self.countries.entry(country).or_default().0 += 1;
        }
        for country in gained.iter() {
            self.countries.entry(country).or_default().1 += 1;
        }
        if self.samples.len() < SAMPLES {
            self.samples.push((asin, lost, gained));
        }
    }
}

/// Rules that one set has otherwise than another, by id.
pub(crate) fn changed_rules(before: &RuleSet, after: &RuleSet) -> BTreeMap<String, Change> {
    let by_id = |set: &RuleSet| -> BTreeMap<String, Rule> {
        set.rules.iter().map(|rule| (rule.id.clone(), rule.clone())).collect()
    };
    let (before, after) = (by_id(before), by_id(after));
    let removed = before.keys().filter(|id| !after.contains_key(*id)).map(|id| (id.clone(), Change::Removed));
    let new = after.iter().filter_map(|(id, rule)| match before.get(id) {
        None => Some((id.clone(), Change::Added)),
        Some(known) => (known != rule).then(|| (id.clone(), Change::Changed)),
    });
    removed.chain(new).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn products_are_counted_by_what_they_lose_and_gain() {
        let set = |text: &str| CountrySet::parse(text).unwrap();
        let asin = Asin::parse("B000000001").unwrap();
        let mut difference = Difference::default();
        difference.count(asin, set("DE|FR"), set("DE|FR"));
        difference.count(asin, set("DE|FR"), set("FR|JP"));
        difference.count(asin, set("FR"), set("FR|JP"));
        assert_eq!((difference.products, difference.tightened, difference.loosened), (3, 1, 2));
        let countries: Vec<_> =
            difference.countries.iter().map(|(country, counts)| (country.as_str(), *counts)).collect();
        assert_eq!(countries, [("DE", (1, 0)), ("JP", (0, 2))]);
        assert_eq!(difference.samples, [(asin, set("DE"), set("JP")), (asin, set(""), set("JP"))]);
    }
}
