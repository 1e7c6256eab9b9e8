//! The state topic: whoever reads all of it knows every verdict that stands.

use std::collections::BTreeMap;

use testbed::soon;
use wire::catalog::events::v1::{ItemListed, ProductGroup};
use wire::eligibility::v1::*;

use crate::support::{World, asin, item, oversize};

/// What must be the same wherever it is told. Rules and time are those of the last change in the topic, of the last evaluation
/// elsewhere.
fn comparable(verdicts: BTreeMap<String, StandingVerdict>) -> BTreeMap<String, StandingVerdict> {
    let without = |(asin, verdict)| {
        (asin, StandingVerdict { rule_set_version: String::new(), evaluated_time: None, ..verdict })
    };
    verdicts.into_iter().map(without).collect()
}

impl World {
    /// Waits until a reader of the topic knows exactly what the stream of verdicts and single verdicts say.
    async fn topic_says_what_stands(&self) {
        let standing = comparable(self.snapshot("").await);
        let known = self.current_verdicts(|known| comparable(known.clone()) == standing).await;
        for (asin, told) in known {
            let verdict = self.verdict(&asin).await;
            assert_eq!(
                (told.state, told.eligible_country_codes, told.size_tier),
                (verdict.state, verdict.eligible_country_codes, verdict.size_tier)
            );
        }
    }
}

#[tokio::test]
async fn what_is_published_last_is_what_stands() {
    let world = World::start().await;
    world.enrolled().await;
    let book = ItemListed { product_group: ProductGroup::Book.into(), ..item(2) };
    world.listed(&[item(1), book, oversize(3, 1), ItemListed { package_dimensions: None, ..item(4) }]).await;
    world.cycle().await;
    world.topic_says_what_stands().await;

    world.listed(&[oversize(1, 2), ItemListed { item_version: 2, ..item(3) }]).await;
    world.verdict_events(&asin(1), 2).await;
    world.topic_says_what_stands().await;

    world.reviewed("1", 3).await;
    world.listed(&[item(5)]).await;
    world.reviewed("2", 5).await;
    world.topic_says_what_stands().await;
    assert_eq!(world.snapshot("").await.len(), 5);

    // A cycle that evaluates everything, of which some is otherwise.
    sqlx::query("UPDATE rule_sets SET version = 'older'").execute(&world.pool).await.unwrap();
    world.listed(&[ItemListed { item_version: 3, ..item(1) }, item(6)]).await;
    world.time.move_to("2026-11-01T00:00:00Z");
    world.completed_events(2).await;
    world.topic_says_what_stands().await;
    let snapshot = world.snapshot("").await;
    assert_eq!((snapshot.len(), snapshot[&asin(1)].version, snapshot[&asin(2)].version), (6, 3, 1));
}

#[tokio::test]
async fn what_stood_before_the_topic_came_is_published_once() {
    let mut world = World::start().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    // As a version that knew no state topic has left it: some pieces in each of two shards.
    let before = "WITH new AS (INSERT INTO products (shard, asin)
                               SELECT shard_of(asin), asin
                                 FROM (SELECT 'BC' || lpad(n::text, 8, '0') AS asin FROM generate_series(1, 40000) AS n) AS all_of
                                WHERE shard_of(asin) < 2 RETURNING shard, asin)
                  INSERT INTO verdict_rows (slice, asin, version, announce, state, eligible, size_tier, codes, warnings, facts,
                                            evidence, rule_set_id, evaluated_at)
                  SELECT 16 * generation + new.shard, asin, 7, false, 'NEEDS_REVIEW', decode(repeat('00', 85), 'hex'), '', '',
                         '', decode(repeat('00', 32), 'hex'), '', standing.rule_set_id, now() FROM standing, new;
                  INSERT INTO state_backfill (shard, due_at) VALUES (0, now()), (1, now())";
    sqlx::raw_sql(before).execute(&world.pool).await.unwrap();
    soon("a piece is published", async || {
        world.count("SELECT count(*) FROM state_backfill WHERE shard = 1 OR after_asin <> ''").await == 2
    })
    .await;
    world.service.kill_and_restart().await;
    soon("all of it is published", async || world.count("SELECT count(*) FROM state_backfill").await == 0)
        .await;
    let standing = comparable(world.snapshot("").await);
    assert!(standing.len() > 4_500, "{}", standing.len());
    world.current_verdicts(|known| comparable(known.clone()) == standing).await;
}
