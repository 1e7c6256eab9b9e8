//! The monthly cycle.

use chassis::reason_of;
use testbed::soon;
use wire::ErrorReason;
use wire::catalog::events::v1::{ItemListed, ProductGroup};
use wire::eligibility::v1::*;

use crate::support::{World, asin, item};

/// One of each outcome: exportable, a book, oversize, dimensions missing.
fn assorted() -> [ItemListed; 4] {
    let oversize = wire::common::v1::Dimensions { length_um: 900_000, width_um: 300_000, height_um: 300_000 };
    [
        item(1),
        ItemListed { product_group: ProductGroup::Book.into(), ..item(2) },
        ItemListed { package_dimensions: Some(oversize), ..item(3) },
        ItemListed { package_dimensions: None, ..item(4) },
    ]
}

fn start(request_id: &str, month: &str) -> StartCycleRequest {
    StartCycleRequest { request_id: request_id.to_owned(), month: month.to_owned() }
}

#[tokio::test]
async fn a_new_product_waits_for_the_cycle() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1)]).await;
    assert_eq!(world.codes("SKU-1", "DE").await, ["EXP_PENDING_REVIEW"]);
    let verdict = world.verdict(&asin(1)).await;
    assert_eq!(
        (verdict.state(), verdict.reasons[0].code.as_str()),
        (VerdictState::Pending, "EXP_PENDING_REVIEW")
    );
    world.cycle().await;
    assert_eq!(world.codes("SKU-1", "DE").await, Vec::<String>::new());
    assert_eq!(world.verdict(&asin(1)).await.state(), VerdictState::Exportable);
}

#[tokio::test]
async fn a_cycle_evaluates_everything_new_and_tells_it() {
    let world = World::start().await;
    world.listed(&assorted()).await;
    let cycle = world.cycle().await;
    assert_eq!((cycle.month.as_str(), cycle.evaluated_count), ("2026-10", 4));
    assert_eq!((cycle.exportable_count, cycle.not_exportable_count, cycle.needs_review_count), (2, 1, 1));
    let completed = world.completed_events(1).await;
    assert_eq!((completed[0].cycle_id.as_str(), completed[0].evaluated_count), (cycle.cycle_id.as_str(), 4));

    let book = world.verdict(&asin(2)).await;
    assert!(!book.eligible_country_codes.contains(&"CA".to_owned()));
    assert_eq!(book.country_reasons[0].country_codes, ["CA"]);
    assert_eq!((book.cycle_id, book.size_tier.as_str()), (cycle.cycle_id, "LARGE_STANDARD"));
    let (sequence, event) = &world.verdict_events(&asin(3), 1).await[0];
    assert_eq!(
        (*sequence, event.state.as_str(), event.size_tier.as_str()),
        (1, "NOT_EXPORTABLE", "SMALL_BULKY")
    );
    assert_eq!(event.reason_codes, ["EXP_OVERSIZE"]);
    let (_, event) = &world.verdict_events(&asin(1), 1).await[0];
    assert_eq!((event.state.as_str(), event.eligible_country_codes.len()), ("EXPORTABLE", 210));
}

#[tokio::test]
async fn a_month_has_one_cycle_and_only_the_current_month_begins() {
    let world = World::start().await;
    let cycle = world.cycle().await;
    let again = world.operator().start_cycle(start("again", "2026-10")).await.unwrap().into_inner();
    assert!(again.already_applied);
    assert_eq!(again.cycle, Some(cycle));
    for month in ["2026-09", "2026-11"] {
        let refused = world.operator().start_cycle(start(month, month)).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::WrongState), "{month}");
    }
    let refused = world.operator().start_cycle(start("x", "October")).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidArgument));
}

