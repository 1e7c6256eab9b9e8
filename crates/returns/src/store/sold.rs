//! Shipments and what was sold in them.

use std::collections::{BTreeMap, HashMap};

use jiff_sqlx::ToSqlx;
use kernel::{LineNo, OrderId, ShipmentId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{broken, int, number, stored, usd};
use crate::domain::{Progress, Shipment, SoldLine};

/// Writes shipments that were planned; one that is known stays as it is.
pub(crate) async fn insert(db: &mut PgConnection, shipments: &[Shipment]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = shipments.iter().map(|s| s.id.into()).collect();
    let orders: Vec<String> = shipments.iter().map(|s| s.order.to_string()).collect();
    let sellers: Vec<String> = shipments.iter().map(|s| s.seller.to_string()).collect();
    let bought: Vec<_> = shipments.iter().map(|s| s.bought.to_sqlx()).collect();
    sqlx::query!(
        "INSERT INTO shipments (shipment_id, order_id, seller_id, bought_at, state)
         SELECT id, order_id, seller_id, bought_at, 'UNDERWAY'
           FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) AS s (id, order_id, seller_id, bought_at)
         ON CONFLICT DO NOTHING",
        &ids,
        &orders,
        &sellers,
        &bought,
    )
    .execute(&mut *db)
    .await?;
    insert_lines(db, shipments).await
}

async fn insert_lines(db: &mut PgConnection, shipments: &[Shipment]) -> sqlx::Result<()> {
    let lines: Vec<(&Shipment, &SoldLine)> = shipments
        .iter()
        .flat_map(|shipment| shipment.lines.iter().map(move |line| (shipment, line)))
        .collect();
    let ids: Vec<Uuid> = lines.iter().map(|(shipment, _)| shipment.id.into()).collect();
    let numbers: Vec<i32> = lines.iter().map(|(_, line)| int(line.line.get())).collect();
    let skus: Vec<String> = lines.iter().map(|(_, line)| line.sku.to_string()).collect();
    let asins: Vec<String> = lines.iter().map(|(_, line)| line.asin.to_string()).collect();
    let fnskus: Vec<String> = lines.iter().map(|(_, line)| line.fnsku.to_string()).collect();
    let quantities: Vec<i32> = lines.iter().map(|(_, line)| int(line.quantity)).collect();
    let paid: Vec<i64> = lines.iter().map(|(_, line)| line.paid.minor()).collect();
    sqlx::query!(
        "INSERT INTO shipment_lines (shipment_id, line_no, sku, asin, fnsku, quantity, paid_minor)
         SELECT * FROM UNNEST($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::int[], $7::bigint[])
         ON CONFLICT DO NOTHING",
        &ids,
        &numbers,
        &skus,
        &asins,
        &fnskus,
        &quantities,
        &paid,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Loads shipments and holds them until the transaction ends. Unknown ids are left out.
pub(crate) async fn lock(
    db: &mut PgConnection,
    ids: &[ShipmentId],
) -> sqlx::Result<HashMap<ShipmentId, Shipment>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| (*id).into()).collect();
    let rows = sqlx::query_as!(
        ShipmentRow,
        "SELECT shipment_id, order_id, seller_id, bought_at, state, delivered_at
           FROM shipments WHERE shipment_id = ANY($1) ORDER BY shipment_id FOR UPDATE",
        &ids,
    )
    .fetch_all(&mut *db)
    .await?;
    let shipments = with_lines(db, rows).await?;
    Ok(shipments.into_iter().map(|shipment| (shipment.id, shipment)).collect())
}

/// Loads the shipments of an order, in the order of their ids, and holds them until the transaction ends.
pub(crate) async fn lock_order(db: &mut PgConnection, order: &OrderId) -> sqlx::Result<Vec<Shipment>> {
    let rows = sqlx::query_as!(
        ShipmentRow,
        "SELECT shipment_id, order_id, seller_id, bought_at, state, delivered_at
           FROM shipments WHERE order_id = $1 ORDER BY shipment_id FOR UPDATE",
        order.to_string(),
    )
    .fetch_all(&mut *db)
    .await?;
    with_lines(db, rows).await
}

/// Saves how far shipments came and what of them is promised to returns.
pub(crate) async fn update(db: &mut PgConnection, shipments: &[&Shipment]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = shipments.iter().map(|s| s.id.into()).collect();
    let states: Vec<String> = shipments.iter().map(|s| state_name(s.progress).to_owned()).collect();
    let delivered: Vec<Option<jiff_sqlx::Timestamp>> =
        shipments.iter().map(|s| delivered_at(s.progress)).collect();
    sqlx::query!(
        "UPDATE shipments s SET state = n.state, delivered_at = n.delivered_at
           FROM UNNEST($1::uuid[], $2::text[], $3::timestamptz[]) AS n (id, state, delivered_at)
          WHERE s.shipment_id = n.id",
        &ids,
        &states,
        &delivered as &[Option<jiff_sqlx::Timestamp>],
    )
    .execute(&mut *db)
    .await?;
    update_authorised(db, shipments).await
}

