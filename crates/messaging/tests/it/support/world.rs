//! A database and topics that no other test sees.

use std::time::Duration;

use backing::TestDatabase;
use bus::{Bus, BusArgs, InRecord, Producer};
use jiff::Timestamp;
use messaging::{DatabaseArgs, Outgoing};
use sqlx::PgPool;
use tracing_subscriber::EnvFilter;
use wire::sellers::events::v1::{SellerRegistered, SellersEvent};

/// How long a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(90);

/// Partitions of most topics: enough to be shared, few enough for a broker that many tests use.
const PARTITIONS: i32 = 4;

/// Name of the service that all tests play.
pub(crate) const SERVICE: &str = "tested";

/// A service's surroundings.
pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) brokers: String,
    pub(crate) prefix: String,
    /// For the test's own looks into the database.
    pub(crate) pool: PgPool,
    /// Partitions of the topics.
    pub(crate) partitions: i32,
}

impl World {
    /// On the servers that all tests share.
    pub(crate) async fn new() -> Self {
        let database = backing::test_database("messaging_it", FINGERPRINT, prepare).await;
        Self::on(database, backing::shared().await.kafka_brokers()).await
    }

    /// On servers of the test's own, which it may stop.
    pub(crate) async fn private(backing: &backing::Backing) -> Self {
        let database = backing.test_database("messaging_it", FINGERPRINT, prepare).await.unwrap();
        Self::on(database, backing.kafka_brokers()).await
    }

    async fn on(database: TestDatabase, brokers: &str) -> Self {
        // `RUST_LOG=debug` shows what the machinery says; the second test finds it set up.
        let log = tracing_subscriber::fmt().with_env_filter(EnvFilter::from_default_env());
        let _ = log.with_writer(std::io::stderr).with_ansi(false).try_init();
        let prefix = format!("{}-", database.name());
        let pool = database.pool().await;
        Self { database, brokers: brokers.to_owned(), prefix, pool, partitions: PARTITIONS }
    }

    pub(crate) fn bus(&self) -> Bus {
        let args = BusArgs { topic_partitions: self.partitions, ..BusArgs::new(&self.brokers, &self.prefix) };
        Bus::new(args, "messaging-test")
    }

    pub(crate) fn topic(&self) -> String {
        self.bus().topic::<SellersEvent>()
    }

    pub(crate) fn database_args(&self) -> DatabaseArgs {
        DatabaseArgs::new(self.database.url())
    }

    /// Writes events into the outbox, in one transaction.
    pub(crate) async fn enqueue(&self, events: &[Outgoing]) {
        let mut tx = self.pool.begin().await.unwrap();
        messaging::outbox::enqueue(&mut tx, SERVICE, events).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// `count` events for each of the keys, numbered from 1, in one transaction per number.
    pub(crate) async fn enqueue_for(&self, keys: &[&str], count: i64) {
        for sequence in 1..=count {
            let events: Vec<Outgoing> = keys.iter().map(|key| event(key, sequence)).collect();
            self.enqueue(&events).await;
        }
    }

    /// A producer as the outside world has it; the topics are made when they are missing.
    pub(crate) async fn producer(&self) -> Producer {
        let bus = self.bus();
        bus.ensure_topics(&[bus::TopicSpec::of::<SellersEvent>()]).await.unwrap();
        Producer::new(&bus).unwrap()
    }

    /// Everything that is on the events' topic now.
    pub(crate) async fn on_topic(&self) -> Vec<InRecord> {
        let mut records = Vec::new();
        let mut follower = self.bus().follow(&self.topic()).await.unwrap();
        follower.read_to_end(|record| records.push(record)).await.unwrap();
        records
    }

    /// Waits until the outbox is empty and the group has no lag.
    pub(crate) async fn quiet(&self) {
        let (bus, topics) = (self.bus(), [self.topic()]);
        let meter = bus::LagMeter::new(&bus, SERVICE).unwrap();
        let quiet = async || {
            let waiting = self.count("SELECT count(*) FROM messaging.outbox").await;
            let lag = meter.lag(&topics).await;
            tracing::debug!(waiting, ?lag, "test.not_quiet_yet");
            waiting == 0 && lag.is_ok_and(|lag| lag == 0)
        };
        soon("an empty outbox and no lag", quiet).await;
    }

    /// The single number that a query answers with.
    pub(crate) async fn count(&self, query: &'static str) -> i64 {
        let mut last = None;
        for _ in 0..100 {
            match sqlx::query_scalar(query).fetch_one(&self.pool).await {
                Ok(count) => return count,
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{query}: {last:?}");
    }
}

/// Changes with the tables of the template.
const FINGERPRINT: &str = concat!(
    include_str!("../../../migrations/0001_create_outbox.sql"),
    include_str!("../../../migrations/0002_create_inbox.sql"),
    include_str!("../../../migrations/0003_create_dead_letters.sql"),
    include_str!("../../../migrations/0004_create_requests.sql"),
    include_str!("../../../migrations/0005_create_deadlines.sql"),
    "effects 1",
);

async fn prepare(url: &str) -> anyhow::Result<()> {
    let pool = messaging::connect(&DatabaseArgs::new(url))?;
    messaging::migrate(&pool).await?;
    // Without a unique constraint, so that an effect that happens twice is seen.
    let effects = "CREATE TABLE effects (place bigserial, event_id uuid NOT NULL, key text NOT NULL, sequence bigint NOT NULL)";
    sqlx::query(effects).execute(&pool).await?;
    pool.close().await;
    Ok(())
}

/// Business time of every test event.
pub(crate) fn time() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// An event of the seller `key`.
pub(crate) fn event(key: &str, sequence: i64) -> Outgoing {
    let registered = SellerRegistered { seller_id: key.to_owned(), ..Default::default() };
    Outgoing::event::<SellersEvent>(key, key, sequence, time(), registered)
}

/// Looks again and again for something that must happen soon.
pub(crate) async fn soon(what: &str, mut happened: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !happened().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
        panic!("{what} did not happen in {PATIENCE:?}");
    }
}
