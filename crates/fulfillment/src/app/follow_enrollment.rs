//! Keeps up with who takes part, and under which authority.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{AuthorityId, SellerId};
use messaging::HandleError;
use sqlx::PgConnection;

use super::deadlines::of_sweep;
use crate::store;
use crate::store::sellers::Participation;

/// What enrollment tells of sellers.
#[derive(Debug, Default)]
pub(crate) struct EnrollmentNews {
    /// The newest participation of each seller.
    pub(crate) participations: BTreeMap<SellerId, Participation>,
    /// Authorities that were revoked, and when.
    pub(crate) revocations: Vec<(SellerId, AuthorityId, Timestamp)>,
}

impl EnrollmentNews {
    /// Adds a participation, unless a newer one is there.
    pub(crate) fn push(&mut self, seller: SellerId, news: Participation) {
        let known = self.participations.entry(seller).or_insert(news);
        if known.settings_version <= news.settings_version {
            *known = news;
        }
    }
}

/// Stores the news; what was accepted under a revoked authority is held, part by part, from `now` on.
pub(crate) async fn follow_enrollment(
    db: &mut PgConnection,
    news: &EnrollmentNews,
    now: Timestamp,
) -> Result<(), HandleError> {
    if !news.participations.is_empty() {
        store::sellers::save(db, &news.participations).await?;
    }
    for (seller, authority, at) in &news.revocations {
        store::sellers::revoke(db, *seller, *authority, *at).await?;
    }
    let sweeps: Vec<_> =
        news.revocations.iter().map(|(_, authority, _)| of_sweep(*authority, None, now)).collect();
    Ok(messaging::deadlines::set(db, &sweeps).await?)
}
