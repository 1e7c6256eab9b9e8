//! New ids: random in production, repeatable from a seed in tests and simulations.
// The one home of random UUIDs.
#![allow(clippy::disallowed_methods)]

use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

/// Source of new UUIDs. Ids of things that follow from an event are derived instead, so that a repeat makes the same.
#[derive(Clone, Debug)]
pub struct Ids(Source);

#[derive(Clone, Debug)]
enum Source {
    Random,
    Seeded(Arc<Mutex<ChaCha8Rng>>),
}

impl Ids {
    /// UUIDs version 7: random, and sorted by the machine's time, which keeps indexes dense.
    #[must_use]
    pub fn random() -> Self {
        Self(Source::Random)
    }

    /// The same sequence of UUIDs (version 4) for the same seed, on every machine.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(ChaCha8Rng::seed_from_u64(seed)))))
    }

    /// The next id.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        match &self.0 {
            Source::Random => Uuid::now_v7(),
            Source::Seeded(rng) => {
                let mut bytes = [0; 16];
                rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
                uuid::Builder::from_random_bytes(bytes).into_uuid()
            }
        }
    }
}
