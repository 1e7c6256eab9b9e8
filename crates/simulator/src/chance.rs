//! Decisions of the outside world, made by hashing what they are about: the same seed and ids decide the same, in
//! whatever order things arrive.

use jiff::SignedDuration;
use sha2::{Digest, Sha256};

/// The seed of one world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    seed: u64,
}

impl Chance {
    /// A world's chance.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// 64 evenly spread bits that follow from the seed, what is decided and about whom.
    pub fn bits(&self, what: &str, whom: &str) -> u64 {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        // Length-prefixed, so that no two pairs share a text.
        hash.update((what.len() as u64).to_be_bytes());
        hash.update(what);
        hash.update(whom);
        let digest = hash.finalize();
        u64::from_be_bytes(digest[..8].try_into().unwrap_or_default())
    }

    /// A number from 0 up to, not including, `bound`; 0 when the bound is 0.
    pub fn below(&self, bound: u64, what: &str, whom: &str) -> u64 {
        // The high half of the product is even over the bound without a modulo's bias.
        ((u128::from(self.bits(what, whom)) * u128::from(bound)) >> 64) as u64
    }

    /// True for so many of a thousand.
    pub fn happens(&self, per_mille: u32, what: &str, whom: &str) -> bool {
        self.below(1_000, what, whom) < u64::from(per_mille)
    }

    /// One of the choices; `None` of none.
    pub fn pick<'a, T>(&self, choices: &'a [T], what: &str, whom: &str) -> Option<&'a T> {
        choices.get(self.below(choices.len() as u64, what, whom) as usize)
    }

    /// A time span of whole seconds between two numbers of minutes, both included.
    pub fn minutes(&self, (least, most): (u32, u32), what: &str, whom: &str) -> SignedDuration {
        let seconds = u64::from(most.saturating_sub(least)) * 60 + 1;
        let chosen = u64::from(least) * 60 + self.below(seconds, what, whom);
        SignedDuration::from_secs(i64::try_from(chosen).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_decided_depends_on_seed_matter_and_id_alone() {
        let chance = Chance::new(7);
        assert_eq!(chance.bits("loss", "a"), Chance::new(7).bits("loss", "a"));
        assert_ne!(chance.bits("loss", "a"), Chance::new(8).bits("loss", "a"));
        assert_ne!(chance.bits("loss", "a"), chance.bits("los", "sa"));
    }

    #[test]
    fn never_and_always_are_exact() {
        let chance = Chance::new(1);
        for id in 0..200 {
            let id = id.to_string();
            assert!(!chance.happens(0, "x", &id));
            assert!(chance.happens(1_000, "x", &id));
        }
    }

    proptest! {
        #[test]
        fn a_number_stays_below_its_bound(bound in 1u64.., whom in ".{0,12}") {
            prop_assert!(Chance::new(3).below(bound, "n", &whom) < bound);
        }

        #[test]
        fn minutes_stay_between_their_bounds(least in 0u32..10_000, more in 0u32..10_000, whom in ".{0,12}") {
            let span = Chance::new(3).minutes((least, least + more), "m", &whom).as_secs();
            prop_assert!((i64::from(least) * 60..=i64::from(least + more) * 60).contains(&span));
        }
    }
}
