//! A running fulfillment, the neighbours that it asks, and what the others tell it.

mod events;
mod neighbours;

use chassis::{Channel, Role};
use fulfillment::Fulfillment;
use jiff::Timestamp;
use sqlx::PgPool;
use testbed::{Ground, Outside, Running, Said, Time, soon, until};
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::fulfillment::events::v1::fulfillment_event::Event as Told;
use wire::fulfillment::v1::fulfillment_service_client::FulfillmentServiceClient;
use wire::fulfillment::v1::{GetOrderRequest, Order, OrderState, Shipment, ShipmentState};

pub(crate) use events::*;
pub(crate) use neighbours::Neighbours;

/// Business time at the start of every test.
const NOW: &str = "2026-10-05T08:00:00Z";

pub(crate) type Client = FulfillmentServiceClient<Channel>;

pub(crate) struct World {
    pub(crate) service: Running<Fulfillment>,
    pub(crate) outside: Outside,
    pub(crate) time: Time,
    pub(crate) neighbours: Neighbours,
    pub(crate) pool: PgPool,
    _ground: Ground<Fulfillment>,
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
    async fn bare() -> Self {
        let time = Time::at(NOW);
        let ground = Ground::new(&time).await;
        let neighbours = Neighbours::default();
        let (eligibility_url, customs_url) = neighbours.serve().await;
        let flags = [
            format!("--service-token={}", ground.token()),
            format!("--eligibility-url={eligibility_url}"),
            format!("--customs-url={customs_url}"),
        ];
        let service = ground.run(&flags).await;
        let pool = ground.database().pool().await;
        Self { service, outside: ground.outside(), time, neighbours, pool, _ground: ground }
    }

    pub(crate) fn client(&self, role: Role) -> Client {
        Client::new(self.service.caller(role))
    }

    pub(crate) fn operator(&self) -> Client {
        self.client(Role::Operator)
    }

    pub(crate) fn seller(&self, seller: &str) -> Client {
        Client::new(self.service.seller(seller))
    }

    /// The order, once it is known.
    pub(crate) async fn order(&self, order_id: &str) -> Order {
        self.order_when(order_id, |_| true).await
    }

    /// The order, once it is as wanted.
    pub(crate) async fn order_when(&self, order_id: &str, wanted: impl Fn(&Order) -> bool) -> Order {
        let mut client = self.operator();
        until(&format!("order {order_id} is as wanted"), async || {
            let request = GetOrderRequest { order_id: order_id.to_owned() };
            let order = client.get_order(request).await.map(|answer| answer.into_inner().order);
            match order {
                Ok(Some(order)) if wanted(&order) => Ok(order),
                other => Err(other),
            }
        })
        .await
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
        let of_order = |said: Said<FulfillmentEvent>| {
            (said.key == order_id).then(|| (said.sequence, said.event.event.unwrap()))
        };
        self.outside.hear(of_order, |told| told.iter().any(|(_, event)| last(event))).await
    }
}

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}
