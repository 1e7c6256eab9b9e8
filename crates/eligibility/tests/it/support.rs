//! One running service with a database and topics that no other test sees. It runs on a runtime of its own, so that it
//! can be killed between any two steps.

use std::time::Duration;

use backing::TestDatabase;
use bus::{Bus, BusArgs, InRecord, OutRecord, Producer, TopicSpec};
use chassis::{
    AuthArgs, Channel, ClientArgs, ClientChannel, Clock, ClockDriver, Host, Ids, Principal, Role, Sellers,
    ServerArgs, Service, Shutdown, SigningKey, TokenSource,
};
use eligibility::{Config, Eligibility};
use jiff::Timestamp;
use messaging::{DatabaseArgs, MessagingArgs};
use prost::Message;
use sqlx::PgPool;
use tokio::runtime::Runtime;
use wire::Event;
use wire::catalog::events::v1::{CatalogEvent, ItemDelisted, ItemListed, ProductGroup};
use wire::common::v1::{Dimensions, Weight};
use wire::eligibility::events::v1::{
    CycleCompleted, EligibilityEvent, VerdictChanged, eligibility_event::Event as Eligible,
};
use wire::eligibility::v1::eligibility_service_client::EligibilityServiceClient;
use wire::eligibility::v1::*;
use wire::enrollment::events::v1::{EnrollmentEvent, SellerEnrolled};
use wire::ops::v1::audit_service_client::AuditServiceClient;
use wire::ops::v1::dead_letter_service_client::DeadLetterServiceClient;
use wire::ops::v1::{DeadLetter, Fact, ListDeadLettersRequest, StreamFactsRequest};

/// How long a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(90);
/// Business time at the start of every test.
pub(crate) const NOW: &str = "2026-10-05T08:00:00Z";
pub(crate) const SELLER: &str = "A1SELLER00001";

pub(crate) type Client = EligibilityServiceClient<Channel>;

pub(crate) struct World {
    database: TestDatabase,
    keys: tempfile::TempDir,
    brokers: String,
    prefix: String,
    pub(crate) pool: PgPool,
    time: Timestamp,
    bus: Bus,
    producer: Producer,
    key: SigningKey,
    process: Option<Process>,
}

/// A running replica.
struct Process {
    runtime: Runtime,
    clock: ClockDriver,
    url: String,
}

impl World {
    /// A running service, ready to answer.
    pub(crate) async fn start() -> Self {
        let database = backing::test_database("eligibility_it", FINGERPRINT, prepare).await;
        let brokers = backing::shared().await.kafka_brokers().to_owned();
        let prefix = format!("{}-", database.name());
        let keys = tempfile::tempdir().unwrap();
        let key = SigningKey::generate().unwrap();
        std::fs::write(keys.path().join("jwks.json"), key.jwks_json().unwrap()).unwrap();
        let bus = Bus::new(BusArgs::new(&brokers, &prefix), "eligibility-test");
        let topics = [
            TopicSpec::events::<CatalogEvent>(),
            TopicSpec::events::<EnrollmentEvent>(),
            TopicSpec::events::<EligibilityEvent>(),
        ];
        bus.ensure_topics(&topics).await.unwrap();
        let producer = Producer::new(&bus).unwrap();
        let pool = database.pool().await;
        let time = NOW.parse().unwrap();
        let mut world =
            Self { database, keys, brokers, prefix, pool, time, bus, producer, key, process: None };
        world.run().await;
        world
    }

    /// Starts a replica and waits until it is ready.
    pub(crate) async fn run(&mut self) {
        let config = Config {
            auth: AuthArgs {
                jwks_file: self.keys.path().join("jwks.json"),
                token_issuer: "fba-export-dev".to_owned(),
            },
            bus: BusArgs::new(&self.brokers, &self.prefix),
            ..config(self.database.url())
        };
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (clock, driver) = Clock::simulated();
        driver.advance_to(self.time);
        let shutdown = Shutdown::new();
        let host = Host::new(clock, Ids::seeded(1), &shutdown);
        let started = runtime.spawn(async move {
            let app = Eligibility::build(config, host).await.unwrap();
            let (addr, ready) = (app.grpc_addr, app.readiness().clone());
            tokio::spawn(app.run(shutdown));
            ready.ready().await;
            addr
        });
        let addr = tokio::time::timeout(PATIENCE, started).await.expect("not ready in time").unwrap();
        self.process = Some(Process { runtime, clock: driver, url: format!("http://{addr}") });
    }

    /// Ends the replica without a chance to finish anything.
    pub(crate) fn kill(&mut self) {
        self.process.take().unwrap().runtime.shutdown_background();
    }

    /// Business time moves on.
    pub(crate) fn at(&mut self, time: &str) {
        self.time = time.parse().unwrap();
        assert!(self.process.as_ref().unwrap().clock.advance_to(self.time));
    }

