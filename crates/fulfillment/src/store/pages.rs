//! Pages of orders and of stock.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use kernel::{FcCode, Fnsku, OrderId, SellerId, Sku};
use sqlx::PgConnection;

use super::codes::Code as _;
use super::parsed;
use crate::domain::order::OrderState;

/// Place of an order in the list: newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OrderPlace {
    /// When it was bought.
    pub(crate) purchased_at: Timestamp,
    /// Its number.
    pub(crate) order: OrderId,
}

/// The next orders after a place, newest first: all, or those of some sellers.
///
/// # Errors
/// The database's.
pub(crate) async fn orders(
    db: &mut PgConnection,
    sellers: Option<&[SellerId]>,
    state: Option<OrderState>,
    after: Option<OrderPlace>,
    limit: i64,
) -> sqlx::Result<Vec<OrderPlace>> {
    let state = state.map(OrderState::code);
    let (time, order) = match &after {
        Some(place) => (Some(place.purchased_at.to_sqlx()), place.order.as_str()),
        None => (None, ""),
    };
    let rows = match sellers {
        Some(sellers) => {
            let sellers: Vec<&str> = sellers.iter().map(SellerId::as_str).collect();
            sqlx::query!(
                "SELECT order_id, purchased_at FROM orders
                 WHERE seller_id = ANY($1) AND ($2::text IS NULL OR state = $2)
                   AND ($3::timestamptz IS NULL OR (purchased_at, order_id) < ($3, $4))
                 ORDER BY purchased_at DESC, order_id DESC LIMIT $5",
                &sellers as &[&str],
                state,
                time,
                order,
                limit
            )
            .map(|row| (row.order_id, row.purchased_at))
            .fetch_all(db)
            .await?
        }
        None => {
            sqlx::query!(
                "SELECT order_id, purchased_at FROM orders
                 WHERE ($1::text IS NULL OR state = $1)
                   AND ($2::timestamptz IS NULL OR (purchased_at, order_id) < ($2, $3))
                 ORDER BY purchased_at DESC, order_id DESC LIMIT $4",
                state,
                time,
                order,
                limit
            )
            .map(|row| (row.order_id, row.purchased_at))
            .fetch_all(db)
            .await?
        }
    };
    rows.into_iter()
        .map(|(order, at)| Ok(OrderPlace { purchased_at: at.to_jiff(), order: parsed(&order)? }))
        .collect()
}

/// A stock row.
#[derive(Debug, Clone)]
pub(crate) struct StockRow {
    /// Label.
    pub(crate) fnsku: Fnsku,
    /// Center.
    pub(crate) fc: FcCode,
    /// Seller's name of the offer.
    pub(crate) sku: Sku,
    /// Units in the center.
    pub(crate) on_hand: i64,
    /// Of those, promised.
    pub(crate) reserved: i64,
}

/// The next stock rows of a seller after a label and center.
///
/// # Errors
/// The database's.
pub(crate) async fn stock(
    db: &mut PgConnection,
    seller: SellerId,
    after: Option<(Fnsku, FcCode)>,
    limit: i64,
) -> sqlx::Result<Vec<StockRow>> {
    let (fnsku, fc) = after.as_ref().map_or(("", ""), |(fnsku, fc)| (fnsku.as_str(), fc.as_str()));
    let rows = sqlx::query!(
        r#"SELECT fnsku, fc, sku, on_hand, reserved FROM stock
           WHERE seller_id = $1 AND (fnsku, fc) > ($2, $3)
           ORDER BY fnsku, fc LIMIT $4"#,
        seller.as_str(),
        fnsku,
        fc,
        limit
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StockRow {
                fnsku: parsed(&row.fnsku)?,
                fc: parsed(&row.fc)?,
                sku: parsed(&row.sku)?,
                on_hand: row.on_hand,
                reserved: row.reserved,
            })
        })
        .collect()
}
