//! A small world: a seller, two items, stock in two centers, and an order on its way.

use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};
use kernel::{
    Address, AddressParts, Country, Dimensions, Length, LineNo, Money, ShipmentId, TrackingNumber, Weight,
};

use crate::domain::event::Event;
use crate::domain::order::{Context, Order, Outcome};
use crate::domain::packing::PackedParcel;
use crate::domain::parcel::Scan;
use crate::domain::placement::{Findings, Item, Placed, PlacedLine, Seller, check, place};
use crate::domain::policy::{Policies, Policy};
use crate::domain::routing::{Networks, ServiceLevel};
use crate::domain::shipment::Hold;
use crate::domain::stock::{Holding, StockPool};

pub(crate) const SELLER: &str = "A1SELLER00001";
pub(crate) const AUTHORITY: &str = "0190a5b0-0000-7000-8000-00000000000a";
pub(crate) const SHIRT: &str = "X00000SHRT";
pub(crate) const BOOK: &str = "X00000BOOK";

pub(crate) fn start() -> Timestamp {
    "2026-10-05T12:00:00Z".parse().unwrap()
}

pub(crate) fn after_days(days: i64) -> Timestamp {
    start() + SignedDuration::from_hours(24 * days)
}

fn networks() -> &'static Networks {
    static NETWORKS: OnceLock<Networks> = OnceLock::new();
    NETWORKS.get_or_init(|| Networks::embedded().unwrap())
}

pub(crate) fn policy() -> &'static Policy {
    static POLICIES: OnceLock<Policies> = OnceLock::new();
    POLICIES.get_or_init(|| Policies::embedded().unwrap()).at(start()).unwrap()
}

pub(crate) fn at(now: Timestamp) -> Context<'static> {
    Context { now, actor: "test", policy: policy() }
}

pub(crate) fn now() -> Context<'static> {
    at(start())
}

pub(crate) fn item(fnsku: &str) -> Item {
    let side = |mm: i64| Length::from_micrometres(mm * 1_000).unwrap();
    Item {
        asin: "B000000001".parse().unwrap(),
        fnsku: fnsku.parse().unwrap(),
        weight: Some(Weight::from_grams(400).unwrap()),
        dimensions: Some(Dimensions::new(side(250), side(200), side(30))),
        hs_code: None,
        delisted: false,
    }
}

pub(crate) fn line(number: u32, units: u32, cents: i64, discount: i64) -> PlacedLine {
    PlacedLine {
        line_no: LineNo::new(number).unwrap(),
        sku: format!("SKU-{number}").parse().unwrap(),
        quantity: kernel::Quantity::new(units).unwrap(),
        unit_price: Money::usd(cents),
        discount: Money::usd(discount),
    }
}

pub(crate) fn address(country: &str) -> Address {
    Address::new(AddressParts {
        name: "Erika Mustermann".into(),
        lines: vec!["Heidestraße 17".into()],
        city: "Köln".into(),
        region: String::new(),
        postal_code: "51147".into(),
        country: Country::parse(country).unwrap(),
        phone: String::new(),
        email: String::new(),
    })
    .unwrap()
}

pub(crate) fn placed(country: &str, lines: Vec<PlacedLine>) -> Placed {
    Placed {
        order: "114-1234567-1234567".parse().unwrap(),
        marketplace: kernel::MarketplaceId::US,
        seller: SELLER.parse().unwrap(),
        purchased_at: start(),
        lines,
        ship_to: address(country),
        tax_id: None,
        shipping_price: Money::usd(10_01),
        deposit: Money::usd(5_03),
        quote: "0190a5b0-0000-7000-8000-000000000001".parse().unwrap(),
        level: ServiceLevel::Standard,
    }
}

pub(crate) fn pool(rows: &[(&str, &str, u32)]) -> StockPool {
    let mut pool = StockPool::default();
    for (fc, fnsku, free) in rows {
        let holding = Holding::new(fc.parse().unwrap(), *free, 0).unwrap();
        pool.insert(SELLER.parse().unwrap(), fnsku.parse().unwrap(), holding);
    }
    pool
}

