//! Settings of sellers in memory, for reads. An event of a seller, whoever published it, lets go what is older; what a caller
//! has seen newer of is read from the database.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use kernel::SellerId;
use messaging::Watch;
use wire::enrollment::events::v1::EnrollmentEvent;
use wire::enrollment::events::v1::enrollment_event::Event;

use crate::domain::Seller;
use crate::store::authorities::Authority;

/// Sellers that are remembered, at most: some 100 MB.
const MOST: usize = 100_000;
/// Authorities of a seller that is remembered, at most.
const MOST_AUTHORITIES: usize = 50;

/// What is remembered of a seller.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) seller: Seller,
    /// All of them, oldest first.
    pub(crate) authorities: Vec<Authority>,
}

/// Settings of some sellers.
#[derive(Default)]
pub(crate) struct Remembered {
    sellers: RwLock<Sellers>,
}

#[derive(Default)]
struct Sellers {
    /// Nothing is remembered while events are not heard.
    hears: bool,
    entries: HashMap<SellerId, Entry>,
}

#[derive(Default)]
struct Entry {
    /// There are settings of this version: older ones do not count.
    least: i64,
    settings: Option<Arc<Settings>>,
}

impl Settings {
    /// The authority in force at a time: the last one granted by then, unless it had ended. What came of it later is left
    /// out.
    pub(crate) fn authority_at(&self, at: jiff::Timestamp) -> Option<Authority> {
        let granted = self.authorities.iter().rev().find(|authority| authority.granted_at <= at)?;
        let by_then =
            |entry: &Option<(jiff::Timestamp, String)>| entry.as_ref().is_some_and(|entry| entry.0 <= at);
        if by_then(&granted.ended) || by_then(&granted.revoked) {
            return None;
        }
        Some(Authority { ended: None, revoked: None, ..granted.clone() })
    }

    /// The authority in force.
    pub(crate) fn authority(&self) -> Option<&Authority> {
        let id = self.seller.participation.authority?;
        self.authorities.iter().find(|authority| authority.id == id)
    }
}

impl Remembered {
    /// What is remembered of a seller, of this version or a newer one.
    pub(crate) fn get(&self, seller: SellerId, min_version: i64) -> Option<Arc<Settings>> {
        let sellers = self.sellers.read().unwrap_or_else(PoisonError::into_inner);
        let settings = sellers.entries.get(&seller)?.settings.as_ref()?;
        (settings.seller.version >= min_version).then(|| settings.clone())
    }

    /// Says that a seller is about to be read: what changes meanwhile is not missed.
    pub(crate) fn expect(&self, seller: SellerId) {
        let mut sellers = self.sellers.write().unwrap_or_else(PoisonError::into_inner);
        if sellers.hears && sellers.entries.len() < MOST {
            sellers.entries.entry(seller).or_default();
        }
    }

    /// Remembers what was read after [`Remembered::expect`], unless it changed since.
    pub(crate) fn remember(&self, settings: &Arc<Settings>) {
        let mut sellers = self.sellers.write().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = sellers.entries.get_mut(&settings.seller.id) else { return };
        let known = entry.settings.as_ref().map_or(0, |known| known.seller.version);
        if settings.seller.version >= entry.least.max(known) && settings.authorities.len() <= MOST_AUTHORITIES
        {
            entry.settings = Some(settings.clone());
        }
    }

    /// There is no such seller: it takes no room.
    pub(crate) fn forget(&self, seller: SellerId) {
        let mut sellers = self.sellers.write().unwrap_or_else(PoisonError::into_inner);
        sellers.entries.remove(&seller);
    }

    /// Lets go what is older than a version.
    pub(crate) fn changed(&self, seller: SellerId, version: i64) {
        let mut sellers = self.sellers.write().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = sellers.entries.get_mut(&seller) else { return };
        entry.least = entry.least.max(version);
        if entry.settings.as_ref().is_some_and(|known| known.seller.version < version) {
            entry.settings = None;
        }
    }
}

impl Watch<EnrollmentEvent> for Remembered {
    fn seen(&self, event: &EnrollmentEvent) {
        let Some((seller, version)) = event.event.as_ref().map(version_of) else { return };
        if let Ok(seller) = seller.parse() {
            self.changed(seller, version);
        }
    }

    fn hears(&self, hears: bool) {
        let mut sellers = self.sellers.write().unwrap_or_else(PoisonError::into_inner);
        sellers.hears = hears;
        // Of what is remembered some changes may have been missed.
        sellers.entries.clear();
    }
}

fn version_of(event: &Event) -> (&str, i64) {
    match event {
        Event::SellerEnrolled(event) => (&event.seller_id, event.settings_version),
        Event::SellerNotEnrolled(event) => (&event.seller_id, event.settings_version),
        Event::ExportEnabled(event) => (&event.seller_id, event.settings_version),
        Event::ExportDisabled(event) => (&event.seller_id, event.settings_version),
        Event::AuthorityRevoked(event) => (&event.seller_id, event.settings_version),
        Event::CountryExclusionsReplaced(event) => (&event.seller_id, event.settings_version),
        Event::ProductExcluded(event) => (&event.seller_id, event.settings_version),
        Event::ProductIncluded(event) => (&event.seller_id, event.settings_version),
        Event::ProductExclusionsChanged(event) => (&event.seller_id, event.settings_version),
    }
}
