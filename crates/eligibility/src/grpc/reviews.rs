//! Reviews: asked for, looked at.

use std::sync::Arc;

use chassis::{Error, Ids, principal};
use kernel::{Asin, ReviewId, SellerId};
use messaging::calls::{Begun, begin, database};
use tonic::{Request, Response};
use wire::ErrorReason;
use wire::convert::{parse, timestamp};
use wire::eligibility::v1::*;

use super::{EligibilityApi, own_seller};
use crate::app::{Asked, Requested, request_review};
use crate::domain::review::{Outcome, Review as Known, TooMany};
use crate::domain::review_limits::ReviewLimits;
use crate::store;

/// What calls about reviews need besides.
pub(crate) struct ReviewsApi {
    pub(crate) limits: Arc<ReviewLimits>,
    pub(crate) ids: Ids,
}

impl EligibilityApi {
    pub(super) async fn ask_for_review(
        &self,
        request: &Request<RequestReviewRequest>,
    ) -> Result<Response<RequestReviewResponse>, Error> {
        let asked = request.get_ref();
        let seller = own_seller(request, &asked.seller_id)?;
        let asin: Asin = parse("asin", &asked.asin)?;
        let (caller, now) = (&principal(request)?.subject, self.clock.now());
        let begun = begin(&self.pool, caller, "RequestReview", &asked.request_id, asked, now).await?;
        let mut call = match begun {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        let id = ReviewId::new(self.reviews.ids.uuid());
        let asked = Asked { id, seller, asin, by: caller };
        let requested = request_review(&mut call.db, &self.rules, &self.reviews.limits, now, asked).await;
        let (review, already_applied) = match requested.map_err(database)? {
            Requested::New(review) => (shown(review), false),
            Requested::Waiting(review) => (shown(review), true),
            Requested::UpToDate(last) => (not_needed(seller, asin, last), true),
            Requested::NotListed => return Err(not_listed(seller, asin)),
            Requested::TooMany(refused) => return Err(too_many(seller, refused)),
        };
        let answer = RequestReviewResponse { review: Some(review), already_applied };
        call.answer(answer).await.map(Response::new)
    }

    pub(super) async fn review(
        &self,
        request: &Request<GetReviewRequest>,
    ) -> Result<Response<GetReviewResponse>, Error> {
        let id: ReviewId = parse("review_id", &request.get_ref().review_id)?;
        let mut db = self.snapshot().await?;
        let review = store::reviews::get(&mut db, id).await.map_err(database)?;
        let review = review.ok_or_else(|| not_found(id))?;
        principal(request)?.may_act_for(&review.seller)?;
        Ok(Response::new(GetReviewResponse { review: Some(shown(review)) }))
    }
}

fn shown(review: Known) -> Review {
    let state = if review.outcome.is_some() { ReviewState::Done } else { ReviewState::Queued };
    Review {
        review_id: review.id.to_string(),
        seller_id: review.seller.to_string(),
        asin: review.asin.to_string(),
        state: state.into(),
        verdict_changed: review.outcome.is_some_and(|outcome| outcome.changed),
        verdict_version: review.outcome.map_or(0, |outcome| outcome.version),
        created_by: review.created_by,
        created_time: Some(timestamp(review.created)),
        evaluated_time: review.outcome.map(|outcome| timestamp(outcome.at)),
    }
}

fn not_needed(seller: SellerId, asin: Asin, last: Outcome) -> Review {
    Review {
        seller_id: seller.to_string(),
        asin: asin.to_string(),
        state: ReviewState::NotNeeded.into(),
        verdict_version: last.version,
        evaluated_time: Some(timestamp(last.at)),
        ..Default::default()
    }
}

fn not_listed(seller: SellerId, asin: Asin) -> Error {
    let message = format!("seller {seller} lists no offer of ASIN {asin}: list one in the catalogue first");
    Error::not_found(ErrorReason::ItemNotFound, message)
}

fn not_found(id: ReviewId) -> Error {
    let message = format!("there is no review {id}: it was never asked for, or done too long ago");
    Error::not_found(ErrorReason::ReviewNotFound, message)
}

fn too_many(seller: SellerId, refused: TooMany) -> Error {
    let TooMany { most, count, again } = refused;
    let next = again.map_or_else(|| "wait for the next cycle".to_owned(), |at| format!("ask again at {at}"));
    let message = format!(
        "seller {seller} has asked for {count} reviews in the last 24 hours, of {most} that it may: {next}"
    );
    let error = Error::new(ErrorReason::TooManyReviews, message);
    error.precondition("seller_id", format!("must have fewer than {most} reviews in 24 hours"))
}
