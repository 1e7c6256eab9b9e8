//! The list of an earlier version becomes the list again.

use std::time::Duration;

use kernel::SellerId;
use sqlx::PgConnection;

use super::change_products::{change_products, look_up_regions};
use super::preview_changes::preview_changes;
use super::{Error, lock, read};
use crate::clients::Eligibility;
use crate::domain::{Act, Effect, Policy, Preview, Refused, Seller, Source, UploadMode, day};
use crate::store::staging;

/// How long the count of what a dry run would stop may take: the caller waits for its answer.
const PREVIEW: Duration = Duration::from_secs(20);

/// Which list, and under which conditions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Restoring {
    pub(crate) seller: SellerId,
    /// The settings version that had the list.
    pub(crate) version: i64,
    /// The settings version the caller read.
    pub(crate) expected: Option<i64>,
    /// Change nothing.
    pub(crate) dry_run: bool,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Restored {
    pub(crate) seller: Seller,
    pub(crate) effect: Effect,
    /// Of a dry run, where eligibility answered.
    pub(crate) preview: Option<Preview>,
}

/// Restores the list of excluded products. What its regions stand for is looked up anew. A dry run only looks, and nobody
/// waits for it.
pub(crate) async fn restore_exclusions(
    db: &mut PgConnection,
    policy: &Policy,
    eligibility: &Eligibility,
    act: Act<'_>,
    restoring: Restoring,
) -> Result<Restored, Error> {
    let seller = if restoring.dry_run {
        read(db, restoring.seller).await?
    } else {
        lock(db, restoring.seller).await?
    };
    seller.expect(restoring.expected)?;
    if !(1..=seller.version).contains(&restoring.version) {
        return Err(Refused::NoSuchVersion { asked: restoring.version, actual: seller.version }.into());
    }
    staging::create(db).await?;
    staging::want_version(db, seller.id, restoring.version).await?;
    look_up_regions(db, policy.regions(), act).await?;
    staging::compare(db, seller.id, UploadMode::Replace).await?;
    let effect = staging::effect(db, seller.id, seller.product_exclusions).await?;
    if effect.added > 0 && effect.non_media > policy.product_exclusions(day(act.at)) {
        return Err(Refused::TooManyExclusions { count: effect.non_media }.into());
    }
    if restoring.dry_run {
        let preview = preview_changes(db, eligibility, seller.id, PREVIEW).await?;
        return Ok(Restored { seller, effect, preview });
    }
    let seller = change_products(db, act, seller, Source::Restored(restoring.version), effect).await?;
    Ok(Restored { seller, effect, preview: None })
}