#[tokio::test]
async fn the_first_of_the_month_starts_a_cycle_by_itself() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    soon("the deadline is set", async || {
        let query =
            "SELECT count(*) FROM messaging.deadlines WHERE kind = 'monthly_cycle' AND subject = '2026-11'";
        sqlx::query_scalar::<_, i64>(query).fetch_one(&world.pool).await.unwrap() == 1
    })
    .await;
    world.time.move_to("2026-10-31T23:59:59Z");
    assert!(
        world
            .operator()
            .list_cycles(ListCyclesRequest::default())
            .await
            .unwrap()
            .into_inner()
            .cycles
            .is_empty()
    );
    world.time.move_to("2026-11-01T00:00:00Z");
    world.completed_events(1).await;
    // After a pause over a month's end, only the month that is now gets its cycle.
    world.time.move_to("2027-01-15T12:00:00Z");
    world.completed_events(2).await;
    let cycles =
        world.operator().list_cycles(ListCyclesRequest::default()).await.unwrap().into_inner().cycles;
    let months: Vec<_> = cycles.iter().map(|cycle| cycle.month.as_str()).collect();
    assert_eq!(months, ["2027-01", "2026-11"]);
}

#[tokio::test]
async fn the_next_cycle_evaluates_only_what_changed_and_says_only_what_is_new() {
    let world = World::start().await;
    world.listed(&assorted()).await;
    world.cycle().await;
    let measured = ItemListed { item_version: 2, package_dimensions: item(1).package_dimensions, ..item(4) };
    let retitled = ItemListed { item_version: 2, title: "Cotton T-shirt, warmer".to_owned(), ..item(1) };
    world.listed(&[measured, retitled]).await;
    world.time.move_to("2026-11-01T00:00:00Z");
    let completed = world.completed_events(2).await;
    assert_eq!((completed[1].evaluated_count, completed[1].exportable_count), (2, 2));
    let events = world.verdict_events(&asin(4), 2).await;
    assert_eq!((events[1].0, events[1].1.state.as_str()), (2, "EXPORTABLE"));
    assert_eq!(world.verdict_events(&asin(1), 1).await.len(), 1);
}

#[tokio::test]
async fn a_cycle_killed_halfway_is_completed_by_the_next_process() {
    let mut world = World::start().await;
    let items: Vec<_> = (0..3_500).map(item).collect();
    world.list(&items).await;
    soon("all items are known", async || {
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM items").fetch_one(&world.pool).await.unwrap()
            == 3_500
    })
    .await;
    let started = world.operator().start_cycle(start("1", "")).await.unwrap().into_inner().cycle.unwrap();
    soon("the first shard is done", async || {
        let done = "SELECT EXISTS (SELECT FROM cycle_shards WHERE done)";
        sqlx::query_scalar::<_, bool>(done).fetch_one(&world.pool).await.unwrap()
    })
    .await;
    world.service.kill_and_restart().await;
    let cycle = world.completed(&started.cycle_id).await;
    assert_eq!((cycle.evaluated_count, cycle.exportable_count), (3_500, 3_500));
    let unpublished = "SELECT count(*) FROM verdicts_now WHERE version <> 1 OR state <> 'EXPORTABLE'";
    assert_eq!(sqlx::query_scalar::<_, i64>(unpublished).fetch_one(&world.pool).await.unwrap(), 0);
    assert_eq!(world.completed_events(1).await.len(), 1);
}

#[tokio::test]
async fn rules_that_changed_since_are_applied_by_the_next_cycle_to_everything() {
    let world = World::start().await;
    world.listed(&[item(1), item(2)]).await;
    world.cycle().await;
    // As if these verdicts came from an older rule set.
    sqlx::query("UPDATE rule_sets SET version = 'older'").execute(&world.pool).await.unwrap();
    world.time.move_to("2026-11-01T00:00:00Z");
    assert_eq!(world.completed_events(2).await[1].evaluated_count, 2);
    assert_eq!(world.verdict_events(&asin(1), 1).await.len(), 1);
    assert_ne!(world.verdict(&asin(1)).await.rule_set_version, "older");
}
