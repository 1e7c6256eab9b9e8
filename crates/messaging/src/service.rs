//! Everything together, for one service.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bus::{Bus, BusError, LagMeter, TopicSpec};
use chassis::{Clock, Host, Latch, Shutdown, Tasks};
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres, Transaction};
use tokio::sync::{OnceCell, Semaphore};
use wire::Event;
use wire::clock::events::v1::ClockEvent;

use crate::audit::AnyAuditSource;
use crate::clock_feed::{ClockFeed, ClockFeeder};
use crate::consumer::{AnyHandler, Applier, Member, Typed};
use crate::database::MIGRATIONS;
use crate::deadlines::{AnyDeadlineHandler, Runner};
use crate::notices::{Listener, listener};
use crate::ops::OpsServices;
use crate::rebuild::{Rebuilder, rebuilder};
use crate::retry::Retry;
use crate::watch::{Watcher, watcher};
use crate::work::{self, AnyWorker};
use crate::{
    AuditSource, DeadlineHandler, Handler, MessagingArgs, Notices, Rebuild, Watch, Worker, metrics, relay,
    retention, schema,
};

/// A transaction on the service's database.
pub(crate) type Tx = Transaction<'static, Postgres>;

/// What all parts share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Core {
    pub(crate) service: &'static str,
    pub(crate) pool: PgPool,
    pub(crate) bus: Bus,
    pub(crate) clock: Clock,
    pub(crate) feed: ClockFeed,
    pub(crate) args: Arc<MessagingArgs>,
    /// Full names of the consumed topics.
    pub(crate) topics: Vec<String>,
    activity: Arc<AtomicU64>,
    meter: Arc<OnceCell<LagMeter>>,
}

impl Core {
    pub(crate) async fn connection(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        let asked = Instant::now();
        let connection = self.pool.acquire().await;
        metrics::pool_wait(asked.elapsed());
        connection
    }

    pub(crate) async fn begin(&self) -> sqlx::Result<Tx> {
        let asked = Instant::now();
        let tx = self.pool.begin().await;
        metrics::pool_wait(asked.elapsed());
        tx
    }

    /// Counts applied records, fired deadlines and published events.
    pub(crate) fn acted(&self, things: usize) {
        self.activity.fetch_add(things as u64, Ordering::Relaxed);
    }

    pub(crate) fn activity(&self) -> u64 {
        self.activity.load(Ordering::Relaxed)
    }

    /// Records on the consumed topics that the service has not committed, over all its replicas.
    pub(crate) async fn lag(&self) -> Result<i64, BusError> {
        if self.topics.is_empty() {
            return Ok(0);
        }
        let meter = self.meter.get_or_try_init(async || LagMeter::new(&self.bus, self.service)).await?;
        meter.lag(&self.topics).await
    }
}

/// The messaging of one service: what it consumes and publishes, its deadlines, its `ops.v1`. Built once, then started.
pub struct Messaging {
    core: Core,
    feeder: Option<ClockFeeder>,
    handlers: BTreeMap<String, Arc<dyn AnyHandler>>,
    deadlines: Option<Arc<dyn AnyDeadlineHandler>>,
    audit: Option<Arc<dyn AnyAuditSource>>,
    watches: Vec<Watcher>,
    listeners: Vec<Listener>,
    workers: Vec<Arc<dyn AnyWorker>>,
    /// With the packages of their topics.
    rebuilders: Vec<(&'static str, Rebuilder)>,
    specs: BTreeMap<String, TopicSpec>,
    migrations: Vec<&'static Migrator>,
}

impl Messaging {
    /// For the service of this name: also its consumer group and the first part of its transactional ids.
    pub fn new(service: &'static str, pool: PgPool, bus: Bus, clock: Clock, args: MessagingArgs) -> Self {
        metrics::describe();
        bus::metrics::describe();
        let (feed, feeder) = ClockFeed::new(&bus, clock.driver());
        let core = Core {
            service,
            pool,
            bus,
            clock,
            feed,
            args: Arc::new(args),
            topics: Vec::new(),
            activity: Arc::default(),
            meter: Arc::default(),
        };
        let messaging = Self {
            core,
            feeder,
            handlers: BTreeMap::new(),
            deadlines: None,
            audit: None,
            watches: Vec::new(),
            listeners: Vec::new(),
            workers: Vec::new(),
            rebuilders: Vec::new(),
            specs: BTreeMap::new(),
            migrations: vec![&MIGRATIONS],
        };
        if messaging.feeder.is_some() { messaging.publishes::<ClockEvent>() } else { messaging }
    }

