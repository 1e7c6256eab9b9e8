//! Shipments as fulfillment tells them: planned, delivered, lost, returned, cancelled.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use kernel::{Money, SellerId, ShipmentId, Sku};
use messaging::{HandleError, Refusal};
use sqlx::PgConnection;
use wire::convert::{parse, parse_quantity, parse_timestamp, parse_usd};
use wire::fulfillment::events::v1::fulfillment_event::Event;
use wire::fulfillment::events::v1::{PlannedLine, ShipmentPlanned};
use wire::{ErrorReason, WireError};

use super::{Effects, Rules, SERVICE, malformed, refused};
use crate::domain::{Authorisation, Line, Product, Progress, Rma, Shipment, SoldLine, Wish};
use crate::store;

/// The claim of a shipment that its recipient refused.
const REFUSED: &str = "UNDELIVERABLE_REFUSED";

/// How far a shipment came, as told by one record.
struct Told {
    index: usize,
    shipment: ShipmentId,
    progress: Progress,
}

pub(crate) async fn shipments(
    db: &mut PgConnection,
    batch: &[&Event],
    rules: &Rules,
    now: Timestamp,
) -> Result<Vec<Refusal>, HandleError> {
    let (mut planned, mut told, mut refusals) = (Vec::new(), Vec::new(), Vec::new());
    for (index, event) in batch.iter().enumerate() {
        match read(index, event) {
            Ok(Some(News::Planned(shipment))) => planned.push(shipment),
            Ok(Some(News::Told(news))) => told.push(news),
            Ok(None) => {}
            Err(error) => refusals.push(malformed(index, &error)),
        }
    }
    store::sold::insert(db, &planned).await?;
    apply(db, &told, rules, now, &mut refusals).await?;
    Ok(refusals)
}

enum News {
    Planned(Shipment),
    Told(Told),
}

fn read(index: usize, event: &Event) -> Result<Option<News>, WireError> {
    let told = |id: &str, progress| {
        Ok(Some(News::Told(Told { index, shipment: parse("shipment_id", id)?, progress })))
    };
    match event {
        Event::ShipmentPlanned(shipment) => planned(shipment).map(|shipment| Some(News::Planned(shipment))),
        Event::ShipmentDelivered(e) => {
            told(&e.shipment_id, Progress::Delivered(parse_timestamp("delivered_time", e.delivered_time)?))
        }
        Event::ShipmentLost(e) => told(&e.shipment_id, Progress::Lost),
        Event::ShipmentReturned(e) => told(&e.shipment_id, Progress::Returned),
        Event::ShipmentCancelled(e) => told(&e.shipment_id, Progress::Cancelled),
        _ => Ok(None),
    }
}

fn planned(event: &ShipmentPlanned) -> Result<Shipment, WireError> {
    Ok(Shipment {
        id: parse("shipment_id", &event.shipment_id)?,
        order: parse("order_id", &event.order_id)?,
        seller: parse("seller_id", &event.seller_id)?,
        bought: parse_timestamp("planned_time", event.planned_time)?,
        progress: Progress::Underway,
        lines: event.lines.iter().map(sold_line).collect::<Result<_, _>>()?,
    })
}

fn sold_line(line: &PlannedLine) -> Result<SoldLine, WireError> {
    let quantity = parse_quantity("quantity", line.quantity)?.get();
    let price = parse_usd("unit_price", line.unit_price.clone())?;
    let discount = parse_usd("discount", line.discount.clone())?;
    let paid = price.checked_mul_qty(quantity).and_then(|goods| goods.checked_sub(discount));
    let paid = paid.map_err(|error| WireError::invalid("unit_price", error))?;
    let number = kernel::LineNo::new(line.line_no).map_err(|error| WireError::invalid("line_no", error))?;
    Ok(SoldLine {
        line: number,
        sku: parse("sku", &line.sku)?,
        asin: parse("asin", &line.asin)?,
        fnsku: parse("fnsku", &line.fnsku)?,
        quantity,
        paid: paid.max(Money::usd(0)).map_err(|error| WireError::invalid("discount", error))?,
        authorised: 0,
    })
}

