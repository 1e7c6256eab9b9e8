//! One running service with a database, topics and neighbours that no other test sees.

mod events;
mod neighbours;

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use backing::TestDatabase;
use bus::{Bus, BusArgs, OutRecord, Producer, TopicSpec};
use chassis::{
    AuthArgs, Channel, ClientArgs, ClientChannel, Clock, ClockDriver, Host, Ids, Principal, Role, Sellers,
    ServerArgs, Service, ServiceTokenArgs, Shutdown, SigningKey, TokenSource,
};
use fulfillment::{Config, Fulfillment};
use jiff::Timestamp;
use messaging::{DatabaseArgs, MessagingArgs};
use prost::Message;
use sqlx::PgPool;
use wire::Event;
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::fulfillment::events::v1::fulfillment_event::Event as Told;
use wire::fulfillment::v1::fulfillment_service_client::FulfillmentServiceClient;
use wire::fulfillment::v1::{GetOrderRequest, Order, OrderState, Shipment, ShipmentState};
use wire::ops::v1::audit_service_client::AuditServiceClient;
use wire::ops::v1::dead_letter_service_client::DeadLetterServiceClient;
use wire::ops::v1::{DeadLetter, Fact, ListDeadLettersRequest, StreamFactsRequest};

pub(crate) use events::*;
pub(crate) use neighbours::Neighbours;

/// How long a test waits for something that must happen.
const PATIENCE: Duration = Duration::from_secs(120);
/// Business time at the start of every test.
pub(crate) const NOW: &str = "2026-10-05T08:00:00Z";

pub(crate) type Client = FulfillmentServiceClient<Channel>;

pub(crate) struct World {
    _database: TestDatabase,
    _keys: tempfile::TempDir,
    pub(crate) pool: PgPool,
    pub(crate) neighbours: Neighbours,
    clock: Clock,
    driver: ClockDriver,
    bus: Bus,
    producer: Producer,
    key: SigningKey,
    url: String,
    shutdown: Shutdown,
    sent: AtomicI64,
}

impl World {
    /// A running service, ready to answer, that knows a seller with two items and their stock.
    pub(crate) async fn start() -> Self {
        let world = Self::bare().await;
        world.enrolled(SELLER).await;
        world.listed(SHIRT, 1).await;
        world.listed(BOOK, 1).await;
        world.received("LEX1", SHIRT, 100).await;
        world.received("ONT8", BOOK, 100).await;
        soon("seller, items and stock are known", async || {
            let known: (i64, i64, i64) = sqlx::query_as(
                "SELECT (SELECT count(*) FROM sellers), (SELECT count(*) FROM items), (SELECT count(*) FROM stock)",
            )
            .fetch_one(&world.pool)
            .await
            .unwrap();
            known == (1, 2, 2)
        })
        .await;
        world
    }

    /// A running service that knows nothing.
    pub(crate) async fn bare() -> Self {
        let database = backing::test_database("fulfillment_it", fingerprint(), prepare).await;
        let brokers = backing::shared().await.kafka_brokers();
        let prefix = format!("{}-", database.name());
        let keys = tempfile::tempdir().unwrap();
        let key = SigningKey::generate().unwrap();
        std::fs::write(keys.path().join("jwks.json"), key.jwks_json().unwrap()).unwrap();
        let shutdown = Shutdown::new();
        let neighbours = Neighbours::default();
        let (eligibility_url, customs_url) = neighbours.serve(&shutdown).await;
        let me = Principal::new("service:fulfillment", Role::Service);
        let config = Config {
            auth: AuthArgs {
                jwks_file: keys.path().join("jwks.json"),
                token_issuer: "fba-export-dev".to_owned(),
            },
            bus: BusArgs::new(brokers, &prefix),
            token: ServiceTokenArgs::of(TokenSource::Minted(key.clone(), me)),
            eligibility_url,
            customs_url,
            ..config(database.url())
        };
        let (clock, driver) = Clock::simulated();
        driver.advance_to(now());
        let app =
            Fulfillment::build(config, Host::new(clock.clone(), Ids::seeded(1), &shutdown)).await.unwrap();
        let url = format!("http://{}", app.grpc_addr);
        let ready = app.readiness().clone();
        tokio::spawn(app.run(shutdown.clone()));
        tokio::time::timeout(PATIENCE, ready.ready()).await.expect("the service did not become ready");
        let bus = Bus::new(BusArgs::new(brokers, &prefix), "fulfillment-test");
        bus.ensure_topics(&[TopicSpec::events::<FulfillmentEvent>()]).await.unwrap();
        let producer = Producer::new(&bus).unwrap();
        let pool = database.pool().await;
        Self {
            _database: database,
            _keys: keys,
            pool,
            neighbours,
            clock,
            driver,
            bus,
            producer,
            key,
            url,
            shutdown,
            sent: AtomicI64::new(0),
        }
    }

    /// A record of an outside event, new each time.
    pub(crate) fn record<E: Event>(&self, key: &str, event: impl Into<E>) -> OutRecord {
        let sequence = self.sent.fetch_add(1, Ordering::Relaxed) + 1;
        OutRecord::event::<E>(&self.bus, key, "test", sequence, "test", self.time(), event)
    }

    /// Sends an outside event.
    pub(crate) async fn send<E: Event>(&self, key: &str, event: impl Into<E>) {
        self.send_all(vec![self.record::<E>(key, event)]).await;
    }