    pub(crate) fn channel(&self, principal: Principal) -> Channel {
        let token = TokenSource::Minted(self.key.clone(), principal);
        ClientChannel::connect(ClientArgs::new(&self.process.as_ref().unwrap().url, token)).unwrap()
    }

    pub(crate) fn operator(&self) -> Client {
        Client::new(self.channel(Principal::new("operator:test", Role::Operator)))
    }

    pub(crate) fn seller(&self, seller: &str) -> Client {
        let sellers = Sellers::Only([seller.parse().unwrap()].into());
        Client::new(self.channel(Principal {
            subject: format!("seller:{seller}"),
            role: Role::Seller,
            sellers,
        }))
    }

    /// Sends events of the catalogue; the sequence is the item's version.
    pub(crate) async fn list(&self, items: &[ItemListed]) {
        let records = items.iter().map(|item| {
            let key = format!("{}/{}", item.seller_id, item.sku);
            self.record::<CatalogEvent>(&key, item.item_version, item.clone())
        });
        self.producer.send_all(records.collect()).await.unwrap();
    }

    pub(crate) async fn delist(&self, item: &ItemListed, item_version: i64) {
        let key = format!("{}/{}", item.seller_id, item.sku);
        let gone = ItemDelisted { seller_id: item.seller_id.clone(), sku: item.sku.clone(), item_version };
        self.producer.send_all(vec![self.record::<CatalogEvent>(&key, item_version, gone)]).await.unwrap();
    }

    /// Sends an event of enrollment.
    pub(crate) async fn settings(&self, seller: &str, version: i64, event: impl Into<EnrollmentEvent>) {
        let record = self.record::<EnrollmentEvent>(seller, version, event);
        self.producer.send_all(vec![record]).await.unwrap();
    }

    /// Enrolls the seller and waits until eligibility knows.
    pub(crate) async fn enrolled(&self) {
        let event = SellerEnrolled { seller_id: SELLER.to_owned(), authority: None, settings_version: 1 };
        self.settings(SELLER, 1, event).await;
        self.settings_known(SELLER, 1).await;
    }

    pub(crate) async fn settings_known(&self, seller: &str, version: i64) {
        soon("the settings are known", async || {
            let query = "SELECT settings_version FROM sellers WHERE seller_id = $1";
            let known: Option<i64> =
                sqlx::query_scalar(query).bind(seller).fetch_optional(&self.pool).await.unwrap();
            known == Some(version)
        })
        .await;
    }

    /// Lists items and waits until eligibility has taken all of them.
    pub(crate) async fn listed(&self, items: &[ItemListed]) {
        self.list(items).await;
        for item in items {
            self.item_known(item, item.item_version).await;
        }
    }

    pub(crate) async fn item_known(&self, item: &ItemListed, version: i64) {
        soon("the item is known", async || {
            let query = "SELECT item_version FROM items WHERE seller_id = $1 AND sku = $2";
            let query = sqlx::query_scalar(query).bind(&item.seller_id).bind(&item.sku);
            let known: Option<i64> = query.fetch_optional(&self.pool).await.unwrap();
            known == Some(version)
        })
        .await;
    }

    /// Runs the cycle of the current month to its end.
    pub(crate) async fn cycle(&self) -> Cycle {
        let request = StartCycleRequest { request_id: format!("cycle-{}", self.time), month: String::new() };
        let started = self.operator().start_cycle(request).await.unwrap().into_inner();
        self.completed(&started.cycle.unwrap().cycle_id).await
    }

    pub(crate) async fn completed(&self, cycle_id: &str) -> Cycle {
        let mut client = self.operator();
        let mut cycle = None;
        soon("the cycle is completed", async || {
            let request = GetCycleRequest { cycle_id: cycle_id.to_owned() };
            cycle = client.get_cycle(request).await.unwrap().into_inner().cycle;
            cycle.as_ref().is_some_and(|cycle| cycle.state() == CycleState::Completed)
        })
        .await;
        cycle.unwrap()
    }

    pub(crate) async fn verdict(&self, asin: &str) -> Verdict {
        let request = GetVerdictRequest { asin: asin.to_owned() };
        self.operator().get_verdict(request).await.unwrap().into_inner().verdict.unwrap()
    }

    /// The answers for (SKU, country) lines of the test's seller.
    pub(crate) async fn check(&self, lines: &[(&str, &str)]) -> Vec<EligibilityResult> {
        let lines = lines.iter().map(|(sku, country)| line(SELLER, sku, country)).collect();
        let request = CheckEligibilityRequest { lines };
        self.operator().check_eligibility(request).await.unwrap().into_inner().results
    }