async fn apply(
    db: &mut PgConnection,
    told: &[Told],
    rules: &Rules,
    now: Timestamp,
    refusals: &mut Vec<Refusal>,
) -> Result<(), HandleError> {
    let ids: BTreeSet<ShipmentId> = told.iter().map(|told| told.shipment).collect();
    let mut shipments = store::sold::lock(db, &ids.into_iter().collect::<Vec<_>>()).await?;
    let products = products(db, &shipments).await?;
    let mut effects = Effects::new(rules, now);
    let mut returned = Vec::new();
    for news in told {
        let Some(shipment) = shipments.get_mut(&news.shipment) else {
            let detail = format!("shipment {} was never planned", news.shipment);
            refusals.push(Refusal { index: news.index, reason: ErrorReason::ShipmentNotFound, detail });
            continue;
        };
        if shipment.progress != Progress::Underway {
            continue; // Its end is known already.
        }
        shipment.progress = news.progress;
        match news.progress {
            Progress::Lost => lost(shipment, &products, &mut effects)?,
            Progress::Returned => match take_back(shipment, rules, now) {
                Ok(rma) => returned.push(rma),
                Err(error) => refusals.push(refused(news.index, &error)?),
            },
            Progress::Underway | Progress::Delivered(_) | Progress::Cancelled => {}
        }
    }
    for rma in &returned {
        effects.authorised(rma);
    }
    store::sold::update(db, &shipments.values().collect::<Vec<_>>()).await?;
    store::rmas::save(db, &returned.iter().collect::<Vec<_>>()).await?;
    effects.save(db).await
}

async fn products(
    db: &mut PgConnection,
    shipments: &HashMap<ShipmentId, Shipment>,
) -> Result<HashMap<(SellerId, Sku), Product>, HandleError> {
    let offers: BTreeSet<(SellerId, Sku)> =
        shipments.values().flat_map(|s| s.lines.iter().map(|line| (s.seller, line.sku.clone()))).collect();
    Ok(store::items::products(db, &offers.into_iter().collect::<Vec<_>>()).await?)
}

/// All units of a lost shipment are owed to their seller; fulfillment refunds the buyer.
fn lost(
    shipment: &Shipment,
    products: &HashMap<(SellerId, Sku), Product>,
    effects: &mut Effects<'_>,
) -> Result<(), HandleError> {
    let unknown = Product::default();
    for sold in &shipment.lines {
        let product = products.get(&(shipment.seller, sold.sku.clone())).unwrap_or(&unknown);
        let line = Line {
            shipment: shipment.id,
            line: sold.line,
            sku: sold.sku.clone(),
            asin: sold.asin,
            fnsku: sold.fnsku,
            first_unit: 0,
            quantity: sold.quantity,
            reason: String::new(),
            prices: sold.prices(0, sold.quantity),
        };
        effects.lost(shipment.id, (shipment.seller, shipment.order), &line, product)?;
    }
    Ok(())
}

/// A refused shipment is back: all its units are a return of their own.
fn take_back(shipment: &mut Shipment, rules: &Rules, now: Timestamp) -> Result<Rma, crate::domain::Refused> {
    let id = kernel::derive_uuid("rma-of-returned", &[&shipment.id.to_string()]).into();
    let how = Authorisation { id, at: now, by: SERVICE, exception: "" };
    let wish =
        |line: &SoldLine| Wish { line: line.line, quantity: line.quantity, reason: REFUSED.to_owned() };
    let wishes: Vec<Wish> = shipment.lines.iter().map(wish).collect();
    Rma::authorise(how, &wishes, std::slice::from_mut(shipment), &rules.reasons, &rules.policies)
}
