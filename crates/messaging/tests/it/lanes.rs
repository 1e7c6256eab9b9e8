//! Processes share the relay's lanes.

use std::collections::BTreeSet;

use crate::support::{Effects, Process, World, soon};

/// The sessions that hold a lane.
async fn holders(world: &World) -> BTreeSet<i32> {
    let held = sqlx::query_scalar(
        "SELECT pid FROM pg_locks
          WHERE locktype = 'advisory' AND granted AND classid = $1
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    held.bind(0x6f75_7462_i64).fetch_all(&world.pool).await.unwrap().into_iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_gets_its_share_and_keeps_it_when_the_first_ends() {
    let world = World::new().await;
    let first = Process::start(&world, &Effects::default());
    soon("the first holds all lanes", async || holders(&world).await.len() == 4).await;
    let of_first = holders(&world).await;
    let second = Process::start(&world, &Effects::default());
    soon("the second holds two of them", async || {
        let now = holders(&world).await;
        now.len() == 4 && now.intersection(&of_first).count() == 2
    })
    .await;
    let of_second: BTreeSet<i32> = holders(&world).await.difference(&of_first).copied().collect();
    first.stop().await;
    soon("the second holds all lanes", async || holders(&world).await.len() == 4).await;
    assert!(holders(&world).await.is_superset(&of_second), "two of them were the first's again");
    second.stop().await;
}
