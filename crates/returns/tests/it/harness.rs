//! A running service on a database and topics of its own, and the outside world that talks to it.

use std::time::{Duration, Instant};

use bus::{Bus, BusArgs, OutRecord, Producer};
use chassis::{
    AuthArgs, Channel, ClientArgs, ClientChannel, Clock, Host, Ids, Principal, Role, ServerArgs, Service,
    Shutdown, SigningKey, TokenSource,
};
use jiff::Timestamp;
use messaging::{DatabaseArgs, MessagingArgs};
use prost::Message as _;
use returns::{Config, Returns};
use wire::Event;
use wire::ops::v1::audit_service_client::AuditServiceClient;
use wire::ops::v1::progress_service_client::ProgressServiceClient;
use wire::ops::v1::{Fact, GetProgressRequest, StreamFactsRequest};
use wire::returns::events::v1::{ReturnsEvent, returns_event};
use wire::returns::v1::returns_service_client::ReturnsServiceClient;

/// How long a condition may take to come true.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct World {
    pub(crate) bus: Bus,
    producer: Producer,
    key: SigningKey,
    url: String,
    shutdown: Shutdown,
    sequence: std::cell::Cell<i64>,
    _database: backing::TestDatabase,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn start() -> Self {
        let backing = backing::shared().await;
        let database = backing::test_database("returns", env!("CARGO_PKG_VERSION"), migrate).await;
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::generate().unwrap();
        let jwks = folder.path().join("jwks.json");
        std::fs::write(&jwks, key.jwks_json().unwrap()).unwrap();
        let bus_args = BusArgs::new(backing.kafka_brokers(), format!("{}.", database.name()));
        let config = Config {
            database: DatabaseArgs::new(database.url()),
            bus: bus_args.clone(),
            messaging: MessagingArgs::default(),
            server: ServerArgs::local(),
            auth: AuthArgs { jwks_file: jwks, token_issuer: "fba-export-dev".to_owned() },
        };
        let shutdown = Shutdown::new();
        let app = Returns::build(config, Host::new(Clock::system(), Ids::random(), &shutdown)).await.unwrap();
        let url = format!("http://{}", app.grpc_addr);
        let readiness = app.readiness().clone();
        tokio::spawn(app.run(shutdown.clone()));
        tokio::time::timeout(PATIENCE, readiness.ready()).await.expect("the service becomes ready");
        let bus = Bus::new(bus_args, "test");
        let producer = Producer::new(&bus).unwrap();
        Self { bus, producer, key, url, shutdown, sequence: 0.into(), _database: database, _folder: folder }
    }

    /// Publishes an event of the outside world.
    pub(crate) async fn tell<E: Event>(&self, key: &str, event: impl Into<E>) {
        self.sequence.set(self.sequence.get() + 1);
        let record =
            OutRecord::event::<E>(&self.bus, key, key, self.sequence.get(), "test", Timestamp::now(), event);
        self.producer.send_all(vec![record]).await.unwrap();
    }

    fn channel(&self, role: Role) -> Channel {
        let source = TokenSource::Minted(self.key.clone(), Principal::new(format!("{role}:test"), role));
        ClientChannel::connect(ClientArgs::new(&self.url, source)).unwrap()
    }

    pub(crate) fn returns(&self, role: Role) -> ReturnsServiceClient<Channel> {
        ReturnsServiceClient::new(self.channel(role))
    }

    /// Waits until everything that was told is applied: topics are not ordered among each other.
    pub(crate) async fn settled(&self) {
        eventually("no lag", async || {
            let mut progress = ProgressServiceClient::new(self.channel(Role::Auditor));
            // While the topics are being made, the lag is not known.
            progress
                .get_progress(GetProgressRequest {})
                .await
                .is_ok_and(|now| now.get_ref().consumer_lag == 0)
        })
        .await;
    }

    /// All facts of a kind, once `enough` says so.
    pub(crate) async fn facts(&self, kind: &str, enough: impl Fn(&[Fact]) -> bool) -> Vec<Fact> {
        let mut facts = Vec::new();
        eventually(kind, async || {
            let mut audit = AuditServiceClient::new(self.channel(Role::Auditor));
            let mut stream = audit.stream_facts(StreamFactsRequest {}).await.unwrap().into_inner();
            facts.clear();
            while let Some(chunk) = stream.message().await.unwrap() {
                facts.extend(chunk.facts.into_iter().filter(|fact| fact.kind == kind));
            }
            enough(&facts)
        })
        .await;
        facts
    }

    /// Every event that returns has published, once `enough` says so.
    pub(crate) async fn published(
        &self,
        enough: impl Fn(&[returns_event::Event]) -> bool,
    ) -> Vec<returns_event::Event> {
        let mut events = Vec::new();
        eventually("events", async || {
            events.clear();
            let mut follower = self.bus.follow(&self.bus.topic::<ReturnsEvent>()).await.unwrap();
            let take = |record: bus::InRecord| {
                events.extend(ReturnsEvent::decode(record.payload.as_slice()).unwrap().event)
            };
            follower.read_to_end(take).await.unwrap();
            enough(&events)
        })
        .await;
        events
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

async fn migrate(url: &str) -> anyhow::Result<()> {
    let pool = sqlx::PgPool::connect(url).await?;
    returns::migrate(&pool).await?;
    pool.close().await;
    Ok(())
}

/// Waits until a condition holds.
async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds().await {
        assert!(Instant::now() < end, "{what}: not there in {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