    /// Hands the events of `E`'s topic to `handler`.
    #[must_use]
    pub fn consume<E: Event, H: Handler<E>>(mut self, handler: H) -> Self {
        let topic = self.core.bus.topic::<E>();
        self.core.topics.push(topic.clone());
        self.handlers.insert(topic, Arc::new(Typed::new(handler)));
        self.publishes::<E>()
    }

    /// Lets `watch` hear what is published to `E`'s topic from now on, in this process.
    #[must_use]
    pub fn watch<E: Event>(mut self, watch: Arc<impl Watch<E>>) -> Self {
        self.watches.push(watcher(watch));
        self.publishes::<E>()
    }

    /// Lets `notices` hear what the service's database says, in this process.
    #[must_use]
    pub fn listen(mut self, notices: Arc<impl Notices>) -> Self {
        self.listeners.push(listener(notices));
        self
    }

    /// Fires deadlines through `handler`.
    #[must_use]
    pub fn deadlines(mut self, handler: impl DeadlineHandler) -> Self {
        self.deadlines = Some(Arc::new(handler));
        self
    }

    /// Fills `mirror` from `E`'s topic, a state topic, while it is empty: before anything is consumed.
    #[must_use]
    pub fn rebuild<E: Event>(mut self, mirror: impl Rebuild<E>) -> Self {
        self.rebuilders.push((E::PACKAGE, rebuilder(mirror)));
        self.publishes::<E>()
    }

    /// Lets `worker` do what waits in the service's own tables.
    #[must_use]
    pub fn work(mut self, worker: impl Worker) -> Self {
        self.workers.push(Arc::new(worker));
        self
    }

    /// Answers `StreamFacts` from `source`.
    #[must_use]
    pub fn audit(mut self, source: impl AuditSource) -> Self {
        self.audit = Some(Arc::new(source));
        self
    }

    /// Starts nothing until the database has these migrations too.
    #[must_use]
    pub fn migrated(mut self, migrations: &'static Migrator) -> Self {
        self.migrations.push(migrations);
        self
    }

    /// Makes sure that `E`'s topic exists.
    #[must_use]
    pub fn publishes<E: Event>(mut self) -> Self {
        self.specs.insert(E::PACKAGE.to_owned(), TopicSpec::of::<E>());
        self
    }

    /// The services of `ops.v1`, to be added to the service's server together with [`crate::OPS_ROLES`]. Call it when
    /// everything that is consumed and audited has been named.
    pub fn ops_services(&self) -> OpsServices {
        OpsServices::new(&self.core, self.handlers.clone(), self.audit.clone())
    }

