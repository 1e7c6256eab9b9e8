//! Another member joins while a batch is in work.

use messaging::Point;

use crate::support::{Effects, Gate, Process, World, assert_exactly_once, soon};

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_partition_is_taken_away_has_its_effects_once() {
    // More partitions than batches at a time: the second member gets some that are not in work, and on these it works
    // while the first holds the events of the others.
    let world = World { partitions: 12, ..World::new().await };
    let effects = Effects::default();
    let gate = Gate::shut_at(|point| point == Point::ConsumerHandled);
    let first = Process::gated(&world, &effects, &gate);
    let names: Vec<String> = (0..60).map(|key| format!("S{key}")).collect();
    let keys: Vec<&str> = names.iter().map(String::as_str).collect();
    world.enqueue_for(&keys, 5).await;
    // Batches stand between handler and commit; the second member takes half of the partitions.
    gate.reached().await;
    let second_effects = Effects::default();
    let second = Process::start(&world, &second_effects);
    soon("the second member to work", async || second_effects.calls() > 0).await;
    gate.open();
    world.quiet().await;
    assert_exactly_once(&world, 300).await;
    world.enqueue_for(&["T1", "T2", "T3", "T4"], 5).await;
    world.quiet().await;
    assert_exactly_once(&world, 320).await;
    first.stop().await;
    second.stop().await;
}
