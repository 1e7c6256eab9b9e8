//! What becomes of a verdict when its product changes between two cycles. A change that takes a country away counts at
//! once; what it would open waits for the next cycle, as does every change that only opens. (Our choice: the programme
//! says only that new products are processed monthly, and a hazard that became known must not stay permitted.)

use kernel::CountrySet;

use super::verdict::{Ruling, State, Verdict};

/// A verdict that was tightened at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tightened {
    /// The new judgement, restricted to what stood.
    pub(crate) verdict: Verdict,
    /// Countries the new judgement would open: they wait for the next cycle.
    pub(crate) held: CountrySet,
}

/// Compares the countries that stand with a new judgement: `None` when nothing is taken away and all waits.
pub(crate) fn between_cycles(standing: CountrySet, again: Verdict) -> Option<Tightened> {
    let opened = again.ruling.eligible;
    if standing.is_subset_of(opened) {
        return None;
    }
    let eligible = standing.intersect(opened);
    let held = opened.minus(standing);
    let state = match (eligible.is_empty(), held.is_empty()) {
        (false, _) => State::Exportable,
        (true, false) => State::NotExportable,
        (true, true) => again.ruling.state,
    };
    let ruling = Ruling { state, eligible, ..again.ruling };
    Some(Tightened { verdict: Verdict { ruling, ..again }, held })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::super::verdict::Shown;
    use super::*;

    fn set(text: &str) -> CountrySet {
        CountrySet::parse(text).unwrap()
    }

    fn verdict(eligible: CountrySet) -> Verdict {
        let state = if eligible.is_empty() { State::NeedsReview } else { State::Exportable };
        let ruling = Ruling { state, eligible, codes: Vec::new(), warnings: Vec::new() };
        Verdict { shown: Shown::default(), ruling }
    }

    #[test]
    fn a_loosening_waits() {
        assert_eq!(between_cycles(set("DE"), verdict(set("DE|FR"))), None);
        assert_eq!(between_cycles(set(""), verdict(set("FR"))), None);
    }

    #[test]
    fn a_tightening_counts_at_once() {
        let tightened = between_cycles(set("DE|FR"), verdict(set("DE"))).unwrap();
        assert_eq!((tightened.verdict.ruling.eligible, tightened.held), (set("DE"), set("")));
    }

    #[test]
    fn of_a_mixed_change_only_the_tightening_counts() {
        let tightened = between_cycles(set("DE|FR"), verdict(set("DE|JP"))).unwrap();
        assert_eq!((tightened.verdict.ruling.eligible, tightened.held), (set("DE"), set("JP")));
    }

    #[test]
    fn nothing_left_takes_the_state_of_the_new_judgement() {
        let tightened = between_cycles(set("DE"), verdict(set(""))).unwrap();
        assert_eq!(tightened.verdict.ruling.state, State::NeedsReview);
        let swapped = between_cycles(set("DE"), verdict(set("JP"))).unwrap();
        assert_eq!(swapped.verdict.ruling.state, State::NotExportable);
    }

    fn any_set() -> impl Strategy<Value = CountrySet> {
        proptest::collection::vec(0usize..kernel::Country::COUNT, 0..60)
            .prop_map(|picks| picks.into_iter().filter_map(|i| kernel::Country::all().nth(i)).collect())
    }

    proptest! {
        #[test]
        fn a_change_between_cycles_never_opens_a_country(standing in any_set(), again in any_set()) {
            let kept = between_cycles(standing, verdict(again)).map_or(standing, |t| t.verdict.ruling.eligible);
            prop_assert!(kept.is_subset_of(standing));
            prop_assert!(kept == standing || kept.is_subset_of(again));
        }
    }
}
