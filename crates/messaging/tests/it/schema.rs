//! A build starts nothing before the database is at its version; a newer database is fine.

use crate::support::{Effects, Process, World, assert_exactly_once, soon};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_starts_before_the_database_is_migrated() {
    let world = World::new().await;
    // As before the last migration, whose row comes back later.
    run(&world, "CREATE TABLE last AS SELECT * FROM messaging._migrations ORDER BY version DESC LIMIT 1")
        .await;
    run(&world, "DELETE FROM messaging._migrations WHERE version = (SELECT version FROM last)").await;
    world.enqueue_for(&["S1", "S2"], 5).await;
    let effects = Effects::default();
    let process = Process::start(&world, &effects);
    // Its look is a transaction that it gives up; the test itself gives none up.
    soon("it has looked at the version", async || {
        world.count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'ROLLBACK'").await > 0
    })
    .await;
    assert_eq!(process.host.readiness.waiting_for(), ["database migrations", "messaging topics"]);
    assert_eq!(world.count("SELECT count(*) FROM messaging.outbox").await, 10);

    run(&world, "INSERT INTO messaging._migrations SELECT * FROM last").await;
    world.quiet().await;
    assert!(process.host.readiness.is_ready());
    assert_exactly_once(&world, 10).await;
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_build_works_on_a_newer_database() {
    let world = World::new().await;
    run(
        &world,
        "INSERT INTO messaging._migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of a later version', true, '\\x00', 0)",
    )
    .await;
    let effects = Effects::default();
    let process = Process::start(&world, &effects);
    world.enqueue_for(&["S1"], 3).await;
    world.quiet().await;
    assert_exactly_once(&world, 3).await;
    process.stop().await;
}

async fn run(world: &World, statement: &'static str) {
    sqlx::query(statement).execute(&world.pool).await.unwrap();
}
