//! A cycle that evaluates everything: shards that are held up, killed, cancelled; and what a version before this one writes.

use chassis::reason_of;
use sqlx::{Postgres, Transaction};
use testbed::{soon, until};
use wire::ErrorReason;
use wire::catalog::events::v1::ItemListed;
use wire::eligibility::v1::*;

use crate::support::{World, asin, item, oversize};

/// Products of a test: some in every shard.
const PRODUCTS: usize = 200;

impl World {
    /// Keeps one shard of the first cycle from being evaluated for as long as the transaction lasts: it has a table of the
    /// name that the shard's verdicts want.
    pub(crate) async fn hold_up(&self, shard: i32) -> Transaction<'static, Postgres> {
        let mut tx = self.pool.begin().await.unwrap();
        let table = sqlx::AssertSqlSafe(format!("CREATE TABLE verdict_rows_{} ()", 16 + shard));
        sqlx::raw_sql(table).execute(&mut *tx).await.unwrap();
        tx
    }

    pub(crate) async fn shard_of(&self, n: usize) -> i32 {
        sqlx::query_scalar("SELECT shard_of($1)").bind(asin(n)).fetch_one(&self.pool).await.unwrap()
    }

    pub(crate) async fn start_cycle(&self, request_id: &str) -> Cycle {
        let request = StartCycleRequest { request_id: request_id.to_owned(), month: String::new() };
        self.operator().start_cycle(request).await.unwrap().into_inner().cycle.unwrap()
    }

    /// A product of a shard that is done. Those that share a partition with one that is held up wait for it.
    pub(crate) async fn done_product(&self) -> usize {
        let query = "SELECT min(p.asin) FROM products p JOIN cycle_shards s USING (shard) WHERE s.done";
        until("a shard with a product is done", async || {
            let asin: Option<String> = sqlx::query_scalar(query).fetch_one(&self.pool).await.unwrap();
            asin.map(|asin| asin[1..].parse().unwrap()).ok_or(())
        })
        .await
    }

    pub(crate) async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.pool).await.unwrap()
    }

    /// Everything that stands about products, for comparison.
    async fn verdicts(&self) -> Vec<(String, i64, String, Vec<u8>, String, Vec<u8>, String)> {
        let query =
            "SELECT asin, version, state, eligible, codes, facts, evidence FROM verdicts_now ORDER BY asin";
        sqlx::query_as(query).fetch_all(&self.pool).await.unwrap()
    }
}

#[tokio::test]
async fn what_changes_while_a_cycle_runs_is_in_its_verdicts() {
    let world = World::start().await;
    world.listed(&(0..PRODUCTS).map(item).collect::<Vec<_>>()).await;
    let shard = world.shard_of(0).await;
    let held_up = world.hold_up(shard).await;
    let cycle = world.start_cycle("1").await;
    // One of a shard that is done, one of the shard that is not, and one more.
    let done = world.done_product().await;
    world.listed(&[oversize(done, 2), oversize(0, 2), item(PRODUCTS)]).await;
    assert_eq!(world.verdict(&asin(1)).await.state(), VerdictState::Pending);
    held_up.rollback().await.unwrap();
    let cycle = world.completed(&cycle.cycle_id).await;
    assert_eq!(cycle.evaluated_count, i64::try_from(PRODUCTS).unwrap() + 1);
    assert_eq!(cycle.not_exportable_count, 2);
    for n in [0, done] {
        assert_eq!(world.verdict(&asin(n)).await.state(), VerdictState::NotExportable, "{n}");
        assert_eq!(world.verdict_events(&asin(n), 1).await.len(), 1, "{n}");
    }
    assert_eq!(world.verdict(&asin(PRODUCTS)).await.state(), VerdictState::Exportable);
    assert_eq!(world.count("SELECT count(*) FROM touched").await, 0);
}

#[tokio::test]
async fn a_cancelled_cycle_changes_nothing_and_begins_anew() {
    let world = World::start().await;
    world.listed(&(0..PRODUCTS).map(item).collect::<Vec<_>>()).await;
    let held_up = world.hold_up(3).await;
    let cycle = world.start_cycle("1").await;
    world.done_product().await;
    let cancel = |request_id: &str| CancelCycleRequest {
        request_id: request_id.to_owned(),
        cycle_id: cycle.cycle_id.clone(),
    };
    let cancelled = world.operator().cancel_cycle(cancel("2")).await.unwrap().into_inner();
    assert!(!cancelled.already_applied);
    assert_eq!(cancelled.cycle.unwrap().state(), CycleState::Cancelled);
    assert!(world.operator().cancel_cycle(cancel("3")).await.unwrap().into_inner().already_applied);
    held_up.rollback().await.unwrap();
    assert_eq!(world.verdict(&asin(1)).await.state(), VerdictState::Pending);

    let again = world.start_cycle("4").await;
    assert_eq!(again.cycle_id, cycle.cycle_id);
    let completed = world.completed(&again.cycle_id).await;
    assert_eq!(completed.exportable_count, i64::try_from(PRODUCTS).unwrap());
    let refused = world.operator().cancel_cycle(cancel("5")).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::WrongState));
}

