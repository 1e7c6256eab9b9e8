//! Kafka or Postgres away: nothing is lost, and work goes on by itself.

use std::time::Duration;

use backing::{Backing, BackingOptions};

use crate::support::{Effects, Process, World, assert_exactly_once, soon};

/// How long the broker is away: longer than a transaction and a session last.
const AWAY: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn kafka_is_away_for_thirty_seconds() {
    let backing = Backing::start(BackingOptions::private()).await.unwrap();
    let world = World::private(&backing).await;
    let effects = Effects::default();
    let process = Process::start(&world, &effects);
    world.enqueue_for(&["S1", "S2", "S3"], 20).await;
    world.quiet().await;

    backing.stop_kafka().await.unwrap();
    world.enqueue_for(&["S4", "S5", "S6"], 20).await;
    tokio::time::sleep(AWAY).await;
    assert_eq!(world.count("SELECT count(*) FROM messaging.outbox").await, 60);
    backing.start_kafka().await.unwrap();
    world.enqueue_for(&["S7"], 20).await;
    world.quiet().await;
    assert_exactly_once(&world, 140).await;

    // And without warning, in the middle of work.
    world.enqueue_for(&["S8", "S9"], 10).await;
    backing.kill_kafka().await.unwrap();
    world.enqueue_for(&["T1", "T2"], 10).await;
    backing.start_kafka().await.unwrap();
    world.quiet().await;
    assert_exactly_once(&world, 180).await;
    process.stop().await;
    backing.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_restarted_and_killed() {
    let backing =
        Backing::start(BackingOptions { durable: true, ..BackingOptions::private() }).await.unwrap();
    let world = World::private(&backing).await;
    let effects = Effects::default();
    let process = Process::start(&world, &effects);
    world.enqueue_for(&["S1", "S2", "S3"], 20).await;
    backing.restart_postgres().await.unwrap();
    soon("the database to answer", async || sqlx::query("SELECT 1").execute(&world.pool).await.is_ok()).await;
    world.enqueue_for(&["S4"], 20).await;
    world.quiet().await;
    assert_exactly_once(&world, 80).await;

    world.enqueue_for(&["S5", "S6", "S7"], 20).await;
    backing.kill_postgres().await.unwrap();
    backing.start_postgres().await.unwrap();
    soon("the database to answer", async || sqlx::query("SELECT 1").execute(&world.pool).await.is_ok()).await;
    world.quiet().await;
    assert_exactly_once(&world, 140).await;
    process.stop().await;
    backing.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_waits_for_its_dependency_and_nothing_becomes_a_dead_letter() {
    let world = World::new().await;
    let effects = Effects::default();
    effects.set_away(true);
    let process = Process::start(&world, &effects);
    world.enqueue_for(&["S1", "S2", "S3"], 20).await;
    soon("some attempts", async || effects.calls() > 6).await;
    assert_eq!(world.count("SELECT count(*) FROM messaging.inbox").await, 0);
    effects.set_away(false);
    world.quiet().await;
    assert_exactly_once(&world, 60).await;
    assert_eq!(world.count("SELECT count(*) FROM messaging.dead_letters").await, 0);
    process.stop().await;
}
