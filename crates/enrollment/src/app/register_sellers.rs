//! The registry announces sellers: those the policy takes in are enrolled by default.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use kernel::SellerId;
use sqlx::PgConnection;

use super::{Error, next_authority, record, rule_and_terms};
use crate::domain::{Change, Policy, Registration, Seller, day};
use crate::store;

/// Registers sellers that are not known yet; of several announcements of one seller the first counts. One statement for
/// the sellers, however many.
pub(crate) async fn register_sellers(
    db: &mut PgConnection,
    policy: &Policy,
    now: Timestamp,
    registrations: Vec<Registration>,
) -> Result<(), Error> {
    let mut new: BTreeMap<SellerId, (Seller, Change)> = BTreeMap::new();
    for registration in registrations {
        let id = registration.seller;
        if let Entry::Vacant(vacant) = new.entry(id) {
            let (rule, terms) = rule_and_terms(policy, registration.marketplace, day(now))?;
            vacant.insert(Seller::register(registration, rule, terms, next_authority(id, 0), now));
        }
    }
    let (sellers, changes): (Vec<Seller>, Vec<Change>) = new.into_values().unzip();
    if sellers.is_empty() {
        return Ok(());
    }
    let added: HashSet<SellerId> = store::sellers::insert(db, &sellers).await?.into_iter().collect();
    let changes: Vec<Change> = changes.into_iter().filter(|change| added.contains(&change.seller)).collect();
    if changes.is_empty() { Ok(()) } else { record(db, &changes).await }
}
