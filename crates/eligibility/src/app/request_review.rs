//! A seller asks that one of its products be evaluated before the next cycle.

use jiff::Timestamp;
use kernel::{Asin, ReviewId, SellerId};
use sqlx::PgConnection;

use super::Rules;
use crate::domain::day;
use crate::domain::review::{Outcome, Review, TooMany, counted_since, may_ask};
use crate::domain::review_limits::ReviewLimits;
use crate::store;

/// Who asks for what.
pub(crate) struct Asked<'a> {
    /// The review's id, should there be one.
    pub(crate) id: ReviewId,
    pub(crate) seller: SellerId,
    pub(crate) asin: Asin,
    pub(crate) by: &'a str,
}

/// What became of it.
pub(crate) enum Requested {
    /// It waits to be done.
    New(Review),
    /// The seller has asked for it before, and it still waits.
    Waiting(Review),
    /// Nothing would come of it.
    UpToDate(Outcome),
    /// The seller does not list the product.
    NotListed,
    TooMany(TooMany),
}

/// Asks for a review. The seller need not take part.
pub(crate) async fn request_review(
    db: &mut PgConnection,
    rules: &Rules,
    limits: &ReviewLimits,
    now: Timestamp,
    asked: Asked<'_>,
) -> sqlx::Result<Requested> {
    let Asked { id, seller, asin, by } = asked;
    store::reviews::lock_seller(db, seller).await?;
    if let Some(waiting) = store::reviews::waiting(db, seller, asin).await? {
        return Ok(Requested::Waiting(waiting));
    }
    if !store::items::lists(db, seller, asin).await? {
        return Ok(Requested::NotListed);
    }
    let last = store::reviews::last_evaluation(db, asin).await?;
    if let Some(last) = last.filter(|last| last.is_up_to_date(&rules.at(now).version)) {
        return Ok(Requested::UpToDate(last.outcome));
    }
    let most = limits.at(day(now)).per_seller_per_day;
    let newest = store::reviews::times_since(db, seller, counted_since(now), most).await?;
    if let Err(refused) = may_ask(&newest, usize::try_from(most).unwrap_or_default()) {
        return Ok(Requested::TooMany(refused));
    }
    let review = Review { id, seller, asin, created_by: by.to_owned(), created: now, outcome: None };
    store::reviews::insert(db, &review).await?;
    Ok(Requested::New(review))
}
