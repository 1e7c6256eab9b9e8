//! One running service with a database and topics that no other test sees.

use std::time::Duration;

use backing::TestDatabase;
use bus::{Bus, BusArgs, OutRecord, Producer, TopicSpec};
use chassis::{
    AuthArgs, Channel, ClientArgs, ClientChannel, Clock, ClockDriver, Host, Ids, Principal, Role, Sellers,
    ServerArgs, Service, Shutdown, SigningKey, TokenSource,
};
use enrollment::{Config, Enrollment};
use jiff::Timestamp;
use messaging::{DatabaseArgs, MessagingArgs};
use prost::Message;
use sqlx::PgPool;
use wire::convert::timestamp;
use wire::enrollment::events::v1::{EnrollmentEvent, enrollment_event::Event};
use wire::enrollment::v1::enrollment_service_client::EnrollmentServiceClient;
use wire::enrollment::v1::{Enrollment as Shown, GetEnrollmentRequest};
use wire::ops::v1::audit_service_client::AuditServiceClient;
use wire::ops::v1::dead_letter_service_client::DeadLetterServiceClient;
use wire::ops::v1::{DeadLetter, Fact, ListDeadLettersRequest, StreamFactsRequest};
use wire::sellers::events::v1::{SellerRegistered, SellersEvent};

/// How long a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(90);
/// Business time at the start of every test.
pub(crate) const NOW: &str = "2026-10-01T08:00:00Z";
/// The version of the terms in force then.
pub(crate) const TERMS: &str = "2012-01";
pub(crate) const SELLER: &str = "A1SELLER00001";

pub(crate) type Client = EnrollmentServiceClient<Channel>;

pub(crate) struct World {
    _database: TestDatabase,
    _keys: tempfile::TempDir,
    pub(crate) pool: PgPool,
    clock: ClockDriver,
    bus: Bus,
    producer: Producer,
    key: SigningKey,
    url: String,
    shutdown: Shutdown,
}

impl World {
    /// A running service, ready to answer.
    pub(crate) async fn start() -> Self {
        let database = backing::test_database("enrollment_it", FINGERPRINT, prepare).await;
        let brokers = backing::shared().await.kafka_brokers();
        let prefix = format!("{}-", database.name());
        let keys = tempfile::tempdir().unwrap();
        let key = SigningKey::generate().unwrap();
        std::fs::write(keys.path().join("jwks.json"), key.jwks_json().unwrap()).unwrap();
        let config = Config {
            auth: AuthArgs {
                jwks_file: keys.path().join("jwks.json"),
                token_issuer: "fba-export-dev".to_owned(),
            },
            bus: BusArgs::new(brokers, &prefix),
            ..config(database.url())
        };
        let (clock, driver) = Clock::simulated();
        driver.advance_to(NOW.parse().unwrap());
        let shutdown = Shutdown::new();
        let app = Enrollment::build(config, Host::new(clock, Ids::seeded(1), &shutdown)).await.unwrap();
        let url = format!("http://{}", app.grpc_addr);
        let ready = app.readiness().clone();
        tokio::spawn(app.run(shutdown.clone()));
        tokio::time::timeout(PATIENCE, ready.ready()).await.expect("the service did not become ready");
        let bus = Bus::new(BusArgs::new(brokers, &prefix), "enrollment-test");
        bus.ensure_topics(&[TopicSpec::events::<SellersEvent>(), TopicSpec::events::<EnrollmentEvent>()])
            .await
            .unwrap();
        let producer = Producer::new(&bus).unwrap();
        let pool = database.pool().await;
        Self { _database: database, _keys: keys, pool, clock: driver, bus, producer, key, url, shutdown }
    }

    pub(crate) fn channel(&self, principal: Principal) -> Channel {
        let token = TokenSource::Minted(self.key.clone(), principal);
        ClientChannel::connect(ClientArgs::new(&self.url, token)).unwrap()
    }

    pub(crate) fn operator(&self) -> Client {
        Client::new(self.channel(Principal::new("operator:test", Role::Operator)))
    }

    pub(crate) fn seller(&self, seller: &str) -> Client {
        let sellers = Sellers::Only([seller.parse().unwrap()].into());
        let subject = format!("seller:{seller}");
        Client::new(self.channel(Principal { subject, role: Role::Seller, sellers }))
    }

    /// Business time moves on.
    pub(crate) fn at(&self, time: &str) {
        assert!(self.clock.advance_to(time.parse().unwrap()));
    }

    /// Sends an event of the registry.
    pub(crate) async fn registered(&self, seller: &str, marketplace: &str, sequence: i64) {
        let event = SellerRegistered {
            seller_id: seller.to_owned(),
            legal_name: "Shop Inc.".to_owned(),
            marketplace_id: marketplace.to_owned(),
            registered_time: Some(timestamp(now())),
            ..Default::default()
        };
        let record =
            OutRecord::event::<SellersEvent>(&self.bus, seller, seller, sequence, "registry", now(), event);
        self.producer.send_all(vec![record]).await.unwrap();
    }

    /// A seller of Amazon.com that is enrolled.
    pub(crate) async fn enrolled(&self) -> Shown {
        self.registered(SELLER, "ATVPDKIKX0DER", 1).await;
        self.known(SELLER).await
    }

    /// Waits until a seller is known.
    pub(crate) async fn known(&self, seller: &str) -> Shown {
        let mut client = self.operator();
        let mut found = None;
        soon("the seller is known", async || {
            let request = GetEnrollmentRequest { seller_id: seller.to_owned() };
            found = client.get_enrollment(request).await.ok().and_then(|r| r.into_inner().enrollment);
            found.is_some()
        })
        .await;
        found.unwrap()
    }

    /// The first `count` events of a seller, in order, with their sequences.
    pub(crate) async fn events(&self, seller: &str, count: usize) -> Vec<(i64, Event)> {
        let mut found = Vec::new();
        soon("the events are published", async || {
            found.clear();
            let mut follower = self.bus.follow(&self.bus.topic::<EnrollmentEvent>()).await.unwrap();
            let read = |record: bus::InRecord| {
                if record.key == seller {
                    let event = EnrollmentEvent::decode(record.payload.as_slice()).unwrap();
                    found.push((record.headers.unwrap().sequence, event.event.unwrap()));
                }
            };
            follower.read_to_end(read).await.unwrap();
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
}

impl Drop for World {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
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
const FINGERPRINT: &str = include_str!("../../migrations/0001_create_enrollment.sql");

async fn prepare(url: &str) -> anyhow::Result<()> {
    Enrollment::migrate(config(url)).await
}
