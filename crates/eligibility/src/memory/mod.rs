//! Offers that were checked before, for the next check of them: what the tables said of them, for all destinations, until the
//! database says that it changed, whoever changed it (`migrations/0006_tell_changes.sql`).
//!
//! A change is heard some milliseconds after it was committed; until then the old answer may come. Who must see a change of
//! settings names its version and gets an answer that is at least as new. While nothing is heard, nothing is remembered.

mod ticks;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kernel::Sku;
use messaging::Notices;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::store::check::{Asked, Known};
use ticks::{Stripe, Ticks};

/// What the cache and the allocator take for an offer besides what it holds.
const OVERHEAD: usize = 112;
/// Stands for everything in a notice; the names of sellers and products do not have it.
const ALL: &str = "*";

/// An offer with what was read of it.
#[derive(Debug)]
pub(crate) struct Offer {
    key: Asked,
    pub(crate) known: Known,
    /// What counts for it: its seller and its product.
    stripes: [Stripe; 2],
    read_at: u64,
}

impl Offer {
    /// What was not read for checks that come again.
    pub(crate) fn read_once(key: Asked, known: Known) -> Self {
        let stripe = Stripe::of(key.0.as_str());
        Self { key, known, stripes: [stripe, stripe], read_at: 0 }
    }

    /// Its SKU; empty where the seller lists none.
    pub(crate) fn sku(&self) -> &str {
        self.key.1.as_ref().map(Sku::as_str).unwrap_or_default()
    }
}

/// Offers by the hash of their keys: a few of a kind are told apart by the key itself.
type Offers = Cache<u64, Arc<Offer>, Weight>;

/// Offers that were read.
#[derive(Debug)]
pub(crate) struct Memory {
    offers: Offers,
    hash: RandomState,
    ticks: Ticks,
    hears: AtomicBool,
}

/// A moment before something was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(u64);

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<u64, Arc<Offer>> for Weight {
    fn weight(&self, _: &u64, offer: &Arc<Offer>) -> u64 {
        let held = size_of::<Offer>() + offer.sku().len() + offer.known.text_len();
        (held + OVERHEAD) as u64
    }
}

impl Memory {
    /// For some MiB of offers; 0 remembers nothing.
    pub(crate) fn new(mebibytes: u32) -> Self {
        let capacity = u64::from(mebibytes) << 20;
        let offers = (capacity / 400) as usize;
        Self {
            offers: Cache::with_weighter(offers, capacity, Weight),
            hash: RandomState::new(),
            ticks: Ticks::new(),
            hears: AtomicBool::new(false),
        }
    }

    /// What is remembered of a seller's offer, with these settings of the seller or newer ones.
    pub(crate) fn get(&self, seller: &str, sku: &str, min_settings_version: i64) -> Option<Arc<Offer>> {
        if !self.hears.load(Ordering::Acquire) {
            return None;
        }
        let offer = self.offers.get(&self.hash.hash_one((seller, sku)))?;
        let holds = offer.key.0.as_str() == seller
            && offer.sku() == sku
            && offer.known.settings_version() >= min_settings_version
            && self.ticks.unchanged(offer.read_at, offer.stripes);
        holds.then_some(offer)
    }

    /// To be asked before offers are read: what changes meanwhile is not missed.
    pub(crate) fn moment(&self) -> Moment {
        Moment(self.ticks.now())
    }

    /// Remembers what was read after a moment; of an offer that is unknown, or of a product that was never evaluated,
    /// nothing.
    pub(crate) fn keep(&self, key: Asked, known: Known, moment: Moment) -> Arc<Offer> {
        let seller = Stripe::of(key.0.as_str());
        let asin = known.evaluated().map(|asin| Stripe::of(asin.as_str()));
        let stripes = [seller, asin.unwrap_or(seller)];
        let offer = Arc::new(Offer { key, known, stripes, read_at: moment.0 });
        let hash = self.hash.hash_one((offer.key.0.as_str(), offer.sku()));
        if asin.is_some() && self.hears.load(Ordering::Acquire) {
            self.offers.insert(hash, offer.clone());
        }
        offer
    }
}

impl Notices for Memory {
    const CHANNEL: &'static str = "eligibility_changed";
    const BEATS: bool = true;

    fn told(&self, changed: &str) {
        match changed {
            ALL => self.ticks.all_changed(),
            ids => ids.lines().for_each(|id| self.ticks.changed(id)),
        }
    }

    fn hears(&self, hears: bool) {
        // Of what is remembered some changes may have been missed.
        self.ticks.all_changed();
        self.hears.store(hears, Ordering::Release);
        self.offers.clear();
    }
}

#[cfg(test)]
mod tests;
