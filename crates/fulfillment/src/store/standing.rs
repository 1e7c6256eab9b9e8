//! How a seller stands.

use jiff::Timestamp;
use kernel::{OrderId, SellerId, ShipmentId};
use sqlx::PgConnection;

use super::parsed;

/// What is on its way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    pub(crate) accepted: i64,
    pub(crate) paid: i64,
    pub(crate) revoked_shipments: i64,
}

/// A shipment that a revocation holds.
#[derive(Debug)]
pub(crate) struct Revoked {
    pub(crate) order: OrderId,
    /// Place in the order.
    pub(crate) position: i16,
    pub(crate) shipment: ShipmentId,
    pub(crate) deadline: Timestamp,
}

/// Counts a seller's open orders and the shipments that wait for its choice.
///
/// # Errors
/// The database's.
pub(crate) async fn count(db: &mut PgConnection, seller: SellerId) -> sqlx::Result<Open> {
    sqlx::query_as!(
        Open,
        r#"SELECT count(*) FILTER (WHERE state = 'ACCEPTED') AS "accepted!",
                  count(*) FILTER (WHERE state = 'PAID') AS "paid!",
                  (SELECT count(*) FROM shipments s JOIN orders o USING (order_id)
                    WHERE o.seller_id = $1 AND s.authority_deadline IS NOT NULL
                      AND s.stage IN ('PLANNED', 'RELEASED', 'PACKED', 'READY')) AS "revoked_shipments!"
             FROM orders WHERE seller_id = $1"#,
        seller.as_str()
    )
    .fetch_one(db)
    .await
}

/// The next shipments of a seller that a revocation holds, by order and place in it.
///
/// # Errors
/// The database's.
pub(crate) async fn revoked(
    db: &mut PgConnection,
    seller: SellerId,
    after: Option<(OrderId, i16)>,
    limit: i64,
) -> sqlx::Result<Vec<Revoked>> {
    let (order, position) = after.as_ref().map_or(("", -1), |(order, position)| (order.as_str(), *position));
    let rows = sqlx::query!(
        r#"SELECT s.order_id, s.position, s.shipment_id, s.authority_deadline AS "deadline!: jiff_sqlx::Timestamp"
             FROM shipments s JOIN orders o USING (order_id)
            WHERE o.seller_id = $1 AND s.authority_deadline IS NOT NULL
              AND s.stage IN ('PLANNED', 'RELEASED', 'PACKED', 'READY')
              AND (s.order_id, s.position) > ($2, $3)
            ORDER BY s.order_id, s.position LIMIT $4"#,
        seller.as_str(),
        order,
        position,
        limit,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Revoked {
                order: parsed(&row.order_id)?,
                position: row.position,
                shipment: ShipmentId::new(row.shipment_id),
                deadline: row.deadline.to_jiff(),
            })
        })
        .collect()
}