/// The same products twice; in the first world their cycle has run.
async fn one_evaluated_and_one_not() -> (World, World) {
    let items: Vec<ItemListed> =
        (0..PRODUCTS).map(|n| if n % 7 == 0 { oversize(n, 1) } else { item(n) }).collect();
    let (evaluated, other) = (World::start().await, World::start().await);
    evaluated.listed(&items).await;
    evaluated.cycle().await;
    other.listed(&items).await;
    (evaluated, other)
}

#[tokio::test]
async fn killed_and_shared_a_cycle_comes_to_the_same_end() {
    let (undisturbed, mut world) = one_evaluated_and_one_not().await;
    let held_up = world.hold_up(5).await;
    let cycle = world.start_cycle("1").await;
    let other = world.replica().await;
    for _ in 0..3 {
        world.service.kill_and_restart().await;
    }
    held_up.rollback().await.unwrap();
    world.completed(&cycle.cycle_id).await;
    assert_eq!(world.verdicts().await, undisturbed.verdicts().await);
    drop(other);
}

#[tokio::test]
async fn killed_at_twenty_points_a_cycle_comes_to_the_same_end() {
    let (undisturbed, mut world) = one_evaluated_and_one_not().await;
    // All shards are held up, and let go one by one in an order of their own: the worker is killed with any number of them done, the
    // last times when the verdicts change over and are told.
    let mut held_up = world.pool.begin().await.unwrap();
    let order: Vec<usize> = (0..16).map(|n| (n * 7 + 3) % 16).collect();
    for shard in &order {
        let hold = format!("SAVEPOINT shard_{shard}; CREATE TABLE verdict_rows_{} ()", 16 + shard);
        sqlx::raw_sql(sqlx::AssertSqlSafe(hold)).execute(&mut *held_up).await.unwrap();
    }
    let cycle = world.start_cycle("1").await;
    for (point, shard) in order.iter().rev().enumerate() {
        let let_go = format!("ROLLBACK TO SAVEPOINT shard_{shard}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(let_go)).execute(&mut *held_up).await.unwrap();
        work_on(&world, point).await;
        world.service.kill_and_restart().await;
    }
    held_up.rollback().await.unwrap();
    for point in 16..20 {
        work_on(&world, point).await;
        world.service.kill_and_restart().await;
    }
    world.completed(&cycle.cycle_id).await;
    assert_eq!(world.verdicts().await, undisturbed.verdicts().await);
    assert_eq!(world.verdict_events(&asin(1), 1).await.len(), 1);
}

/// Lets the worker go on for as long as some calls take, another number of them each time.
async fn work_on(world: &World, point: usize) {
    for n in 0..point * 11 % 40 {
        world.verdict(&asin(n)).await;
    }
}

#[tokio::test]
async fn generations_that_nobody_asks_about_any_more_are_removed() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    let months = ["2026-11", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04"];
    for (month, completed) in months.into_iter().zip(2..) {
        // As if these verdicts came from an older rule set: everything is evaluated.
        sqlx::query("UPDATE rule_sets SET version = $1 || rule_set_id")
            .bind(month)
            .execute(&world.pool)
            .await
            .unwrap();
        world.time.move_to(&format!("{month}-01T00:00:00Z"));
        world.completed_events(completed).await;
    }
    // What stands, what stood in the last 92 days, and what stood when they began.
    soon("five generations are left", async || {
        let slices = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'verdict_rows'::regclass";
        world.count(slices).await == 5 * 16
    })
    .await;
    assert_eq!(world.verdict(&asin(1)).await.state(), VerdictState::Exportable);
}

#[tokio::test]
async fn what_an_older_version_writes_is_taken_over() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    // What 0.4.0 does with a change that it hears of.
    let written =
        "UPDATE items SET longest_um = 900000, median_um = 300000, shortest_um = 300000, item_version = 2;
                   INSERT INTO verdicts (asin) SELECT asin FROM items";
    sqlx::raw_sql(written).execute(&world.pool).await.unwrap();
    let events = world.verdict_events(&asin(1), 2).await;
    assert_eq!((events[1].0, events[1].1.state.as_str()), (2, "NOT_EXPORTABLE"));
    assert_eq!(world.count("SELECT count(*) FROM unsettled").await, 0);
}

#[tokio::test]
async fn a_cycle_can_be_watched_to_its_end() {
    let world = World::start().await;
    world.listed(&(0..PRODUCTS).map(item).collect::<Vec<_>>()).await;
    let held_up = world.hold_up(7).await;
    let cycle = world.start_cycle("1").await;
    world.done_product().await;
    let request = WatchCycleRequest { cycle_id: cycle.cycle_id };
    let mut answers = world.operator().watch_cycle(request).await.unwrap().into_inner();
    let first = answers.message().await.unwrap().unwrap().cycle.unwrap();
    let total = i64::try_from(PRODUCTS).unwrap();
    assert_eq!((first.state(), first.total_count), (CycleState::Running, total));
    assert!(first.evaluated_count > 0 && first.evaluated_count < total);
    held_up.rollback().await.unwrap();
    let mut last = first;
    while let Some(answer) = answers.message().await.unwrap() {
        last = answer.cycle.unwrap();
    }
    assert_eq!((last.state(), last.evaluated_count), (CycleState::Completed, total));
}