pub(crate) fn seller() -> Seller {
    Seller { authority: Some(AUTHORITY.parse().unwrap()) }
}

/// Checks and places an order; what eligibility and customs say is in `more`.
pub(crate) fn placing(
    placed: &Placed,
    seller: Option<&Seller>,
    items: &[Option<&Item>],
    more: impl FnOnce(&mut Findings),
    pool: &mut StockPool,
) -> Order {
    let mut findings = check(placed, seller, items, policy());
    more(&mut findings);
    place(placed, items, findings, networks().at(start()).unwrap(), pool, &now()).unwrap()
}

/// An accepted order of two lines in two shipments: 2 shirts from LEX1, 1 book from ONT8.
pub(crate) fn accepted() -> Order {
    let (shirt, book) = (item(SHIRT), item(BOOK));
    let placed = placed("DE", vec![line(1, 2, 20_00, 1_00), line(2, 1, 10_00, 0)]);
    let mut pool = pool(&[("LEX1", SHIRT, 5), ("ONT8", BOOK, 5)]);
    let mut order = placing(&placed, Some(&seller()), &[Some(&shirt), Some(&book)], |_| {}, &mut pool);
    assert_eq!(order.shipments.len(), 2);
    order.changes = Default::default();
    order
}

/// An accepted order of one shipment: 2 shirts from LEX1.
pub(crate) fn single() -> Order {
    let shirt = item(SHIRT);
    let placed = placed("DE", vec![line(1, 2, 20_00, 1_00)]);
    let mut pool = pool(&[("LEX1", SHIRT, 5)]);
    let mut order = placing(&placed, Some(&seller()), &[Some(&shirt)], |_| {}, &mut pool);
    order.changes = Default::default();
    order
}

pub(crate) fn label(shipment: usize, parcel: usize) -> TrackingNumber {
    format!("TRK{shipment:04}{parcel:04}").parse().unwrap()
}

/// The parcels of a shipment: one for each line.
pub(crate) fn parcels(order: &Order, position: usize) -> Vec<PackedParcel> {
    let lines = order.shipments[position].lines.iter().enumerate();
    lines
        .map(|(index, line)| PackedParcel {
            tracking: label(position, index),
            contents: vec![(line.line_no, line.quantity.get())],
        })
        .collect()
}

pub(crate) fn id(order: &Order, position: usize) -> ShipmentId {
    order.shipments[position].id
}

pub(crate) fn pay(order: &mut Order) -> Outcome {
    order.capture_payment(order.amount_due(), start(), &now()).unwrap()
}

pub(crate) fn clear(order: &mut Order, position: usize) -> Outcome {
    order.clear(id(order, position), &now()).unwrap()
}

pub(crate) fn hold() -> Hold {
    Hold {
        reason: "RECIPIENT_TAX_ID_MISSING".into(),
        remedy: "give the tax id".into(),
        deadline: after_days(14),
    }
}

pub(crate) fn pack(order: &mut Order, position: usize) -> Outcome {
    order.pack(id(order, position), &parcels(order, position), &now()).unwrap()
}

pub(crate) fn invoice(order: &mut Order, position: usize) -> Outcome {
    order.issue_invoice(id(order, position), "INV-2026-000001", start(), &now()).unwrap()
}

pub(crate) fn scan(order: &mut Order, position: usize, scan: Scan) -> Outcome {
    order.scan(id(order, position), label(position, 0), scan, start(), &now()).unwrap()
}

/// Brings a shipment to the point where the carrier may take it.
pub(crate) fn make_ready(order: &mut Order, position: usize) {
    pay(order);
    clear(order, position);
    pack(order, position);
    invoice(order, position);
}

/// Names of the events since the changes were last taken.
pub(crate) fn names(order: &mut Order) -> Vec<&'static str> {
    let named = |event: &Event| match event {
        Event::ShipmentPaid(_) => "SHIPMENT_PAID",
        Event::Notified { .. } => "NOTIFIED",
        other => other.history_name().unwrap(),
    };
    std::mem::take(&mut order.changes).events.iter().map(named).collect()
}
