//! Deadlines fire when business time reaches them, once, and not without their effects.

use chassis::Clock;
use jiff::{Timestamp, ToSpan as _};
use messaging::{Deadline, DeadlineHandler, HandleError, Messaging, MessagingArgs, deadlines};
use sqlx::PgConnection;

use crate::support::{Process, World, soon, time};

/// Writes one effect per deadline; subjects `broken…` fail.
#[derive(Clone, Copy)]
struct Fire;

impl DeadlineHandler for Fire {
    async fn fire(&self, db: &mut PgConnection, due: &[Deadline], now: Timestamp) -> Result<(), HandleError> {
        for deadline in due {
            assert!(deadline.due <= now);
            if deadline.subject.starts_with("broken") {
                return Err(HandleError::failed("broken"));
            }
            sqlx::query("INSERT INTO effects (event_id, key, sequence) VALUES (gen_random_uuid(), $1, 1)")
                .bind(&deadline.subject)
                .execute(&mut *db)
                .await?;
            if deadline.kind == "repeating" && deadline.due < time() {
                let next = Deadline::new(
                    "repeating",
                    &deadline.subject,
                    deadline.due.checked_add(1.hours()).unwrap(),
                );
                deadlines::set(db, &[next]).await?;
            }
        }
        Ok(())
    }
}

fn start(world: &World) -> (Process, chassis::ClockDriver) {
    let (clock, driver) = Clock::simulated();
    // The test drives this clock; nobody writes ticks.
    let process = Process::with(world, MessagingArgs::default(), clock, |m: Messaging| m.deadlines(Fire));
    (process, driver)
}

async fn set(world: &World, list: &[Deadline]) {
    let mut db = world.pool.acquire().await.unwrap();
    deadlines::set(&mut db, list).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_fires_at_its_time_and_not_before() {
    let world = World::new().await;
    let (process, driver) = start(&world);
    let at = |hours: i64| time().checked_add(hours.hours()).unwrap();
    set(
        &world,
        &[Deadline::new("k", "a", at(1)), Deadline::new("k", "b", at(2)), Deadline::new("k", "c", at(3))],
    )
    .await;
    let mut db = world.pool.acquire().await.unwrap();
    deadlines::clear(&mut db, "k", &["c".to_owned()]).await.unwrap();
    deadlines::set(&mut db, &[Deadline::new("k", "b", at(4))]).await.unwrap();
    driver.advance_to(at(3));
    soon("one to fire", async || world.count("SELECT count(*) FROM effects WHERE key = 'a'").await == 1)
        .await;
    assert_eq!(world.count("SELECT count(*) FROM effects").await, 1);
    driver.advance_to(at(4));
    soon("the moved one to fire", async || world.count("SELECT count(*) FROM effects").await == 2).await;
    assert_eq!(world.count("SELECT count(*) FROM messaging.deadlines").await, 0);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_may_set_itself_anew() {
    let world = World::new().await;
    let (process, driver) = start(&world);
    set(&world, &[Deadline::new("repeating", "r", time().checked_sub(3.hours()).unwrap())]).await;
    driver.advance_to(time());
    soon("four rounds", async || world.count("SELECT count(*) FROM effects").await == 4).await;
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_fails_is_put_off_and_the_others_fire() {
    let world = World::new().await;
    let (process, driver) = start(&world);
    let subjects = ["a", "broken", "c"].map(|subject| Deadline::new("k", subject, time()));
    set(&world, &subjects).await;
    driver.advance_to(time());
    soon("the good ones to fire", async || world.count("SELECT count(*) FROM effects").await == 2).await;
    let waiting = "SELECT count(*) FROM messaging.deadlines WHERE subject = 'broken' AND retry_at > now()";
    soon("the bad one to be put off", async || world.count(waiting).await == 1).await;
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_share_the_work_and_fire_each_once() {
    let world = World::new().await;
    let all: Vec<Deadline> = (0..3_000).map(|n| Deadline::new("k", format!("s{n}"), time())).collect();
    set(&world, &all).await;
    let (first, first_clock) = start(&world);
    let (second, second_clock) = start(&world);
    first_clock.advance_to(time());
    second_clock.advance_to(time());
    soon("all to fire", async || world.count("SELECT count(*) FROM messaging.deadlines").await == 0).await;
    assert_eq!(world.count("SELECT count(DISTINCT key) FROM effects").await, 3_000);
    assert_eq!(world.count("SELECT count(*) FROM effects").await, 3_000);
    first.stop().await;
    second.stop().await;
}
