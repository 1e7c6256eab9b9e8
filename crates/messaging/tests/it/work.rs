//! What waits in a service's own tables is done once, by whichever replica comes first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chassis::Clock;
use jiff::Timestamp;
use messaging::{HandleError, Messaging, MessagingArgs, Worker};
use sqlx::PgConnection;

use crate::support::{Process, World, soon};

/// Turns waiting rows into effects, three at a time; fails after its effects while `broken`.
#[derive(Clone)]
struct Three {
    broken: Arc<AtomicBool>,
}

impl Worker for Three {
    const NAME: &'static str = "three";

    async fn work(&self, db: &mut PgConnection, _now: Timestamp) -> Result<usize, HandleError> {
        let done = sqlx::query(
            "WITH taken AS (DELETE FROM waiting WHERE n IN
                                (SELECT n FROM waiting ORDER BY n LIMIT 3 FOR UPDATE SKIP LOCKED) RETURNING n)
             INSERT INTO effects (event_id, key, sequence) SELECT gen_random_uuid(), n::text, 1 FROM taken",
        );
        let done = done.execute(db).await?.rows_affected();
        if self.broken.load(Ordering::SeqCst) {
            return Err(HandleError::failed("broken"));
        }
        Ok(done.try_into().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_done_once_by_two_replicas_after_it_failed_for_a_while() {
    let world = World::new().await;
    sqlx::query("CREATE TABLE waiting (n integer PRIMARY KEY)").execute(&world.pool).await.unwrap();
    let fill = "INSERT INTO waiting SELECT generate_series(1, 100)";
    sqlx::query(fill).execute(&world.pool).await.unwrap();
    let worker = Three { broken: Arc::new(AtomicBool::new(true)) };
    let start = || {
        let worker = worker.clone();
        let args = MessagingArgs::default();
        Process::with(&world, args, Clock::system(), |messaging: Messaging| messaging.work(worker))
    };
    let (one, two) = (start(), start());
    soon("an attempt that failed", async || {
        let attempts = "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()";
        world.count(attempts).await > 0
    })
    .await;
    assert_eq!(world.count("SELECT count(*) FROM effects").await, 0);
    assert_eq!(world.count("SELECT count(*) FROM waiting").await, 100);
    worker.broken.store(false, Ordering::SeqCst);
    soon("all to be done", async || world.count("SELECT count(*) FROM waiting").await == 0).await;
    assert_eq!(world.count("SELECT count(DISTINCT key) FROM effects").await, 100);
    assert_eq!(world.count("SELECT count(*) FROM effects").await, 100);
    one.stop().await;
    two.stop().await;
}
