//! A market without surprises: sellers, products with plenty of stock, buyers in six countries.

use anyhow::Context;
use bus::{Bus, OutRecord, Producer};
use chassis::{Channel, ClientArgs, ClientChannel, Principal, Role, SigningKey, TokenSource};
use jiff::Timestamp;
use simulator::Endpoints;
use wire::Event;
use wire::catalog::events::v1::{BatteryPackaging, CatalogEvent, DangerousGoods, ItemListed, ProductGroup};
use wire::clock::events::v1::{ClockEvent, ClockTicked};
use wire::common::v1::{Address, Dimensions, Money, Weight};
use wire::convert::timestamp;
use wire::customs::v1::customs_service_client::CustomsServiceClient;
use wire::customs::v1::{BatchQuoteLandedCostRequest, QuoteLine, QuoteRequest, quote_outcome};
use wire::eligibility::v1::StartCycleRequest;
use wire::eligibility::v1::eligibility_service_client::EligibilityServiceClient;
use wire::ops::v1::GetProgressRequest;
use wire::ops::v1::progress_service_client::ProgressServiceClient;
use wire::orders::events::v1::{OrderLine, OrderPlaced, OrdersEvent};
use wire::rates::events::v1::{ExchangeRate, ExchangeRatesPublished, RatesEvent};
use wire::sellers::events::v1::{BusinessAddress, SellerRegistered, SellersEvent};
use wire::warehouse::events::v1::{StockReceived, WarehouseEvent};

/// Sellers; product n is that of seller n % SELLERS.
const SELLERS: usize = 8;
const CENTERS: [&str; 3] = ["LEX1", "ONT8", "EWR4"];
/// Destinations with their currencies' units per dollar.
const DESTINATIONS: [(&str, &str, &str); 6] = [
    ("DE", "EUR", "0.92"),
    ("FR", "EUR", "0.92"),
    ("GB", "GBP", "0.79"),
    ("JP", "JPY", "150"),
    ("AU", "AUD", "1.52"),
    ("SG", "SGD", "1.31"),
];
/// Baskets of one quoting call.
const BASKETS: usize = 100;

pub(crate) struct Market {
    now: Timestamp,
    products: usize,
    customs: CustomsServiceClient<chassis::Channel>,
}

impl Market {
    /// Registers everything and runs the monthly cycle.
    pub(crate) async fn open(
        bus: &Bus,
        producer: &Producer,
        endpoints: &Endpoints,
        key: &SigningKey,
        products: usize,
    ) -> anyhow::Result<Self> {
        let now: Timestamp = "2026-10-15T12:00:00Z".parse()?;
        let tell = Teller { bus, now };
        producer.send_all(vec![tell.one::<ClockEvent>("clock", clock(now))]).await?;
        quiet(endpoints, key, now).await?;
        producer
            .send_all((0..SELLERS).map(|n| tell.one::<SellersEvent>(&seller(n), register(n, now))).collect())
            .await?;
        producer.send_all(vec![tell.one::<RatesEvent>("2026-10", rates())]).await?;
        producer
            .send_all((0..products).map(|n| tell.one::<CatalogEvent>(&sku(n), item(n))).collect())
            .await?;
        let stock = (0..products).flat_map(|n| CENTERS.map(|fc| receipt(n, fc, now)));
        let stock =
            stock.map(|stock| tell.one::<WarehouseEvent>(&format!("{}/{}", stock.fc, stock.fnsku), stock));
        producer.send_all(stock.collect()).await?;
        quiet(endpoints, key, now).await?;
        let mut cycle = EligibilityServiceClient::new(channel(&endpoints.eligibility, key, Role::Operator)?);
        cycle.start_cycle(StartCycleRequest { request_id: "bench".into(), month: "2026-10".into() }).await?;
        quiet(endpoints, key, now).await?;
        let customs = CustomsServiceClient::new(channel(&endpoints.customs, key, Role::Storefront)?);
        Ok(Self { now, products, customs })
    }

    /// Orders of two lines, each with the quote its buyer saw.
    #[allow(dead_code, reason = "the bench makes many")]
    pub(crate) async fn quoted_orders(&self, count: usize) -> anyhow::Result<Vec<OrderPlaced>> {
        let orders = (0..count).map(|n| {
            let first = (n * 7) % self.products;
            order(
                n,
                first,
                (first + SELLERS) % self.products,
                DESTINATIONS[n % DESTINATIONS.len()].0,
                self.now,
            )
        });
        self.quoted(orders.collect()).await
    }

