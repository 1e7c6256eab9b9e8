//! Whether something changed since a moment. Moments are counted by what the database says; sellers and products share a
//! fixed number of stripes, so that one that changed makes a few others look changed as well.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

/// Some 256 KiB. Of a million products some thirty share a stripe.
const STRIPES: usize = 1 << 15;

/// A place in the stripes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stripe(u16);

/// Moments of the last changes.
#[derive(Debug)]
pub(super) struct Ticks {
    now: AtomicU64,
    /// Of everything at once.
    all: AtomicU64,
    stripes: Box<[AtomicU64]>,
}

impl Stripe {
    /// Of a seller's or a product's id.
    pub(super) fn of(id: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        Self((hasher.finish() % STRIPES as u64) as u16)
    }
}

impl Ticks {
    pub(super) fn new() -> Self {
        let stripes = std::iter::repeat_with(AtomicU64::default).take(STRIPES).collect();
        Self { now: AtomicU64::default(), all: AtomicU64::default(), stripes }
    }

    /// The moment now: to be asked before something is read that shall be remembered.
    pub(super) fn now(&self) -> u64 {
        self.now.load(Ordering::Acquire)
    }

    /// This id's changed.
    pub(super) fn changed(&self, id: &str) {
        self.tick(&self.stripes[usize::from(Stripe::of(id).0)]);
    }

    /// Everything may have changed.
    pub(super) fn all_changed(&self) {
        self.tick(&self.all);
    }

    /// Nothing of these changed since a moment.
    pub(super) fn unchanged(&self, since: u64, stripes: [Stripe; 2]) -> bool {
        let at = |stripe: Stripe| self.stripes[usize::from(stripe.0)].load(Ordering::Acquire);
        self.all.load(Ordering::Acquire) <= since && stripes.into_iter().all(|stripe| at(stripe) <= since)
    }

    /// Who reads the moment between the two steps reads the database after the change.
    fn tick(&self, place: &AtomicU64) {
        let tick = self.now.fetch_add(1, Ordering::AcqRel) + 1;
        place.fetch_max(tick, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_for_what_was_read_before_it_alone() {
        let ticks = Ticks::new();
        let (mine, other) = (Stripe::of("B000000001"), Stripe::of("A1SELLER00001"));
        let before = ticks.now();
        assert!(ticks.unchanged(before, [mine, other]));
        ticks.changed("B000000001");
        assert!(!ticks.unchanged(before, [mine, other]));
        assert!(!ticks.unchanged(before, [other, mine]));
        assert!(ticks.unchanged(before, [other, other]));
        assert!(ticks.unchanged(ticks.now(), [mine, other]));
    }

    #[test]
    fn a_change_of_everything_counts_for_all() {
        let ticks = Ticks::new();
        let before = ticks.now();
        ticks.all_changed();
        let stripes = [Stripe::of("a"), Stripe::of("b")];
        assert!(!ticks.unchanged(before, stripes));
        assert!(ticks.unchanged(ticks.now(), stripes));
    }
}
