//! Products that sellers have evaluated before the next cycle.

use chassis::reason_of;
use testbed::{soon, until};
use tonic::Status;
use wire::ErrorReason;
use wire::eligibility::v1::*;

use crate::support::{Client, SELLER, World, asin, item, oversize};

const OTHER: &str = "A1SELLER00002";

async fn ask(mut client: Client, request_id: &str, n: usize) -> Result<RequestReviewResponse, Status> {
    let request = RequestReviewRequest {
        request_id: request_id.to_owned(),
        seller_id: SELLER.to_owned(),
        asin: asin(n),
    };
    client.request_review(request).await.map(tonic::Response::into_inner)
}

async fn get(mut client: Client, review_id: &str) -> Result<Review, Status> {
    let request = GetReviewRequest { review_id: review_id.to_owned() };
    client.get_review(request).await.map(|answer| answer.into_inner().review.unwrap())
}

impl World {
    async fn rename(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.pool).await.unwrap();
    }

    /// A review of a product of the test's seller, done.
    pub(crate) async fn reviewed(&self, request_id: &str, n: usize) -> Review {
        let review = ask(self.seller(SELLER), request_id, n).await.unwrap().review.unwrap();
        until("the review is done", async || {
            let review = get(self.seller(SELLER), &review.review_id).await.unwrap();
            if review.state() == ReviewState::Done { Ok(review) } else { Err(review) }
        })
        .await
    }
}

#[tokio::test]
async fn what_a_change_opens_counts_after_a_review() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[oversize(1, 1)]).await;
    world.cycle().await;
    let nothing_to_do = ask(world.seller(SELLER), "0", 1).await.unwrap();
    let review = nothing_to_do.review.unwrap();
    assert!(nothing_to_do.already_applied);
    assert_eq!((review.state(), review.review_id.as_str()), (ReviewState::NotNeeded, ""));
    assert_eq!((review.verdict_version, review.verdict_changed), (1, false));

    let again = wire::catalog::events::v1::ItemListed { item_version: 2, ..item(1) };
    world.listed(&[again]).await;
    assert_eq!(world.codes("SKU-1", "DE").await, ["EXP_OVERSIZE"]);
    world.time.move_to("2026-10-07T00:00:00Z");
    let review = world.reviewed("1", 1).await;
    assert_eq!((review.verdict_changed, review.verdict_version), (true, 2));
    assert_eq!((review.created_by.as_str(), review.seller_id.as_str()), ("seller:A1SELLER00001", SELLER));
    world.answers("SKU-1", "DE", &[]).await;
    let verdict = world.verdict(&asin(1)).await;
    assert_eq!((verdict.state(), verdict.evaluated_time), (VerdictState::Exportable, review.evaluated_time));
    let (sequence, event) = world.verdict_events(&asin(1), 2).await.remove(1);
    assert_eq!((sequence, event.state.as_str(), event.size_tier), (2, "EXPORTABLE", verdict.size_tier));

    assert!(ask(world.seller(SELLER), "2", 1).await.unwrap().already_applied);
    // A later change may be reviewed again, and the next cycle finds nothing new.
    world.listed(&[oversize(1, 3)]).await;
    assert_eq!(world.reviewed("3", 1).await.verdict_version, 3);
    world.time.move_to("2026-11-01T00:00:00Z");
    world.completed_events(2).await;
    assert_eq!(world.verdict_events(&asin(1), 3).await.len(), 3);
}

#[tokio::test]
async fn a_new_product_need_not_wait_for_its_first_cycle() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1), item(2)]).await;
    let review = world.reviewed("1", 1).await;
    assert_eq!((review.verdict_changed, review.verdict_version), (true, 1));
    assert_eq!(world.codes("SKU-1", "DE").await, Vec::<String>::new());
    assert_eq!(world.codes("SKU-2", "DE").await, ["EXP_PENDING_REVIEW"]);
    assert_eq!(world.verdict_events(&asin(1), 1).await[0].1.cycle_id, "");
    let cycle = world.cycle().await;
    assert_eq!((cycle.evaluated_count, cycle.exportable_count), (2, 2));
    world.verdict_events(&asin(2), 1).await;
    assert_eq!(world.verdict_events(&asin(1), 1).await.len(), 1);
}

#[tokio::test]
async fn new_rules_are_a_reason_for_a_review() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    // As if the verdict came from an older rule set.
    sqlx::query("UPDATE rule_sets SET version = 'older'").execute(&world.pool).await.unwrap();
    let review = world.reviewed("1", 1).await;
    assert_eq!((review.verdict_changed, review.verdict_version), (false, 1));
    assert_ne!(world.verdict(&asin(1)).await.rule_set_version, "older");
    assert!(ask(world.operator(), "2", 1).await.unwrap().already_applied);
}

