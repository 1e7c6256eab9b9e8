//! Rows for the audit facts that no aggregate of the domain holds.

use futures::Stream;
use kernel::OrderId;
use sqlx::PgConnection;
use sqlx::types::Uuid;

use super::parsed;

/// Stock of one label in one center, over all its owners.
#[derive(Debug)]
#[allow(missing_docs)]
pub(crate) struct StockFact {
    pub(crate) fc: String,
    pub(crate) fnsku: String,
    /// The owner, when there is one only.
    pub(crate) seller_id: Option<String>,
    pub(crate) received: i64,
    pub(crate) restocked: i64,
    pub(crate) dispatched: i64,
    pub(crate) on_hand: i64,
    pub(crate) reserved: i64,
}

/// All stock.
pub(crate) fn stock(db: &mut PgConnection) -> impl Stream<Item = sqlx::Result<StockFact>> + Send + '_ {
    sqlx::query_as!(
        StockFact,
        r#"SELECT fc, fnsku, CASE count(*) WHEN 1 THEN min(seller_id) END AS seller_id,
                  sum(received)::bigint AS "received!", sum(restocked)::bigint AS "restocked!",
                  sum(dispatched)::bigint AS "dispatched!", sum(on_hand)::bigint AS "on_hand!",
                  sum(reserved)::bigint AS "reserved!"
           FROM stock GROUP BY fc, fnsku"#
    )
    .fetch(db)
}

/// A returned unit that was put back.
#[derive(Debug)]
#[allow(missing_docs)]
pub(crate) struct RestockFact {
    pub(crate) lpn: String,
    pub(crate) fc: String,
    pub(crate) fnsku: String,
    pub(crate) units: i64,
}

/// All restocked units.
pub(crate) fn restocks(db: &mut PgConnection) -> impl Stream<Item = sqlx::Result<RestockFact>> + Send + '_ {
    sqlx::query_as!(
        RestockFact,
        "SELECT arrival_id AS lpn, fc, fnsku, units FROM stock_arrivals WHERE kind = 'RESTOCK'"
    )
    .fetch(db)
}

/// A refund.
#[derive(Debug)]
#[allow(missing_docs)]
pub(crate) struct RefundFact {
    pub(crate) refund_id: Uuid,
    pub(crate) order_id: String,
    pub(crate) shipment_id: Option<Uuid>,
    pub(crate) amount: i64,
    pub(crate) state: String,
    pub(crate) attempts: i32,
}

/// All refunds.
pub(crate) fn refunds(db: &mut PgConnection) -> impl Stream<Item = sqlx::Result<RefundFact>> + Send + '_ {
    sqlx::query_as!(
        RefundFact,
        "SELECT refund_id, order_id, shipment_id, amount, state, attempts FROM refunds"
    )
    .fetch(db)
}

/// The next orders by number.
///
/// # Errors
/// The database's.
pub(crate) async fn orders_after(
    db: &mut PgConnection,
    after: Option<OrderId>,
    limit: i64,
) -> sqlx::Result<Vec<OrderId>> {
    let ids = sqlx::query_scalar!(
        "SELECT order_id FROM orders WHERE order_id > $1 ORDER BY order_id LIMIT $2",
        after.as_ref().map_or("", OrderId::as_str),
        limit
    )
    .fetch_all(db)
    .await?;
    ids.iter().map(|id| parsed(id)).collect()
}