    /// An order of one seller's product and the next one of the same seller, with its quote.
    pub(crate) async fn quoted_order(
        &self,
        n: usize,
        product: usize,
        country: &str,
    ) -> anyhow::Result<OrderPlaced> {
        let other = (product + SELLERS) % self.products;
        let orders = self.quoted(vec![order(n, product, other, country, self.now)]).await?;
        orders.into_iter().next().context("one order")
    }

    async fn quoted(&self, mut orders: Vec<OrderPlaced>) -> anyhow::Result<Vec<OrderPlaced>> {
        for (call, some) in orders.chunks_mut(BASKETS).enumerate() {
            let baskets = some.iter().map(basket).collect();
            let first = some.first().map(|order| order.order_id.as_str()).unwrap_or_default();
            let request = BatchQuoteLandedCostRequest { request_id: format!("{first}-{call}"), baskets };
            let outcomes = self.customs.clone().batch_quote_landed_cost(request).await?.into_inner().outcomes;
            for (order, outcome) in some.iter_mut().zip(outcomes) {
                match outcome.outcome {
                    Some(quote_outcome::Outcome::Quote(quote)) => {
                        order.quote_id = quote.quote_id;
                        order.import_fees_deposit = quote.deposit;
                    }
                    refusal => anyhow::bail!("no quote for {}: {refusal:?}", order.order_id),
                }
            }
        }
        Ok(orders)
    }
}

/// An order as a record.
pub(crate) fn record(bus: &Bus, order: OrderPlaced) -> OutRecord {
    let time = order
        .purchase_time
        .and_then(|time| Timestamp::new(time.seconds, time.nanos).ok())
        .unwrap_or_default();
    let key = order.order_id.clone();
    OutRecord::event::<OrdersEvent>(bus, &key, &key, 1, "bench", time, order)
}

struct Teller<'a> {
    bus: &'a Bus,
    now: Timestamp,
}

impl Teller<'_> {
    fn one<E: Event>(&self, key: &str, event: impl Into<E>) -> OutRecord {
        OutRecord::event::<E>(self.bus, key, key, 1, "bench", self.now, event)
    }
}