    /// Reason codes of one line.
    pub(crate) async fn codes(&self, sku: &str, country: &str) -> Vec<String> {
        let [result] = self.check(&[(sku, country)]).await.try_into().unwrap();
        assert_eq!(result.eligible, result.reasons.is_empty());
        result.reasons.into_iter().map(|reason| reason.code).collect()
    }

    /// What was published about an ASIN, with sequences.
    pub(crate) async fn verdict_events(&self, asin: &str, count: usize) -> Vec<(i64, VerdictChanged)> {
        let mut found = Vec::new();
        soon("the verdicts are published", async || {
            found.clear();
            for record in self.on_topic::<EligibilityEvent>().await.into_iter().filter(|r| r.key == asin) {
                let event = EligibilityEvent::decode(record.payload.as_slice()).unwrap().event;
                let Some(Eligible::VerdictChanged(event)) = event else { panic!("{event:?}") };
                found.push((record.headers.unwrap().sequence, event));
            }
            found.len() >= count
        })
        .await;
        found
    }

    pub(crate) async fn completed_events(&self, count: usize) -> Vec<CycleCompleted> {
        let mut found = Vec::new();
        soon("the cycle's end is published", async || {
            let records = self.on_topic::<EligibilityEvent>().await;
            let events =
                records.iter().map(|r| EligibilityEvent::decode(r.payload.as_slice()).unwrap().event);
            found = events
                .filter_map(|event| match event {
                    Some(Eligible::CycleCompleted(event)) => Some(event),
                    _ => None,
                })
                .collect();
            found.len() >= count
        })
        .await;
        found
    }

    pub(crate) async fn dead_letters(&self) -> Vec<DeadLetter> {
        let channel = self.channel(Principal::new("operator:test", Role::Operator));
        let list = ListDeadLettersRequest { page_size: 500, ..Default::default() };
        DeadLetterServiceClient::new(channel).list_dead_letters(list).await.unwrap().into_inner().dead_letters
    }

    /// All facts the service tells.
    pub(crate) async fn facts(&self) -> Vec<Fact> {
        let channel = self.channel(Principal::new("auditor:test", Role::Auditor));
        let request = StreamFactsRequest {};
        let mut stream = AuditServiceClient::new(channel).stream_facts(request).await.unwrap().into_inner();
        let mut facts = Vec::new();
        while let Some(chunk) = stream.message().await.unwrap() {
            facts.extend(chunk.facts);
        }
        facts
    }

    async fn on_topic<E: Event>(&self) -> Vec<InRecord> {
        let mut records = Vec::new();
        let mut follower = self.bus.follow(&self.bus.topic::<E>()).await.unwrap();
        follower.read_to_end(|record| records.push(record)).await.unwrap();
        records
    }

    fn record<E: Event>(&self, key: &str, sequence: i64, event: impl Into<E>) -> OutRecord {
        OutRecord::event::<E>(&self.bus, key, key, sequence, "test", self.time, event)
    }
}

/// A failed test must not wait for the runtime of its replica.
impl Drop for World {
    fn drop(&mut self) {
        if let Some(process) = self.process.take() {
            process.runtime.shutdown_background();
        }
    }
}

pub(crate) fn line(seller: &str, sku: &str, country: &str) -> EligibilityLine {
    EligibilityLine { seller_id: seller.to_owned(), sku: sku.to_owned(), country_code: country.to_owned() }
}

/// A product that nothing speaks against: number `n` of the test's seller.
pub(crate) fn item(n: usize) -> ItemListed {
    ItemListed {
        seller_id: SELLER.to_owned(),
        sku: format!("SKU-{n}"),
        asin: asin(n),
        fnsku: format!("X{n:09}"),
        item_version: 1,
        title: format!("Cotton T-shirt {n}"),
        description: "<p>Soft and warm</p>".to_owned(),
        product_group: ProductGroup::Other.into(),
        package_dimensions: Some(Dimensions { length_um: 254_000, width_um: 203_200, height_um: 25_400 }),
        package_weight: Some(Weight { milligrams: 200_000 }),
        ..Default::default()
    }
}

pub(crate) fn asin(n: usize) -> String {
    format!("B{n:09}")
}

/// Looks again and again for something that must happen soon.
pub(crate) async fn soon(what: &str, mut happened: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !happened().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
        panic!("{what}: not within {PATIENCE:?}");
    }
}

fn config(database_url: &str) -> Config {
    Config {
        server: ServerArgs::local(),
        auth: AuthArgs { jwks_file: "unset".into(), token_issuer: String::new() },
        database: DatabaseArgs::new(database_url),
        bus: BusArgs::new("unset", ""),
        messaging: MessagingArgs::default(),
    }
}

/// Changes with the tables of the template.
const FINGERPRINT: &str = include_str!("../../migrations/0001_create_eligibility.sql");

async fn prepare(url: &str) -> anyhow::Result<()> {
    Eligibility::migrate(config(url)).await
}
