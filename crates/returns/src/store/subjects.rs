//! The aggregates that events speak of: a return, or a lost shipment. Each counts its events.

use std::collections::{BTreeMap, HashMap};

use sqlx::PgConnection;
use uuid::Uuid;

/// Adds to the event counts of returns and shipments, in the order of their ids, and tells each count before.
pub(crate) async fn advance(
    db: &mut PgConnection,
    events: &BTreeMap<Uuid, i64>,
) -> sqlx::Result<HashMap<Uuid, i64>> {
    let ids: Vec<Uuid> = events.keys().copied().collect();
    let counts: Vec<i64> = events.values().copied().collect();
    let returns = sqlx::query!(
        r#"UPDATE returns r SET version = r.version + n.count
             FROM UNNEST($1::uuid[], $2::bigint[]) AS n (id, count) WHERE r.rma_id = n.id
        RETURNING r.rma_id AS id, r.version - n.count AS "before!""#,
        &ids,
        &counts,
    )
    .fetch_all(&mut *db)
    .await?;
    let shipments = sqlx::query!(
        r#"UPDATE shipments s SET version = s.version + n.count
             FROM UNNEST($1::uuid[], $2::bigint[]) AS n (id, count) WHERE s.shipment_id = n.id
        RETURNING s.shipment_id AS id, s.version - n.count AS "before!""#,
        &ids,
        &counts,
    )
    .fetch_all(db)
    .await?;
    let returns = returns.into_iter().map(|row| (row.id, row.before));
    Ok(returns.chain(shipments.into_iter().map(|row| (row.id, row.before))).collect())
}
