//! How fast it is: run by hand, with `cargo test -p messaging -- --ignored --nocapture throughput`.

use std::time::{Duration, Instant};

use chassis::Clock;
use messaging::{HandleError, Handler, MessagingArgs, Outgoing, Received, Refusal};
use sqlx::PgConnection;
use wire::sellers::events::v1::SellersEvent;

use crate::support::{Process, World, event, soon};

const EVENTS: i64 = 100_000;
const KEYS: i64 = 5_000;

/// Does nothing with the events.
struct Trivial;

impl Handler<SellersEvent> for Trivial {
    async fn handle(
        &self,
        _: &mut PgConnection,
        _: &[Received<SellersEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        Ok(Vec::new())
    }
}

#[ignore = "a measurement"]
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_events_from_outbox_to_inbox() {
    let world = World::new().await;
    let started = Instant::now();
    for first in (0..EVENTS).step_by(1_000) {
        let events: Vec<Outgoing> =
            (first..first + 1_000).map(|n| event(&format!("S{}", n % KEYS), n / KEYS + 1)).collect();
        world.enqueue(&events).await;
    }
    report("written to the outbox", started.elapsed());

    let clock = Clock::system();
    let relay =
        Process::with(&world, MessagingArgs::default(), clock.clone(), |m| m.publishes::<SellersEvent>());
    let started = Instant::now();
    soon("publishing", async || world.count("SELECT count(*) FROM messaging.outbox").await == 0).await;
    report("outbox -> Kafka", started.elapsed());
    relay.stop().await;

    let started = Instant::now();
    let consumer = Process::with(&world, MessagingArgs::default(), clock.clone(), |m| {
        m.consume::<SellersEvent, _>(Trivial)
    });
    let applied = "SELECT count(*) FROM messaging.inbox";
    soon("the first batch", async || world.count(applied).await > 0).await;
    report_only("group joined", started.elapsed());
    let before = world.count(applied).await;
    let started = Instant::now();
    soon("applying", async || world.count(applied).await == EVENTS).await;
    let took = started.elapsed();
    println!("Kafka -> inbox: {:.0}/s", (EVENTS - before) as f64 / took.as_secs_f64());

    let started = Instant::now();
    let more = EVENTS / KEYS;
    for first in (0..EVENTS).step_by(1_000) {
        let events: Vec<Outgoing> =
            (first..first + 1_000).map(|n| event(&format!("S{}", n % KEYS), n / KEYS + 1 + more)).collect();
        world.enqueue(&events).await;
    }
    soon("all of it", async || world.count(applied).await == 2 * EVENTS).await;
    report("written, published and applied at the same time", started.elapsed());
    world.quiet().await;

    let mut latencies = Vec::new();
    for n in 0..50 {
        let sequence = 1_000_000 + n;
        let started = Instant::now();
        world.enqueue(&[event("latency", sequence)]).await;
        let target = 2 * EVENTS + n + 1;
        soon("one event", async || world.count(applied).await == target).await;
        latencies.push(started.elapsed());
        tokio::time::sleep(Duration::from_millis(120)).await;
    }
    latencies.sort();
    println!(
        "one event on an idle system, commit to applied: median {:?}, worst {:?}",
        latencies[25], latencies[49]
    );
    consumer.stop().await;
}

fn report(what: &str, took: Duration) {
    println!("{what}: {:.0}/s", EVENTS as f64 / took.as_secs_f64());
}

fn report_only(what: &str, took: Duration) {
    println!("{what}: {took:?}");
}
