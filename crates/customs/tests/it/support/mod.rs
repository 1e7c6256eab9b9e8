//! One running service with a database, topics and a document folder that no other test sees.

mod events;
mod fulfillment;

use std::cell::Cell;
use std::time::Duration;

use backing::TestDatabase;
use bus::{Bus, BusArgs, InRecord, OutRecord, Producer, TopicSpec};
use chassis::{
    AuthArgs, Channel, ClientArgs, ClientChannel, Clock, ClockDriver, Host, Ids, Principal, Role, Sellers,
    ServerArgs, Service, ServiceTokenArgs, Shutdown, SigningKey, TokenSource,
};
use customs::{Config, Customs, ScreeningArgs};
use jiff::Timestamp;
use messaging::{DatabaseArgs, MessagingArgs};
use prost::Message;
use wire::Event;
use wire::customs::events::v1::{CustomsEvent, customs_event};
use wire::customs::v1::customs_service_client::CustomsServiceClient;
use wire::customs::v1::{CustomsShipment, GetCustomsShipmentRequest};
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::ops::v1::audit_service_client::AuditServiceClient;
use wire::ops::v1::dead_letter_service_client::DeadLetterServiceClient;
use wire::ops::v1::{DeadLetter, Fact, ListDeadLettersRequest, StreamFactsRequest};

pub(crate) use events::*;
pub(crate) use fulfillment::Consignees;

/// How long a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(120);
/// Business time at the start of every test.
pub(crate) const NOW: &str = "2026-10-05T08:00:00Z";

pub(crate) type Client = CustomsServiceClient<Channel>;

pub(crate) struct World {
    database: TestDatabase,
    folder: tempfile::TempDir,
    pub(crate) clock: ClockDriver,
    pub(crate) consignees: Consignees,
    bus: Bus,
    producer: Producer,
    key: SigningKey,
    url: String,
    shutdown: Shutdown,
    sequence: Cell<i64>,
}

impl World {
    /// A running service, ready to answer, that knows a seller, its authority, three products and the month's rates.
    pub(crate) async fn start() -> Self {
        let world = Self::empty().await;
        world.tell(SELLER, seller()).await;
        world.tell(SELLER, enrolled()).await;
        for (sku, title, hs) in PRODUCTS {
            world.tell(&format!("{SELLER}/{sku}"), item(sku, title, hs)).await;
        }
        world.tell("2026-10", rates("2026-10")).await;
        world.until_quotable().await;
        world
    }

    /// A running service that knows nothing yet.
    pub(crate) async fn empty() -> Self {
        let database = backing::test_database("customs_it", FINGERPRINT, prepare).await;
        let brokers = backing::shared().await.kafka_brokers();
        let bus_args = BusArgs::new(brokers, format!("{}-", database.name()));
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::generate().unwrap();
        std::fs::write(folder.path().join("jwks.json"), key.jwks_json().unwrap()).unwrap();
        let shutdown = Shutdown::new();
        let consignees = Consignees::default();
        let service = Principal::new("service:customs", Role::Service);
        let config = Config {
            auth: AuthArgs {
                jwks_file: folder.path().join("jwks.json"),
                token_issuer: "fba-export-dev".to_owned(),
            },
            bus: bus_args.clone(),
            token: ServiceTokenArgs::of(TokenSource::Minted(key.clone(), service)),
            fulfillment_url: consignees.serve(shutdown.clone()).await,
            documents_folder: folder.path().join("documents"),
            ..config(database.url())
        };
        let (clock, driver) = Clock::simulated();
        driver.advance_to(NOW.parse().unwrap());
        let app = Customs::build(config, Host::new(clock, Ids::seeded(1), &shutdown)).await.unwrap();
        let url = format!("http://{}", app.grpc_addr);
        let ready = app.readiness().clone();
        tokio::spawn(app.run(shutdown.clone()));
        tokio::time::timeout(PATIENCE, ready.ready()).await.expect("the service did not become ready");
        let bus = Bus::new(bus_args, "customs-test");
        bus.ensure_topics(&[TopicSpec::events::<CustomsEvent>()]).await.unwrap();
        let producer = Producer::new(&bus).unwrap();
        Self {
            database,
            folder,
            clock: driver,
            consignees,
            bus,
            producer,
            key,
            url,
            shutdown,
            sequence: Cell::new(0),
        }
    }

    fn channel(&self, principal: Principal) -> Channel {
        let token = TokenSource::Minted(self.key.clone(), principal);
        ClientChannel::connect(ClientArgs::new(&self.url, token)).unwrap()
    }

    pub(crate) fn client(&self, role: Role) -> Client {
        Client::new(self.channel(Principal::new(format!("{role}:test"), role)))
    }

    pub(crate) fn seller_client(&self, seller: &str) -> Client {
        let sellers = Sellers::Only([seller.parse().unwrap()].into());
        let principal = Principal { subject: format!("seller:{seller}"), role: Role::Seller, sellers };
        Client::new(self.channel(principal))
    }

