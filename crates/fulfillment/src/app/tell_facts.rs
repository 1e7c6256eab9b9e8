//! Audit facts: what every aggregate of fulfillment is now.

use std::collections::HashMap;

use futures::TryStreamExt as _;
use kernel::Money;
use messaging::{AuditSource, FactSink};
use sqlx::PgConnection;
use wire::convert::money;
use wire::ops::v1::Fact;

use crate::domain::order::Order;
use crate::domain::shipment::{Shipment, Stage};
use crate::{publish, store};

/// Orders loaded at a time.
const PART: i64 = 500;

/// Tells the facts of fulfillment.
pub(crate) struct Facts;

impl AuditSource for Facts {
    async fn facts(&self, db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
        orders(db, sink).await?;
        stock(db, sink).await?;
        restocks(db, sink).await?;
        refunds(db, sink).await
    }
}

async fn orders(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let ids = store::audit::orders_after(db, after, PART).await?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = Some(*last);
        for order in store::orders::load(db, &ids).await?.values() {
            sink.push(order_fact(order)).await?;
            for shipment in &order.shipments {
                sink.push(shipment_fact(order, shipment)).await?;
            }
        }
    }
}

fn order_fact(order: &Order) -> Fact {
    let units: i64 = order.lines.iter().map(|line| i64::from(line.quantity.get())).sum();
    Fact {
        kind: "order".to_owned(),
        id: order.id.to_string(),
        version: order.version,
        state: publish::order_state(order.state).as_str_name().replace("ORDER_STATE_", ""),
        r#final: order.state.is_final(),
        units: HashMap::from([
            ("lines".to_owned(), count(order.lines.len())),
            ("units".to_owned(), units),
            ("shipments".to_owned(), count(order.shipments.len())),
        ]),
        amounts: HashMap::from([
            ("amount_due".to_owned(), money(order.amount_due())),
            ("captured".to_owned(), money(order.captured)),
        ]),
        refs: HashMap::from([("seller_id".to_owned(), order.seller.to_string())]),
    }
}

fn shipment_fact(order: &Order, shipment: &Shipment) -> Fact {
    let mut units = HashMap::new();
    if shipment.stage != Stage::Cancelled {
        units.insert("units".to_owned(), i64::try_from(shipment.units()).unwrap_or(i64::MAX));
        for line in &shipment.lines {
            *units.entry(format!("fnsku:{}", line.fnsku)).or_default() += i64::from(line.quantity.get());
        }
    }
    Fact {
        kind: "shipment".to_owned(),
        id: shipment.id.to_string(),
        version: 0,
        state: publish::shipment_state(shipment.state()).as_str_name().replace("SHIPMENT_STATE_", ""),
        r#final: shipment.stage.is_final(),
        units,
        amounts: HashMap::from([
            ("goods".to_owned(), money(order.goods(shipment))),
            ("shipping_share".to_owned(), money(shipment.shipping_share)),
            ("deposit_share".to_owned(), money(shipment.deposit_share)),
            ("retained".to_owned(), money(order.retained(shipment))),
        ]),
        refs: HashMap::from([
            ("order_id".to_owned(), order.id.to_string()),
            ("seller_id".to_owned(), order.seller.to_string()),
            ("fc".to_owned(), shipment.route.fc.to_string()),
            ("destination".to_owned(), order.destination.to_string()),
        ]),
    }
}

async fn stock(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = std::pin::pin!(store::audit::stock(db));
    while let Some(row) = rows.try_next().await? {
        let owner = row.seller_id.map(|seller| ("seller_id".to_owned(), seller));
        sink.push(Fact {
            kind: "stock".to_owned(),
            id: format!("{}/{}", row.fc, row.fnsku),
            units: HashMap::from([
                ("received".to_owned(), row.received),
                ("restocked".to_owned(), row.restocked),
                ("dispatched".to_owned(), row.dispatched),
                ("on_hand".to_owned(), row.on_hand),
                ("reserved".to_owned(), row.reserved),
            ]),
            refs: owner.into_iter().collect(),
            ..Fact::default()
        })
        .await?;
    }
    Ok(())
}

async fn restocks(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = std::pin::pin!(store::audit::restocks(db));
    while let Some(row) = rows.try_next().await? {
        sink.push(Fact {
            kind: "restock".to_owned(),
            id: row.lpn,
            state: "APPLIED".to_owned(),
            r#final: true,
            units: HashMap::from([("units".to_owned(), row.units)]),
            refs: HashMap::from([("fc".to_owned(), row.fc), ("fnsku".to_owned(), row.fnsku)]),
            ..Fact::default()
        })
        .await?;
    }
    Ok(())
}

async fn refunds(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = std::pin::pin!(store::audit::refunds(db));
    while let Some(row) = rows.try_next().await? {
        let mut refs = HashMap::from([
            ("order_id".to_owned(), row.order_id),
            ("purpose".to_owned(), "ORDER".to_owned()),
        ]);
        refs.extend(row.shipment_id.map(|shipment| ("shipment_id".to_owned(), shipment.to_string())));
        sink.push(Fact {
            kind: "refund".to_owned(),
            id: row.refund_id.to_string(),
            r#final: row.state != "REQUESTED",
            state: row.state,
            units: HashMap::from([("attempts".to_owned(), i64::from(row.attempts))]),
            amounts: HashMap::from([("amount".to_owned(), money(Money::usd(row.amount)))]),
            refs,
            ..Fact::default()
        })
        .await?;
    }
    Ok(())
}

fn count(things: usize) -> i64 {
    i64::try_from(things).unwrap_or(i64::MAX)
}