    pub(crate) async fn send_all(&self, records: Vec<OutRecord>) {
        self.producer.send_all(records).await.unwrap();
    }

    /// Business time moves on by days.
    pub(crate) fn pass_days(&self, days: i64) {
        let time = self.clock.now() + jiff::SignedDuration::from_hours(24 * days);
        assert!(self.driver.advance_to(time));
    }

    /// Business time.
    pub(crate) fn time(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn channel(&self, principal: Principal) -> Channel {
        let token = TokenSource::Minted(self.key.clone(), principal);
        ClientChannel::connect(ClientArgs::new(&self.url, token)).unwrap()
    }

    pub(crate) fn client(&self, role: Role) -> Client {
        Client::new(self.channel(Principal::new(format!("{role}:test"), role)))
    }

    pub(crate) fn operator(&self) -> Client {
        self.client(Role::Operator)
    }

    pub(crate) fn seller(&self, seller: &str) -> Client {
        let sellers = Sellers::Only([seller.parse().unwrap()].into());
        let subject = format!("seller:{seller}");
        Client::new(self.channel(Principal { subject, role: Role::Seller, sellers }))
    }

    /// The order, once it is known.
    pub(crate) async fn order(&self, order_id: &str) -> Order {
        self.order_when(order_id, |_| true).await
    }

    /// The order, once it is as wanted.
    pub(crate) async fn order_when(&self, order_id: &str, wanted: impl Fn(&Order) -> bool) -> Order {
        let mut client = self.operator();
        let mut last = None;
        let waiting = async {
            loop {
                let request = GetOrderRequest { order_id: order_id.to_owned() };
                last = client.get_order(request).await.ok().and_then(|answer| answer.into_inner().order);
                if let Some(order) = last.as_ref().filter(|order| wanted(order)) {
                    return order.clone();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(order) => order,
            Err(_) => panic!("order {order_id} did not become as wanted within {PATIENCE:?}: {last:?}"),
        }
    }

    /// The order, once it is in this state.
    pub(crate) async fn order_in(&self, order_id: &str, state: OrderState) -> Order {
        self.order_when(order_id, |order| order.state() == state).await
    }

    /// The order's one shipment, once it is in this state.
    pub(crate) async fn shipment_in(&self, order_id: &str, state: ShipmentState) -> Shipment {
        let in_state = |order: &Order| order.shipments.len() == 1 && order.shipments[0].state() == state;
        self.order_when(order_id, in_state).await.shipments.remove(0)
    }

    /// What was published of an order, once an event is as wanted, with sequences.
    pub(crate) async fn told(&self, order_id: &str, last: impl Fn(&Told) -> bool) -> Vec<(i64, Told)> {
        let mut found = Vec::new();
        soon("the events are published", async || {
            found = self.all_told().await;
            found.retain(|(key, ..)| key == order_id);
            found.iter().any(|(_, _, event)| last(event))
        })
        .await;
        found.into_iter().map(|(_, sequence, event)| (sequence, event)).collect()
    }

    /// Everything that was published so far: key, sequence, event.
    pub(crate) async fn all_told(&self) -> Vec<(String, i64, Told)> {
        let mut found = Vec::new();
        let mut follower = self.bus.follow(&self.bus.topic::<FulfillmentEvent>()).await.unwrap();
        let read = |record: bus::InRecord| {
            let event = FulfillmentEvent::decode(record.payload.as_slice()).unwrap();
            found.push((record.key, record.headers.unwrap().sequence, event.event.unwrap()));
        };
        follower.read_to_end(read).await.unwrap();
        found
    }

    /// Dead letters, once there are so many.
    pub(crate) async fn dead_letters(&self, count: usize) -> Vec<DeadLetter> {
        let channel = self.channel(Principal::new("operator:test", Role::Operator));
        let mut client = DeadLetterServiceClient::new(channel);
        let mut letters = Vec::new();
        soon("dead letters are there", async || {
            let list = ListDeadLettersRequest { page_size: 500, ..Default::default() };
            letters = client.list_dead_letters(list).await.unwrap().into_inner().dead_letters;
            letters.len() >= count
        })
        .await;
        letters
    }

    /// All facts of a kind.
    pub(crate) async fn facts(&self, kind: &str) -> Vec<Fact> {
        let channel = self.channel(Principal::new("auditor:test", Role::Auditor));
        let request = StreamFactsRequest {};
        let mut stream = AuditServiceClient::new(channel).stream_facts(request).await.unwrap().into_inner();
        let mut facts = Vec::new();
        while let Some(chunk) = stream.message().await.unwrap() {
            facts.extend(chunk.facts.into_iter().filter(|fact| fact.kind == kind));
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
        token: ServiceTokenArgs::of(TokenSource::None),
        eligibility_url: String::new(),
        customs_url: String::new(),
    }
}

/// Changes with the tables of the template.
fn fingerprint() -> String {
    [
        include_str!("../../../migrations/0001_create_mirrors.sql"),
        include_str!("../../../migrations/0002_create_stock.sql"),
        include_str!("../../../migrations/0003_create_orders.sql"),
        include_str!("../../../migrations/0004_create_refunds.sql"),
    ]
    .concat()
}

async fn prepare(url: &str) -> anyhow::Result<()> {
    Fulfillment::migrate(config(url)).await
}
