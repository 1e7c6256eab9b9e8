//! The order aggregate: locked, loaded and saved whole.

use std::collections::HashMap;

use jiff_sqlx::ToSqlx as _;
use kernel::{Money, OrderId, SellerId};
use sqlx::PgConnection;
use sqlx::types::{Json, Uuid};

use super::codes::Code as _;
use super::json::{OrderLineJson, ReasonJson};
use super::{decode, history, parsed, refunds, shipments, stock};
use crate::domain::order::{Changes, Order, OrderLine, OrderState};
use crate::domain::reason::Reason;

/// Orders by their number.
pub(crate) type Orders = HashMap<OrderId, Order>;

/// Locks the orders in the order of their numbers. Unknown ones are left out.
///
/// # Errors
/// The database's.
pub(crate) async fn hold(db: &mut PgConnection, ids: &[OrderId]) -> sqlx::Result<()> {
    let keys: Vec<&str> = ids.iter().map(OrderId::as_str).collect();
    sqlx::query_scalar!(
        "SELECT count(*) FROM (
             SELECT order_id FROM orders WHERE order_id = ANY($1) ORDER BY order_id FOR UPDATE) AS locked",
        &keys as &[&str]
    )
    .fetch_one(db)
    .await?;
    Ok(())
}

/// [`hold`]s the orders and loads them.
///
/// # Errors
/// The database's.
pub(crate) async fn lock(db: &mut PgConnection, ids: &[OrderId]) -> sqlx::Result<Orders> {
    hold(&mut *db, ids).await?;
    load(db, ids).await
}

/// Loads orders. Unknown ones are left out.
///
/// # Errors
/// The database's.
pub(crate) async fn load(db: &mut PgConnection, ids: &[OrderId]) -> sqlx::Result<Orders> {
    let keys: Vec<&str> = ids.iter().map(OrderId::as_str).collect();
    let mut shipments = shipments::load(db, &keys).await?;
    let rows = sqlx::query!(
        r#"SELECT o.order_id, o.seller_id, o.state, o.destination, o.service_level, o.purchased_at, o.decided_at,
                  o.authority_id, o.quote_id, o.lines AS "lines: Json<Vec<OrderLineJson>>",
                  o.reasons AS "reasons: Json<Vec<ReasonJson>>", o.shipping_price, o.deposit, o.paid_at, o.captured,
                  o.payment_due, o.version, o.history_length,
                  EXISTS (SELECT FROM revoked_authorities r WHERE r.authority_id = o.authority_id) AS "revoked!"
           FROM orders o WHERE o.order_id = ANY($1)"#,
        &keys as &[&str]
    )
    .fetch_all(db)
    .await?;
    let mut orders = Orders::with_capacity(rows.len());
    for row in rows {
        let id: OrderId = parsed(&row.order_id)?;
        let reasons = row.reasons.map_or_else(Vec::new, |Json(reasons)| reasons);
        let lines: sqlx::Result<Vec<OrderLine>> = row.lines.0.into_iter().map(TryInto::try_into).collect();
        orders.insert(
            id,
            Order {
                id,
                seller: parsed(&row.seller_id)?,
                state: OrderState::from_code(&row.state)?,
                destination: parsed(&row.destination)?,
                level: parsed(&row.service_level)?,
                purchased_at: row.purchased_at.to_jiff(),
                decided_at: row.decided_at.to_jiff(),
                authority: row.authority_id.map(Into::into),
                authority_revoked: row.revoked,
                quote: row.quote_id.into(),
                lines: lines?,
                shipping_price: Money::usd(row.shipping_price),
                deposit: Money::usd(row.deposit),
                reasons: reasons.into_iter().map(Reason::from).collect(),
                paid_at: row.paid_at.map(|time| time.to_jiff()),
                captured: Money::usd(row.captured),
                payment_due: row.payment_due.map(|time| time.to_jiff()),
                shipments: shipments.remove(&id).unwrap_or_default(),
                version: row.version,
                history_length: row.history_length,
                changes: Changes::default(),
            },
        );
    }
    Ok(orders)
}

/// Which of the orders are there.
///
/// # Errors
/// The database's.
pub(crate) async fn known(db: &mut PgConnection, ids: &[OrderId]) -> sqlx::Result<Vec<OrderId>> {
    let keys: Vec<&str> = ids.iter().map(OrderId::as_str).collect();
    let found = sqlx::query_scalar!("SELECT order_id FROM orders WHERE order_id = ANY($1)", &keys as &[&str])
        .fetch_all(db)
        .await?;
    found.iter().map(|id| parsed(id)).collect()
}

/// The order and the seller of shipments; unknown ones are left out.
///
/// # Errors
/// The database's.
pub(crate) async fn of_shipments(
    db: &mut PgConnection,
    ids: &[Uuid],
) -> sqlx::Result<Vec<(Uuid, OrderId, SellerId)>> {
    let rows = sqlx::query!(
        "SELECT s.shipment_id, o.order_id, o.seller_id
         FROM shipments s JOIN orders o USING (order_id) WHERE s.shipment_id = ANY($1)",
        ids
    )
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.shipment_id, parsed(&row.order_id)?, parsed(&row.seller_id)?))).collect()
}

