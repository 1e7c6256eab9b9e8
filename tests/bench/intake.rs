//! Row `order-intake`: from OrderPlaced on Kafka to ShipmentPlanned on Kafka, all five services in this process, beside
//! pgbench on the same Postgres in the same run.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::ensure;
use backing::Backing;
use bus::{Bus, OutRecord, Producer};
use chassis::{Shutdown, SigningKey};
use prost::Message as _;
use standalone::Stack;
use wire::fulfillment::events::v1::{FulfillmentEvent, fulfillment_event};

use crate::market::{self, Market};
use crate::pgbench::{self, BATCH, ONE, SIX};
use crate::report::Report;

/// Orders that are measured, after those that warm up: a broker that just started still compiles itself.
const ORDERS: usize = 40_000;
const WARM_UP: usize = 10_000;
/// Products on offer.
const PRODUCTS: usize = 2_000;
/// How long the services may take to plan all orders.
const PATIENCE: Duration = Duration::from_secs(300);

/// Measures the row and its baselines.
pub(crate) async fn measure(backing: &Backing, report: &mut Report) -> anyhow::Result<()> {
    let value = orders_per_second(backing).await?;
    let row = ("order-intake", value, "orders/s");
    let url = backing.postgres_url();
    for (script, target) in [(&BATCH, 0.1), (&SIX, 1.0), (&ONE, 0.0)] {
        report.row(row, (script.name, pgbench::orders_per_second(url, script)?), target);
    }
    Ok(())
}

async fn orders_per_second(backing: &Backing) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let key = SigningKey::generate()?;
    let shutdown = Shutdown::new();
    let stack = Stack::start(backing, folder.path(), 1, key.clone(), shutdown.clone()).await?;
    let rate = run(&stack, &key).await;
    shutdown.cancel();
    stack.stop().await;
    rate
}

async fn run(stack: &Stack, key: &SigningKey) -> anyhow::Result<f64> {
    let bus = Bus::new(stack.bus.clone(), "bench");
    let producer = Producer::new(&bus)?;
    let market = Market::open(&bus, &producer, &stack.endpoints, key, PRODUCTS).await?;
    let orders = market.quoted_orders(WARM_UP + ORDERS).await?;
    let records = orders.into_iter().map(|order| market::record(&bus, order)).collect::<Vec<_>>();
    let (warm_up, measured) = records.split_at(WARM_UP);
    plan(&bus, &producer, warm_up.to_vec()).await?;
    let took = plan(&bus, &producer, measured.to_vec()).await?;
    Ok(ORDERS as f64 / took.as_secs_f64())
}

/// Publishes orders and waits until a shipment of each is planned.
async fn plan(bus: &Bus, producer: &Producer, orders: Vec<OutRecord>) -> anyhow::Result<Duration> {
    let mut waiting: HashSet<String> = orders.iter().map(|order| order.key.clone()).collect();
    let mut follower = bus.follow(&bus.topic::<FulfillmentEvent>()).await?;
    let begun = Instant::now();
    producer.send_all(orders).await?;
    while !waiting.is_empty() {
        ensure!(begun.elapsed() < PATIENCE, "{} orders have no shipment after {PATIENCE:?}", waiting.len());
        for record in follower.next_batch().await? {
            match FulfillmentEvent::decode(record.payload.as_slice())?.event {
                Some(fulfillment_event::Event::ShipmentPlanned(planned)) => {
                    waiting.remove(&planned.order_id);
                }
                Some(fulfillment_event::Event::OrderRejected(rejected)) => {
                    anyhow::bail!("order {} was rejected: {:?}", rejected.order_id, rejected);
                }
                _ => {}
            }
        }
    }
    Ok(begun.elapsed())
}
