//! History of orders.

use std::collections::HashMap;

use jiff_sqlx::ToSqlx as _;
use kernel::OrderId;
use sqlx::PgConnection;
use sqlx::types::Uuid;

use super::parsed;
use crate::domain::event::HistoryEntry;
use crate::domain::order::Order;

/// A stored entry.
#[derive(Debug, Clone)]
pub(crate) struct StoredEntry {
    /// When, in business time.
    pub(crate) at: jiff::Timestamp,
    /// What happened.
    pub(crate) event: String,
    /// Who did it.
    pub(crate) actor: String,
    /// Shipment it concerns.
    pub(crate) shipment_id: Option<Uuid>,
    /// More of it.
    pub(crate) detail: String,
}

/// Appends the new entries of orders.
pub(super) async fn append(db: &mut PgConnection, orders: &[Order]) -> sqlx::Result<()> {
    let new: Vec<(&Order, i32, &HistoryEntry)> = orders.iter().flat_map(numbered).collect();
    if new.is_empty() {
        return Ok(());
    }
    let all = new.iter();
    let ids: Vec<&str> = all.clone().map(|(order, ..)| order.id.as_str()).collect();
    let numbers: Vec<i32> = all.clone().map(|(_, number, _)| *number).collect();
    let times: Vec<jiff_sqlx::Timestamp> = all.clone().map(|(_, _, entry)| entry.at.to_sqlx()).collect();
    let events: Vec<&str> = all.clone().map(|(_, _, entry)| entry.event).collect();
    let actors: Vec<&str> = all.clone().map(|(_, _, entry)| entry.actor.as_str()).collect();
    let shipments: Vec<Option<Uuid>> =
        all.clone().map(|(_, _, entry)| entry.shipment.map(Into::into)).collect();
    let details: Vec<&str> = all.map(|(_, _, entry)| entry.detail.as_str()).collect();
    sqlx::query!(
        "INSERT INTO history (order_id, entry, at, event, actor, shipment_id, detail)
         SELECT * FROM unnest($1::text[], $2::integer[], $3::timestamptz[], $4::text[], $5::text[], $6::uuid[],
                              $7::text[])",
        &ids as &[&str],
        &numbers,
        &times,
        &events as &[&str],
        &actors as &[&str],
        &shipments as &[Option<Uuid>],
        &details as &[&str],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The new entries of an order with their numbers: the last one has the number of the order's count.
fn numbered(order: &Order) -> impl Iterator<Item = (&Order, i32, &HistoryEntry)> {
    let entries = &order.changes.history;
    let before = order.history_length - i32::try_from(entries.len()).unwrap_or(0);
    entries.iter().zip(before + 1..).map(move |(entry, number)| (order, number, entry))
}

/// The histories of orders, oldest entry first.
///
/// # Errors
/// The database's.
pub(crate) async fn of(
    db: &mut PgConnection,
    orders: &[OrderId],
) -> sqlx::Result<HashMap<OrderId, Vec<StoredEntry>>> {
    let keys: Vec<&str> = orders.iter().map(OrderId::as_str).collect();
    let rows = sqlx::query!(
        "SELECT order_id, at, event, actor, shipment_id, detail FROM history
         WHERE order_id = ANY($1) ORDER BY order_id, entry",
        &keys as &[&str]
    )
    .fetch_all(db)
    .await?;
    let mut histories: HashMap<OrderId, Vec<StoredEntry>> = HashMap::with_capacity(orders.len());
    for row in rows {
        histories.entry(parsed(&row.order_id)?).or_default().push(StoredEntry {
            at: row.at.to_jiff(),
            event: row.event,
            actor: row.actor,
            shipment_id: row.shipment_id,
            detail: row.detail,
        });
    }
    Ok(histories)
}