#[tokio::test]
async fn a_repeat_gets_the_same_answer_and_who_asks_again_the_review_that_waits() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    // Whoever does reviews cannot take any.
    world.rename("ALTER TABLE reviews RENAME COLUMN number TO hidden").await;
    let first = ask(world.seller(SELLER), "1", 1).await.unwrap();
    assert!(!first.already_applied);
    assert_eq!(ask(world.seller(SELLER), "1", 1).await.unwrap(), first);
    let waiting = ask(world.operator(), "2", 1).await.unwrap();
    assert!(waiting.already_applied);
    assert_eq!(waiting.review, first.review);
    let reused = ask(world.seller(SELLER), "1", 2).await.unwrap_err();
    assert_eq!(reason_of(&reused), Some(ErrorReason::RequestIdReused));
    world.rename("ALTER TABLE reviews RENAME COLUMN hidden TO number").await;
    world.verdict_events(&asin(1), 1).await;
    assert_eq!(ask(world.seller(SELLER), "1", 1).await.unwrap(), first);
}

#[tokio::test]
async fn a_seller_may_ask_a_hundred_times_in_24_hours() {
    let world = World::start().await;
    world.listed(&(0..=101).map(item).collect::<Vec<_>>()).await;
    for n in 0..100 {
        ask(world.seller(SELLER), &n.to_string(), n).await.unwrap();
    }
    world.time.move_to("2026-10-05T20:00:00Z");
    let refused = ask(world.seller(SELLER), "100", 100).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::TooManyReviews));
    let told = "has asked for 100 reviews in the last 24 hours, of 100 that it may: ask again at 2026-10-06T08:00:00Z";
    assert!(refused.message().ends_with(told), "{refused:?}");
    // What is up to date is said all the same.
    world.verdict_events(&asin(0), 1).await;
    assert!(ask(world.seller(SELLER), "again", 0).await.unwrap().already_applied);
    world.time.move_to("2026-10-06T08:00:00Z");
    ask(world.seller(SELLER), "100", 100).await.unwrap();
}

#[tokio::test]
async fn only_a_product_that_the_seller_lists_and_only_by_who_acts_for_it() {
    let world = World::start().await;
    world.listed(&[item(1), item(2)]).await;
    world.delist(&item(2), 2).await;
    world.item_known(&item(2), 2).await;
    for n in [2, 9] {
        let refused = ask(world.seller(SELLER), &n.to_string(), n).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::ItemNotFound), "{n}");
    }
    let refused = ask(world.seller(OTHER), "1", 1).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::SellerNotAllowed));
    let review = world.reviewed("1", 1).await;
    let refused = get(world.seller(OTHER), &review.review_id).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::SellerNotAllowed));
    world.time.pass_days(91);
    soon("the review is forgotten", async || {
        let answer = get(world.operator(), &review.review_id).await;
        answer.is_err_and(|error| reason_of(&error) == Some(ErrorReason::ReviewNotFound))
    })
    .await;
}

#[tokio::test]
async fn a_review_beside_a_cycle_that_evaluates_everything_is_in_its_verdicts() {
    let world = World::start().await;
    world.listed(&(0..200).map(item).collect::<Vec<_>>()).await;
    let held_up = world.hold_up(world.shard_of(0).await).await;
    let cycle = world.start_cycle("1").await;
    // Of a shard that the cycle has evaluated, and of one that it has not.
    let done = world.done_product().await;
    world.listed(&[oversize(done, 2), oversize(0, 2)]).await;
    for n in [done, 0] {
        let review = world.reviewed(&format!("review-{n}"), n).await;
        assert_eq!((review.verdict_changed, review.verdict_version), (true, 1), "{n}");
        assert_eq!(world.verdict(&asin(n)).await.state(), VerdictState::NotExportable, "{n}");
    }
    // What changes after the review is in the cycle, too.
    world.listed(&[wire::catalog::events::v1::ItemListed { item_version: 3, ..item(done) }]).await;
    held_up.rollback().await.unwrap();
    let cycle = world.completed(&cycle.cycle_id).await;
    assert_eq!((cycle.evaluated_count, cycle.not_exportable_count), (200, 1));
    let events = world.verdict_events(&asin(done), 2).await;
    let told: Vec<_> = events.iter().map(|(sequence, event)| (*sequence, event.state.as_str())).collect();
    assert_eq!(told, [(1, "NOT_EXPORTABLE"), (2, "EXPORTABLE")]);
    // Every product is told by now: the test's own comes last in no order, so another one that is new is waited for.
    world.verdict_events(&asin(199), 1).await;
    assert_eq!(world.verdict_events(&asin(0), 1).await.len(), 1);
    assert_eq!(world.count("SELECT count(*) FROM touched").await, 0);
    let versions = "SELECT count(*) FROM verdicts_now WHERE version <> 1";
    assert_eq!(world.count(versions).await, 1);
}