async fn update_authorised(db: &mut PgConnection, shipments: &[&Shipment]) -> sqlx::Result<()> {
    let lines = shipments.iter().flat_map(|s| s.lines.iter().map(move |line| (s.id, line)));
    let lines: Vec<(ShipmentId, &SoldLine)> = lines.collect();
    let ids: Vec<Uuid> = lines.iter().map(|(id, _)| (*id).into()).collect();
    let numbers: Vec<i32> = lines.iter().map(|(_, line)| int(line.line.get())).collect();
    let authorised: Vec<i32> = lines.iter().map(|(_, line)| int(line.authorised)).collect();
    sqlx::query!(
        "UPDATE shipment_lines l SET authorised = n.authorised
           FROM UNNEST($1::uuid[], $2::int[], $3::int[]) AS n (id, line_no, authorised)
          WHERE l.shipment_id = n.id AND l.line_no = n.line_no AND l.authorised <> n.authorised",
        &ids,
        &numbers,
        &authorised,
    )
    .execute(db)
    .await?;
    Ok(())
}

struct ShipmentRow {
    shipment_id: Uuid,
    order_id: String,
    seller_id: String,
    bought_at: jiff_sqlx::Timestamp,
    state: String,
    delivered_at: Option<jiff_sqlx::Timestamp>,
}

async fn with_lines(db: &mut PgConnection, rows: Vec<ShipmentRow>) -> sqlx::Result<Vec<Shipment>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.shipment_id).collect();
    let mut lines: BTreeMap<Uuid, Vec<SoldLine>> = BTreeMap::new();
    let found = sqlx::query!(
        "SELECT shipment_id, line_no, sku, asin, fnsku, quantity, paid_minor, authorised
           FROM shipment_lines WHERE shipment_id = ANY($1) ORDER BY shipment_id, line_no",
        &ids,
    )
    .fetch_all(db)
    .await?;
    for row in found {
        lines.entry(row.shipment_id).or_default().push(SoldLine {
            line: line_no(row.line_no)?,
            sku: stored("sku", &row.sku)?,
            asin: stored("asin", &row.asin)?,
            fnsku: stored("fnsku", &row.fnsku)?,
            quantity: number("quantity", row.quantity)?,
            paid: usd(row.paid_minor),
            authorised: number("authorised", row.authorised)?,
        });
    }
    rows.into_iter().map(|row| shipment(&row, lines.remove(&row.shipment_id).unwrap_or_default())).collect()
}

fn shipment(row: &ShipmentRow, lines: Vec<SoldLine>) -> sqlx::Result<Shipment> {
    Ok(Shipment {
        id: row.shipment_id.into(),
        order: stored("order_id", &row.order_id)?,
        seller: stored("seller_id", &row.seller_id)?,
        bought: row.bought_at.to_jiff(),
        progress: progress(&row.state, row.delivered_at)?,
        lines,
    })
}

pub(crate) fn line_no(number: i32) -> sqlx::Result<LineNo> {
    let number = super::number("line_no", number)?;
    LineNo::new(number).map_err(|error| broken("line_no", error))
}

fn state_name(progress: Progress) -> &'static str {
    match progress {
        Progress::Underway => "UNDERWAY",
        Progress::Delivered(_) => "DELIVERED",
        Progress::Lost => "LOST",
        Progress::Returned => "RETURNED",
        Progress::Cancelled => "CANCELLED",
    }
}

fn delivered_at(progress: Progress) -> Option<jiff_sqlx::Timestamp> {
    match progress {
        Progress::Delivered(at) => Some(at.to_sqlx()),
        Progress::Underway | Progress::Lost | Progress::Returned | Progress::Cancelled => None,
    }
}

fn progress(state: &str, delivered_at: Option<jiff_sqlx::Timestamp>) -> sqlx::Result<Progress> {
    match (state, delivered_at) {
        ("UNDERWAY", _) => Ok(Progress::Underway),
        ("DELIVERED", Some(at)) => Ok(Progress::Delivered(at.to_jiff())),
        ("LOST", _) => Ok(Progress::Lost),
        ("RETURNED", _) => Ok(Progress::Returned),
        ("CANCELLED", _) => Ok(Progress::Cancelled),
        (other, _) => Err(broken("state", other)),
    }
}
