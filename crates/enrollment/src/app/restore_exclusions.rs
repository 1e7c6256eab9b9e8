//! The list of an earlier version becomes the list again.

use kernel::SellerId;
use sqlx::PgConnection;

use super::change_products::{change_products, look_up_regions};
use super::{Error, lock};
use crate::domain::{Act, Effect, Policy, Refused, Seller, Source, UploadMode, day};
use crate::store::staging;

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

/// Restores the list of excluded products. What its regions stand for is looked up anew.
pub(crate) async fn restore_exclusions(
    db: &mut PgConnection,
    policy: &Policy,
    act: Act<'_>,
    restoring: Restoring,
) -> Result<(Seller, Effect), Error> {
    let seller = lock(db, restoring.seller).await?;
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
        return Ok((seller, effect));
    }
    let seller = change_products(db, act, seller, Source::Restored(restoring.version), effect).await?;
    Ok((seller, effect))
}
