//! Killed between every two steps.

use messaging::Point;

use crate::support::{Effects, Gate, Process, World, assert_exactly_once};

const KEYS: [&str; 5] = ["S1", "S2", "S3", "S4", "S5"];

/// Starts a process, kills it at the gate's place, starts another, and looks at the effects of 100 events.
async fn killed_at(place: fn(Point) -> bool) -> World {
    let world = World::new().await;
    let effects = Effects::default();
    let gate = Gate::shut_at(place);
    let process = Process::gated(&world, &effects, &gate);
    world.enqueue_for(&KEYS, 20).await;
    gate.reached().await;
    process.kill();

    let successor = Process::start(&world, &effects);
    world.quiet().await;
    assert_exactly_once(&world, 100).await;
    successor.stop().await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_reading_the_outbox_and_before_publishing() {
    let world = killed_at(|point| matches!(point, Point::RelayRead { .. })).await;
    assert_eq!(world.on_topic().await.len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_kafkas_commit_and_before_the_rows_are_deleted() {
    let world = killed_at(|point| matches!(point, Point::RelayPublished { .. })).await;
    // What was published and not deleted is on the topic twice, and has its effect once.
    assert!(world.on_topic().await.len() > 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_handler_and_before_the_database_commit() {
    killed_at(|point| point == Point::ConsumerHandled).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_database_commit_and_before_the_offset_commit() {
    killed_at(|point| point == Point::ConsumerCommitted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_stops_in_order_publishes_what_its_last_work_wrote() {
    let world = World::new().await;
    let effects = Effects::default();
    let process = Process::start(&world, &effects);
    world.enqueue_for(&KEYS, 1).await;
    world.quiet().await;
    world.enqueue_for(&["S6"], 50).await;
    process.stop().await;
    assert_eq!(world.count("SELECT count(*) FROM messaging.outbox").await, 0);
    assert_eq!(world.on_topic().await.len(), 55);
}