    /// The folder of issued invoices.
    pub(crate) fn documents(&self) -> std::path::PathBuf {
        self.folder.path().join("documents/invoices")
    }

    pub(crate) async fn pool(&self) -> sqlx::PgPool {
        self.database.pool().await
    }

    /// Publishes an event of another area.
    pub(crate) async fn tell<E: Event>(&self, key: &str, event: E) {
        self.tell_all(vec![(key.to_owned(), event)]).await;
    }

    /// Publishes events of another area, in order.
    pub(crate) async fn tell_all<E: Event>(&self, events: Vec<(String, E)>) {
        let records = events.into_iter().map(|(key, event)| {
            self.sequence.set(self.sequence.get() + 1);
            OutRecord::event::<E>(&self.bus, &key, &key, self.sequence.get(), "test", now(), event)
        });
        self.producer.send_all(records.collect()).await.unwrap();
    }

    /// A planned shipment whose consignee is known.
    pub(crate) async fn planned(&self, order: &str, country: &str, quantity: u32) -> String {
        let shipment = shipment_id(order);
        self.consignees.add(&shipment, country, "Ana Prüfer", "");
        self.tell::<FulfillmentEvent>(order, plan(order, country, quantity).into()).await;
        shipment
    }

    /// Waits until the reference data of [`World::start`] is there.
    async fn until_quotable(&self) {
        soon("the reference data is known", async || {
            let outcome = quotes_of(self, vec![basket("DE", 1)]).await;
            let known = matches!(outcome[0], wire::customs::v1::quote_outcome::Outcome::Quote(_));
            let pool = self.pool().await;
            let count = "SELECT (SELECT count(*) FROM exporters) + (SELECT count(*) FROM authorities)
                              + (SELECT count(*) FROM items)";
            let rows: i64 = sqlx::query_scalar(count).fetch_one(&pool).await.unwrap();
            known && rows == 2 + PRODUCTS.len() as i64
        })
        .await;
    }

    /// The events of a shipment, once there are `count`, in order.
    pub(crate) async fn events(&self, shipment: &str, count: usize) -> Vec<customs_event::Event> {
        let mut found = Vec::new();
        soon("the events are published", async || {
            found.clear();
            let read = |record: InRecord| {
                let headers = record.headers.unwrap();
                if headers.subject == shipment {
                    let event = CustomsEvent::decode(record.payload.as_slice()).unwrap();
                    found.push((headers.sequence, event.event.unwrap()));
                }
            };
            let mut follower = self.bus.follow(&self.bus.topic::<CustomsEvent>()).await.unwrap();
            follower.read_to_end(read).await.unwrap();
            found.len() >= count
        })
        .await;
        let sequences: Vec<i64> = found.iter().map(|(sequence, _)| *sequence).collect();
        assert_eq!(sequences, (1..=found.len() as i64).collect::<Vec<_>>(), "sequences without gaps");
        found.into_iter().map(|(_, event)| event).collect()
    }

    /// The shipment as the API shows it, once it is as wanted.
    pub(crate) async fn shipment(
        &self,
        shipment: &str,
        wanted: impl Fn(&CustomsShipment) -> bool,
    ) -> CustomsShipment {
        let mut client = self.client(Role::Operator);
        let mut shown = None;
        soon("the shipment is as wanted", async || {
            let request = GetCustomsShipmentRequest { shipment_id: shipment.to_owned() };
            shown = client.get_customs_shipment(request).await.ok().and_then(|r| r.into_inner().shipment);
            shown.as_ref().is_some_and(&wanted)
        })
        .await;
        shown.unwrap()
    }

    pub(crate) async fn dead_letters(&self, count: usize) -> Vec<DeadLetter> {
        let mut letters = Vec::new();
        soon("the dead letters are there", async || {
            let channel = self.channel(Principal::new("operator:test", Role::Operator));
            let list = ListDeadLettersRequest { page_size: 500, ..Default::default() };
            let answer = DeadLetterServiceClient::new(channel).list_dead_letters(list).await.unwrap();
            letters = answer.into_inner().dead_letters;
            letters.len() >= count
        })
        .await;
        letters
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

    /// The one fact of a kind and id.
    pub(crate) async fn fact(&self, kind: &str, id: &str) -> Fact {
        let mut facts = self.facts().await;
        facts.retain(|fact| fact.kind == kind && fact.id == id);
        assert_eq!(facts.len(), 1, "{kind} {id}");
        facts.remove(0)
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
            tokio::time::sleep(Duration::from_millis(30)).await;
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
        token: ServiceTokenArgs::of(TokenSource::None),
        fulfillment_url: "http://unset".to_owned(),
        documents_folder: "unset".into(),
        screening: ScreeningArgs { denied_parties_list: "OFAC-SDN".to_owned(), ..Default::default() },
    }
}

/// Changes with the tables of the template.
const FINGERPRINT: &str = include_str!("../../../migrations/0001_create_customs.sql");

async fn prepare(url: &str) -> anyhow::Result<()> {
    Customs::migrate(config(url)).await
}