/// Waits until no service has anything left to do.
async fn quiet(endpoints: &Endpoints, key: &SigningKey, now: Timestamp) -> anyhow::Result<()> {
    let Endpoints { enrollment, eligibility, fulfillment, customs, returns } = endpoints;
    let (mut still, mut last) = (0, -1);
    for _ in 0..2_400 {
        let (mut busy, mut activity) = (0, 0);
        for url in [enrollment, eligibility, fulfillment, customs, returns] {
            let mut client = ProgressServiceClient::new(channel(url, key, Role::Auditor)?);
            match client.get_progress(GetProgressRequest {}).await {
                Ok(progress) => {
                    let progress = progress.into_inner();
                    let reached = progress.clock_time.is_some_and(|time| time.seconds >= now.as_second());
                    // The monthly cycle is driven by a deadline.
                    busy += progress.deadlines_due + progress.outbox_depth + progress.consumer_lag;
                    busy += i64::from(!reached);
                    activity += progress.activity;
                }
                Err(_) => busy += 1, // Its topics are being made.
            }
        }
        still = if busy == 0 && activity == last { still + 1 } else { 0 };
        last = activity;
        if still == 2 {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Err(anyhow::anyhow!("still busy")).context("the services come to no rest")
}

fn clock(now: Timestamp) -> ClockTicked {
    ClockTicked { now: Some(timestamp(now)) }
}

/// The seller of product n.
pub(crate) fn seller(n: usize) -> String {
    format!("A{:013}", n % SELLERS)
}

pub(crate) fn sku(n: usize) -> String {
    format!("SKU-{n:05}")
}

pub(crate) fn asin(n: usize) -> String {
    format!("B{n:09}")
}

fn register(n: usize, now: Timestamp) -> SellerRegistered {
    let address = BusinessAddress {
        lines: vec!["1 Main Street".into()],
        city: "Lexington".into(),
        region: "KY".into(),
        postal_code: "40502".into(),
        country_code: "US".into(),
        phone: "+18005550100".into(),
        email: String::new(),
    };
    SellerRegistered {
        seller_id: seller(n),
        legal_name: format!("Bench Seller {n} LLC"),
        address: Some(address),
        ein: "123456789".into(),
        marketplace_id: "ATVPDKIKX0DER".into(),
        registered_time: Some(timestamp(now)),
    }
}

fn rates() -> ExchangeRatesPublished {
    let rate = |(_, currency, units): (&str, &str, &str)| ExchangeRate {
        currency_code: currency.to_owned(),
        units_per_usd: units.to_owned(),
    };
    let mut rates: Vec<ExchangeRate> = DESTINATIONS.into_iter().map(rate).collect();
    rates.dedup_by(|a, b| a.currency_code == b.currency_code);
    ExchangeRatesPublished { month: "2026-10".into(), rates, source: "bench".into() }
}

fn item(n: usize) -> ItemListed {
    ItemListed {
        seller_id: seller(n),
        sku: sku(n),
        asin: asin(n),
        fnsku: format!("X{n:09}"),
        item_version: 1,
        title: "Wooden puzzle".into(),
        description: "A puzzle of forty beech wood pieces for children and adults".into(),
        bullet_points: vec!["Beech wood".into()],
        product_group: ProductGroup::Other.into(),
        category: "Toys > Puzzles".into(),
        package_dimensions: Some(Dimensions { length_um: 152_400, width_um: 101_600, height_um: 50_800 }),
        package_weight: Some(Weight { milligrams: 400_000 }),
        hs_code: "950300".into(),
        country_of_origin: "US".into(),
        price: usd(1_999),
        dangerous_goods: Some(DangerousGoods {
            regulation: "not_applicable".into(),
            battery_packaging: BatteryPackaging::None.into(),
            ..DangerousGoods::default()
        }),
        ..ItemListed::default()
    }
}

fn receipt(n: usize, fc: &str, now: Timestamp) -> StockReceived {
    StockReceived {
        receipt_id: format!(
            "00000000-0000-4000-8000-{:012}",
            n * 10 + CENTERS.iter().position(|c| *c == fc).unwrap_or(0)
        ),
        fc: fc.to_owned(),
        seller_id: seller(n),
        sku: sku(n),
        fnsku: format!("X{n:09}"),
        quantity: 1_000_000,
        received_time: Some(timestamp(now)),
    }
}

/// Two lines of one seller's products.
fn order(n: usize, first: usize, other: usize, country: &str, now: Timestamp) -> OrderPlaced {
    let line = |line_no: u32, product: usize| OrderLine {
        line_no,
        sku: sku(product),
        quantity: 1,
        unit_price: usd(1_999),
        promotion_discount: usd(0),
    };
    OrderPlaced {
        order_id: format!("114-{:07}-{:07}", n / 10_000_000, n % 10_000_000),
        marketplace_id: "ATVPDKIKX0DER".into(),
        seller_id: seller(first),
        buyer_id: format!("buyer-{n}"),
        purchase_time: Some(timestamp(now)),
        lines: vec![line(1, first), line(2, other)],
        ship_to: Some(Address {
            name: "Bench Buyer".into(),
            lines: vec!["2 High Street".into()],
            city: "Town".into(),
            postal_code: "10115".into(),
            country_code: country.into(),
            phone: "+4930123456".into(),
            ..Address::default()
        }),
        shipping_price: usd(999),
        ship_service_level: "Standard".into(),
        ..OrderPlaced::default()
    }
}

fn basket(order: &OrderPlaced) -> QuoteRequest {
    let line = |line: &OrderLine| QuoteLine {
        line_no: line.line_no,
        sku: line.sku.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price.clone(),
    };
    QuoteRequest {
        seller_id: order.seller_id.clone(),
        destination_country_code: order
            .ship_to
            .as_ref()
            .map(|to| to.country_code.clone())
            .unwrap_or_default(),
        destination_region: String::new(),
        lines: order.lines.iter().map(line).collect(),
        shipping_price: order.shipping_price.clone(),
    }
}

fn usd(cents: i64) -> Option<Money> {
    Some(Money { currency_code: "USD".into(), minor_units: cents })
}

/// A channel under a role.
pub(crate) fn channel(url: &str, key: &SigningKey, role: Role) -> anyhow::Result<Channel> {
    let principal = Principal::new(format!("bench:{role}"), role);
    let args = ClientArgs::new(url, TokenSource::Minted(key.clone(), principal));
    ClientChannel::connect(args).context("connect")
}
