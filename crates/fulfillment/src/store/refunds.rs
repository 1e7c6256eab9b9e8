//! Refunds.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use kernel::{Money, OrderId, RefundId};
use sqlx::PgConnection;
use sqlx::types::Uuid;

use super::codes::Code as _;
use super::{count, decode, parsed};
use crate::domain::refund::{Refund, RefundState};

/// Stores new refunds. One that is there already breaks the primary key: nothing is paid back twice.
pub(super) async fn insert(db: &mut PgConnection, refunds: &[Refund], at: Timestamp) -> sqlx::Result<()> {
    if refunds.is_empty() {
        return Ok(());
    }
    let all = refunds.iter();
    let ids: Vec<Uuid> = all.clone().map(|refund| refund.id.into()).collect();
    let orders: Vec<&str> = all.clone().map(|refund| refund.order.as_str()).collect();
    let shipments: Vec<Option<Uuid>> = all.clone().map(|refund| refund.shipment.map(Into::into)).collect();
    let amounts: Vec<i64> = all.clone().map(|refund| refund.amount.minor()).collect();
    let states: Vec<&str> = all.map(|refund| refund.state.code()).collect();
    sqlx::query!(
        "INSERT INTO refunds (refund_id, order_id, shipment_id, amount, state, attempts, requested_at)
         SELECT *, 1, $6::timestamptz
         FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::text[])",
        &ids,
        &orders as &[&str],
        &shipments as &[Option<Uuid>],
        &amounts,
        &states as &[&str],
        at.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The orders of refunds; unknown ones are left out.
///
/// # Errors
/// The database's.
pub(crate) async fn orders_of(db: &mut PgConnection, ids: &[RefundId]) -> sqlx::Result<Vec<OrderId>> {
    let keys: Vec<Uuid> = ids.iter().map(RefundId::as_uuid).collect();
    let orders =
        sqlx::query_scalar!("SELECT DISTINCT order_id FROM refunds WHERE refund_id = ANY($1)", &keys)
            .fetch_all(db)
            .await?;
    orders.iter().map(|id| parsed(id)).collect()
}

/// Locks refunds in the order of their ids and loads them. Unknown ones are left out. Their orders are locked before.
///
/// # Errors
/// The database's.
pub(crate) async fn lock(db: &mut PgConnection, ids: &[RefundId]) -> sqlx::Result<Vec<Refund>> {
    let keys: Vec<Uuid> = ids.iter().map(RefundId::as_uuid).collect();
    let rows = sqlx::query!(
        "SELECT refund_id, order_id, shipment_id, amount, state, attempts, retry_due
         FROM refunds WHERE refund_id = ANY($1) ORDER BY refund_id FOR UPDATE",
        &keys
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Refund {
                id: row.refund_id.into(),
                order: parsed(&row.order_id)?,
                shipment: row.shipment_id.map(Into::into),
                amount: Money::usd(row.amount),
                state: RefundState::from_code(&row.state)?,
                attempts: count(row.attempts.into())?,
                retry_due: row.retry_due.map(|time| time.to_jiff()),
            })
        })
        .collect()
}

/// Saves locked refunds.
///
/// # Errors
/// The database's.
pub(crate) async fn save(db: &mut PgConnection, refunds: &[Refund]) -> sqlx::Result<()> {
    let all = refunds.iter();
    let ids: Vec<Uuid> = all.clone().map(|refund| refund.id.into()).collect();
    let states: Vec<&str> = all.clone().map(|refund| refund.state.code()).collect();
    let attempts: Vec<i32> =
        all.clone().map(|refund| i32::try_from(refund.attempts).map_err(decode)).collect::<Result<_, _>>()?;
    let due: Vec<Option<jiff_sqlx::Timestamp>> =
        all.map(|refund| refund.retry_due.map(|time| time.to_sqlx())).collect();
    sqlx::query!(
        "UPDATE refunds r SET state = n.state, attempts = n.attempts, retry_due = n.retry_due
         FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::timestamptz[])
              AS n (refund_id, state, attempts, retry_due)
         WHERE r.refund_id = n.refund_id",
        &ids,
        &states as &[&str],
        &attempts,
        &due as &[Option<jiff_sqlx::Timestamp>],
    )
    .execute(db)
    .await?;
    Ok(())
}