/// Writes new orders with their shipments and history. Their stock is changed by the caller, once for the batch.
///
/// # Errors
/// The database's; an order that is there already breaks the primary key.
pub(crate) async fn insert(db: &mut PgConnection, orders: &[Order]) -> sqlx::Result<()> {
    let all = orders.iter();
    let ids: Vec<&str> = all.clone().map(|order| order.id.as_str()).collect();
    let sellers: Vec<&str> = all.clone().map(|order| order.seller.as_str()).collect();
    let states: Vec<&str> = all.clone().map(|order| order.state.code()).collect();
    let destinations: Vec<&str> = all.clone().map(|order| order.destination.as_str()).collect();
    let levels: Vec<&str> = all.clone().map(|order| order.level.as_str()).collect();
    let purchased: Vec<jiff_sqlx::Timestamp> =
        all.clone().map(|order| order.purchased_at.to_sqlx()).collect();
    let decided: Vec<jiff_sqlx::Timestamp> = all.clone().map(|order| order.decided_at.to_sqlx()).collect();
    let authorities: Vec<Option<Uuid>> = all.clone().map(|order| order.authority.map(Into::into)).collect();
    let quotes: Vec<Uuid> = all.clone().map(|order| order.quote.into()).collect();
    let lines: Vec<Json<Vec<OrderLineJson>>> =
        all.clone().map(|order| Json(order.lines.iter().map(Into::into).collect())).collect();
    let reasons: Vec<Option<Json<Vec<ReasonJson>>>> = all
        .clone()
        .map(|order| {
            (!order.reasons.is_empty()).then(|| Json(order.reasons.iter().map(Into::into).collect()))
        })
        .collect();
    let shipping: Vec<i64> = all.clone().map(|order| order.shipping_price.minor()).collect();
    let deposits: Vec<i64> = all.clone().map(|order| order.deposit.minor()).collect();
    let due: Vec<Option<jiff_sqlx::Timestamp>> =
        all.clone().map(|order| order.payment_due.map(|time| time.to_sqlx())).collect();
    let versions: Vec<i64> = all.clone().map(|order| order.version).collect();
    let history_lengths: Vec<i32> = all.map(|order| order.history_length).collect();
    sqlx::query!(
        "INSERT INTO orders (order_id, seller_id, state, destination, service_level, purchased_at, decided_at,
                             authority_id, quote_id, lines, reasons, shipping_price, deposit, payment_due, version,
                             history_length, captured)
         SELECT *, 0 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
                                 $7::timestamptz[], $8::uuid[], $9::uuid[], $10::jsonb[], $11::jsonb[], $12::bigint[],
                                 $13::bigint[], $14::timestamptz[], $15::bigint[], $16::integer[])",
        &ids as &[&str],
        &sellers as &[&str],
        &states as &[&str],
        &destinations as &[&str],
        &levels as &[&str],
        &purchased,
        &decided,
        &authorities as &[Option<Uuid>],
        &quotes,
        &lines as _,
        &reasons as _,
        &shipping,
        &deposits,
        &due as &[Option<jiff_sqlx::Timestamp>],
        &versions,
        &history_lengths,
    )
    .execute(&mut *db)
    .await?;
    shipments::insert(db, orders).await?;
    history::append(db, orders).await
}

/// Saves locked orders after commands, with history, new refunds and stock. Takes out of [`Order::changes`] all but the
/// events, which the caller publishes.
///
/// # Errors
/// The database's; an oversold stock row breaks the constraint `stock_not_oversold`.
pub(crate) async fn save(db: &mut PgConnection, orders: &mut [Order]) -> sqlx::Result<()> {
    update(db, orders).await?;
    shipments::update(db, orders).await?;
    history::append(db, orders).await?;
    let new: Vec<_> =
        orders.iter_mut().flat_map(|order| std::mem::take(&mut order.changes.refunds)).collect();
    let requested_at =
        orders.iter().flat_map(|order| order.changes.history.last()).map(|entry| entry.at).max();
    if let Some(at) = requested_at {
        refunds::insert(db, &new, at).await?;
    }
    stock::change(db, orders.iter_mut().flat_map(|order| std::mem::take(&mut order.changes.stock))).await
}

/// Saves the orders' own rows. One whose shipments alone changed has neither a new event nor a new history entry.
async fn update(db: &mut PgConnection, orders: &[Order]) -> sqlx::Result<()> {
    let changed: Vec<&Order> = orders.iter().filter(|order| !order.changes.history.is_empty()).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let all = changed.iter();
    let ids: Vec<&str> = all.clone().map(|order| order.id.as_str()).collect();
    let states: Vec<&str> = all.clone().map(|order| order.state.code()).collect();
    let paid: Vec<Option<jiff_sqlx::Timestamp>> =
        all.clone().map(|order| order.paid_at.map(|time| time.to_sqlx())).collect();
    let captured: Vec<i64> = all.clone().map(|order| order.captured.minor()).collect();
    let due: Vec<Option<jiff_sqlx::Timestamp>> =
        all.clone().map(|order| order.payment_due.map(|time| time.to_sqlx())).collect();
    let versions: Vec<i64> = all.clone().map(|order| order.version).collect();
    let history_lengths: Vec<i32> = all.map(|order| order.history_length).collect();
    let updated = sqlx::query!(
        "UPDATE orders o SET state = n.state, paid_at = n.paid_at, captured = n.captured,
                             payment_due = n.payment_due, version = n.version, history_length = n.history_length
         FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[], $5::timestamptz[], $6::bigint[],
                     $7::integer[])
              AS n (order_id, state, paid_at, captured, payment_due, version, history_length)
         WHERE o.order_id = n.order_id",
        &ids as &[&str],
        &states as &[&str],
        &paid as &[Option<jiff_sqlx::Timestamp>],
        &captured,
        &due as &[Option<jiff_sqlx::Timestamp>],
        &versions,
        &history_lengths,
    )
    .execute(db)
    .await?;
    if updated.rows_affected() != changed.len() as u64 {
        return Err(decode("an order to be saved is not there"));
    }
    Ok(())
}