    /// Starts relay, consumers, deadlines, workers and, on a simulated clock, its feed, as tasks of `host`. Nothing is waited
    /// for: while Postgres or Kafka are away they are tried again. The relay begins when the database is migrated; the
    /// host is ready when besides the topics exist, empty mirrors are filled and, on a simulated clock, all ticks published
    /// so far are read; consumers, deadlines and workers begin then.
    pub fn start(self, host: &Host) {
        let Self {
            core,
            feeder,
            handlers,
            deadlines,
            watches,
            listeners,
            workers,
            rebuilders,
            specs,
            migrations,
            ..
        } = self;
        let shutdown = host.tasks.shutdown().clone();
        let opening = Opening {
            core: core.clone(),
            migrations,
            database: host.readiness.latch("database migrations"),
            specs: specs.into_values().collect(),
            topics: host.readiness.latch("messaging topics"),
            feeder: feeder.map(|feeder| (feeder, host.readiness.latch("messaging clock"))),
            mirrors: rebuilders
                .into_iter()
                .map(|(topic, rebuild)| (rebuild, host.readiness.latch(format!("mirror of {topic}"))))
                .collect(),
            tasks: host.tasks.clone(),
        };
        let member = member(&core, handlers, &host.tasks);
        let runner = deadlines.map(|handler| Runner { core: core.clone(), handler });
        let tasks = host.tasks.clone();
        host.tasks.spawn("messaging", async move {
            if !opening.open(&shutdown).await {
                return Ok(());
            }
            for watch in watches {
                tasks.spawn("watch", watch(core.bus.clone(), shutdown.clone()));
            }
            for listen in listeners {
                tasks.spawn("notices", listen(core.clone(), shutdown.clone()));
            }
            for worker in workers {
                tasks.spawn(worker.name(), work::run(core.clone(), worker, shutdown.clone()));
            }
            tasks.spawn("retention", retention::run(core, shutdown.clone()));
            if let Some(member) = member {
                tasks.spawn("consumers", member.run(shutdown.clone()));
            }
            if let Some(runner) = runner {
                tasks.spawn("deadlines", runner.run(shutdown));
            }
            Ok(())
        });
    }
}

fn member(core: &Core, handlers: BTreeMap<String, Arc<dyn AnyHandler>>, tasks: &Tasks) -> Option<Member> {
    if handlers.is_empty() {
        return None;
    }
    let applier = |handler| {
        let turns = Semaphore::new(core.args.consumer_concurrency.into());
        (Applier { core: core.clone(), handler }, Arc::new(turns))
    };
    let topics = handlers.into_iter().map(|(topic, handler)| (topic, applier(handler))).collect();
    Some(Member { bus: core.bus.clone(), group: core.service, topics, tasks: tasks.clone() })
}

/// What must be there before anything is consumed.
struct Opening {
    core: Core,
    migrations: Vec<&'static Migrator>,
    database: Latch,
    specs: Vec<TopicSpec>,
    topics: Latch,
    feeder: Option<(ClockFeeder, Latch)>,
    mirrors: Vec<(Rebuilder, Latch)>,
    tasks: Tasks,
}

impl Opening {
    /// Waits for the database's migrations, starts the relay, makes the topics, fills mirrors and brings a simulated clock up
    /// to date; false when the process stops meanwhile.
    async fn open(self, shutdown: &Shutdown) -> bool {
        let Self { core, migrations, database, specs, topics, feeder, mirrors, tasks } = self;
        let mut retry = Retry::new("database");
        while let Err(error) = schema::check(&core.pool, core.service, &migrations).await {
            if !waited(retry.failed(&error), shutdown).await {
                return false;
            }
        }
        retry.succeeded();
        database.release();
        relay::start(&core, &tasks);
        let mut retry = Retry::new("topics");
        while let Err(error) = core.bus.ensure_topics(&specs).await {
            if !waited(retry.failed(&error), shutdown).await {
                return false;
            }
        }
        retry.succeeded();
        topics.release();
        for (rebuild, latch) in mirrors {
            let mut retry = Retry::new("mirror");
            while let Err(error) = rebuild(core.clone()).await {
                if !waited(retry.failed(&error), shutdown).await {
                    return false;
                }
            }
            latch.release();
        }
        let Some((feeder, latch)) = feeder else { return true };
        let caught_up = Shutdown::new();
        let signal = caught_up.clone();
        let on_caught_up = move || {
            latch.release();
            signal.cancel();
        };
        tasks.spawn("clock feed", feeder.run(on_caught_up, shutdown.clone()));
        tokio::select! {
            () = shutdown.cancelled() => false,
            () = caught_up.cancelled() => true,
        }
    }
}

/// False when the process stops meanwhile.
async fn waited(pause: Duration, shutdown: &Shutdown) -> bool {
    tokio::select! {
        () = shutdown.cancelled() => false,
        () = tokio::time::sleep(pause) => true,
    }
}
