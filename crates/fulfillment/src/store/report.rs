//! Dispatched shipments in the order of their dispatch, for the shipments report.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use kernel::{Country, OrderId, SellerId, ShipmentId, Sku};
use sqlx::PgConnection;
use sqlx::types::Uuid;

use super::parsed;

/// Which shipments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Selection {
    /// Dispatched from then on.
    pub(crate) from: Timestamp,
    /// Dispatched before then.
    pub(crate) to: Timestamp,
    /// Only this seller's.
    pub(crate) seller: Option<SellerId>,
    /// Only to this country.
    pub(crate) country: Option<Country>,
}

/// Place of a shipment in the report.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DispatchPlace {
    /// When it left.
    pub(crate) dispatched_at: Timestamp,
    /// Which.
    pub(crate) shipment: ShipmentId,
    /// Of which order.
    pub(crate) order: OrderId,
}

/// The next shipments after a place.
///
/// # Errors
/// The database's.
pub(crate) async fn page(
    db: &mut PgConnection,
    selection: &Selection,
    after: Option<DispatchPlace>,
    limit: i64,
) -> sqlx::Result<Vec<DispatchPlace>> {
    let (time, shipment) = match after {
        Some(place) => (place.dispatched_at, place.shipment.as_uuid()),
        None => (selection.from, Uuid::nil()),
    };
    let rows = sqlx::query!(
        r#"SELECT s.dispatched_at AS "dispatched_at!", s.shipment_id, s.order_id
           FROM shipments s JOIN orders o USING (order_id)
           WHERE s.dispatched_at IS NOT NULL AND s.dispatched_at < $2
             AND (s.dispatched_at, s.shipment_id) > ($1, $3)
             AND ($4::text IS NULL OR o.seller_id = $4) AND ($5::text IS NULL OR o.destination = $5)
           ORDER BY s.dispatched_at, s.shipment_id LIMIT $6"#,
        time.to_sqlx(),
        selection.to.to_sqlx(),
        shipment,
        selection.seller.as_ref().map(SellerId::as_str),
        selection.country.as_ref().map(Country::as_str),
        limit
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(DispatchPlace {
                dispatched_at: row.dispatched_at.to_jiff(),
                shipment: row.shipment_id.into(),
                order: parsed(&row.order_id)?,
            })
        })
        .collect()
}

/// Names of products.
///
/// # Errors
/// The database's.
pub(crate) async fn titles(
    db: &mut PgConnection,
    keys: &[(SellerId, &Sku)],
) -> sqlx::Result<HashMap<(SellerId, Sku), String>> {
    let sellers: Vec<&str> = keys.iter().map(|(seller, _)| seller.as_str()).collect();
    let skus: Vec<&str> = keys.iter().map(|(_, sku)| sku.as_str()).collect();
    let rows = sqlx::query!(
        "SELECT i.seller_id, i.sku, i.title
         FROM items i JOIN unnest($1::text[], $2::text[]) AS k (seller_id, sku) USING (seller_id, sku)",
        &sellers as &[&str],
        &skus as &[&str],
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| Ok(((parsed(&row.seller_id)?, parsed(&row.sku)?), row.title))).collect()
}
