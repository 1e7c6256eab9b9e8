//! A running customs, a fulfillment that it asks for consignees, and what the others tell it.

mod events;
mod fulfillment;

use std::path::PathBuf;

use chassis::{Channel, Role};
use customs::Customs;
use jiff::Timestamp;
use sqlx::PgPool;
use testbed::{Ground, Outside, Running, Said, Time, soon, until};
use wire::customs::events::v1::{CustomsEvent, customs_event};
use wire::customs::v1::customs_service_client::CustomsServiceClient;
use wire::customs::v1::quote_outcome::Outcome;
use wire::customs::v1::{CustomsShipment, GetCustomsShipmentRequest};
use wire::fulfillment::events::v1::FulfillmentEvent;

pub(crate) use events::*;
pub(crate) use fulfillment::Consignees;

/// Business time at the start of every test.
const NOW: &str = "2026-10-05T08:00:00Z";

pub(crate) type Client = CustomsServiceClient<Channel>;

pub(crate) struct World {
    pub(crate) service: Running<Customs>,
    pub(crate) outside: Outside,
    pub(crate) time: Time,
    pub(crate) consignees: Consignees,
    pub(crate) pool: PgPool,
    /// The folder of issued invoices.
    pub(crate) invoices: PathBuf,
    _ground: Ground<Customs>,
}

impl World {
    /// A running service, ready to answer, that knows a seller, its authority, three products and the month's rates.
    pub(crate) async fn start() -> Self {
        let world = Self::empty().await;
        world.outside.tell(SELLER, seller()).await;
        world.outside.tell(SELLER, enrolled()).await;
        for (sku, title, hs) in PRODUCTS {
            world.outside.tell(&format!("{SELLER}/{sku}"), item(sku, title, hs)).await;
        }
        world.outside.tell("2026-10", rates("2026-10")).await;
        world.until_quotable().await;
        world
    }

    /// A running service that knows nothing yet.
    pub(crate) async fn empty() -> Self {
        let time = Time::at(NOW);
        let ground = Ground::new(&time).await;
        let consignees = Consignees::default();
        let documents = ground.folder().join("documents");
        let flags = [
            format!("--service-token={}", ground.token()),
            format!("--fulfillment-url={}", consignees.serve().await),
            format!("--documents-folder={}", documents.display()),
        ];
        let service = ground.run(&flags).await;
        let pool = ground.database().pool().await;
        let (outside, invoices) = (ground.outside(), documents.join("invoices"));
        Self { service, outside, time, consignees, pool, invoices, _ground: ground }
    }

    pub(crate) fn client(&self, role: Role) -> Client {
        Client::new(self.service.caller(role))
    }

    pub(crate) fn seller_client(&self, seller: &str) -> Client {
        Client::new(self.service.seller(seller))
    }

    /// A planned shipment whose consignee is known.
    pub(crate) async fn planned(&self, order: &str, country: &str, quantity: u32) -> String {
        let shipment = shipment_id(order);
        self.consignees.add(&shipment, country, "Ana Prüfer", "");
        self.outside.tell(order, FulfillmentEvent::from(plan(order, country, quantity))).await;
        shipment
    }

    /// Waits until the reference data of [`World::start`] is there.
    async fn until_quotable(&self) {
        soon("the reference data is known", async || {
            let outcome = quotes_of(self, vec![basket("DE", 1)]).await;
            let known = matches!(outcome[0], Outcome::Quote(_));
            let count = "SELECT (SELECT count(*) FROM exporters) + (SELECT count(*) FROM authorities)
                              + (SELECT count(*) FROM items)";
            let rows: i64 = sqlx::query_scalar(count).fetch_one(&self.pool).await.unwrap();
            known && rows == 2 + PRODUCTS.len() as i64
        })
        .await;
    }

    /// The events of a shipment, once there are `count`, in order.
    pub(crate) async fn events(&self, shipment: &str, count: usize) -> Vec<customs_event::Event> {
        let of_shipment = |said: Said<CustomsEvent>| {
            (said.subject == shipment).then(|| (said.sequence, said.event.event.unwrap()))
        };
        let events = self.outside.hear(of_shipment, |events| events.len() >= count).await;
        let sequences: Vec<i64> = events.iter().map(|(sequence, _)| *sequence).collect();
        assert_eq!(sequences, (1..=events.len() as i64).collect::<Vec<_>>(), "sequences without gaps");
        events.into_iter().map(|(_, event)| event).collect()
    }

    /// The shipment as the API shows it, once it is as wanted.
    pub(crate) async fn shipment(
        &self,
        shipment: &str,
        wanted: impl Fn(&CustomsShipment) -> bool,
    ) -> CustomsShipment {
        let mut client = self.client(Role::Operator);
        until("the shipment is as wanted", async || {
            let request = GetCustomsShipmentRequest { shipment_id: shipment.to_owned() };
            let shown = client.get_customs_shipment(request).await.map(|answer| answer.into_inner().shipment);
            match shown {
                Ok(Some(shown)) if wanted(&shown) => Ok(shown),
                other => Err(other),
            }
        })
        .await
    }
}

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}
