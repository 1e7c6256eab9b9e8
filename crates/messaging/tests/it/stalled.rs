//! A relay that sleeps until its lock is lost, and wakes up.

use std::time::Duration;

use messaging::Point;

use crate::support::{Effects, Gate, Process, World, assert_exactly_once, soon};

/// Sessions that hold a lane.
const HOLDERS: &str = "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND granted AND datname = current_database() AND classid = 1869968482";

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_wakes_up_without_its_lane_publishes_nothing() {
    let world = World::new().await;
    let effects = Effects::default();
    let gate = Gate::shut_at(|point| matches!(point, Point::RelayRead { .. }));
    let sleeper = Process::gated(&world, &effects, &gate);
    world.enqueue_for(&["S1", "S2", "S3"], 20).await;
    gate.reached().await;

    // Its sessions end, as they do when a machine hangs for too long; another process takes the lanes over.
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE application_name LIKE 'relay lane %' AND datname = current_database()";
    assert!(world.count(cut).await > 0);
    let successor = Process::start(&world, &effects);
    world.quiet().await;
    let published = world.on_topic().await.len();
    assert_eq!(published, 60, "the successor published everything");

    gate.open();
    // The sleeper finds out, and stands by for the lanes again.
    soon("the lanes to be held", async || world.count(HOLDERS).await == 4).await;
    world.enqueue_for(&["S4"], 20).await;
    world.quiet().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(world.on_topic().await.len(), 80, "the sleeper published nothing of its stale batch");
    assert_exactly_once(&world, 80).await;
    sleeper.stop().await;
    successor.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_replica_takes_the_lanes_over_when_the_first_stops() {
    let world = World::new().await;
    let effects = Effects::default();
    let first = Process::start(&world, &effects);
    world.enqueue_for(&["S1", "S2"], 5).await;
    world.quiet().await;
    let second = Process::start(&world, &effects);
    first.stop().await;
    world.enqueue_for(&["S1", "S3"], 5).await;
    let fresh = world.count("SELECT count(*) FROM messaging.outbox").await;
    assert!(fresh <= 10);
    world.quiet().await;
    second.stop().await;
}
