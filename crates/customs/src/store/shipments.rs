//! Shipments. A row exists from the first fact on, whichever it is; it is the lock of the aggregate.

use std::collections::BTreeMap;

use kernel::{OrderId, RefundId, ShipmentId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{from_json, stored, to_json};
use crate::domain::shipment::Shipment;

struct Row {
    shipment_id: Uuid,
    order_id: String,
    version: i64,
    plan: Option<serde_json::Value>,
    recipient: Option<serde_json::Value>,
    state: serde_json::Value,
}

impl Row {
    fn shipment(self) -> sqlx::Result<Shipment> {
        Ok(Shipment {
            id: ShipmentId::new(self.shipment_id),
            order_id: stored(&self.order_id)?,
            version: self.version,
            plan: self.plan.map(from_json).transpose()?,
            recipient: self.recipient.map(from_json).transpose()?,
            state: from_json(self.state)?,
        })
    }
}

/// Locks shipments, in the order of their ids; those not known yet are made. Inserting first and locking then, both in
/// one order, two batches of different topics wait for each other and never deadlock.
pub(crate) async fn open(
    db: &mut PgConnection,
    wanted: &BTreeMap<ShipmentId, OrderId>,
) -> sqlx::Result<BTreeMap<ShipmentId, Shipment>> {
    let ids: Vec<Uuid> = wanted.keys().map(ShipmentId::as_uuid).collect();
    let orders: Vec<&str> = wanted.values().map(OrderId::as_str).collect();
    sqlx::query!(
        "INSERT INTO shipments (shipment_id, order_id)
         SELECT * FROM UNNEST($1::uuid[], $2::text[]) ORDER BY 1 ON CONFLICT (shipment_id) DO NOTHING",
        &ids,
        &orders as &[&str],
    )
    .execute(&mut *db)
    .await?;
    lock(db, &ids).await
}

/// Locks shipments that are known, in the order of their ids.
pub(crate) async fn lock(
    db: &mut PgConnection,
    ids: &[Uuid],
) -> sqlx::Result<BTreeMap<ShipmentId, Shipment>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT shipment_id, order_id, version, plan, recipient, state FROM shipments
          WHERE shipment_id = ANY($1) ORDER BY shipment_id FOR UPDATE",
        ids,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| row.shipment().map(|shipment| (shipment.id, shipment))).collect()
}

/// A shipment, to be looked at.
pub(crate) async fn get(db: &mut PgConnection, id: ShipmentId) -> sqlx::Result<Option<Shipment>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT shipment_id, order_id, version, plan, recipient, state FROM shipments WHERE shipment_id = $1",
        id.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    row.map(Row::shipment).transpose()
}

/// The shipment and order of each refund; unknown ones are left out.
pub(crate) async fn of_refunds(
    db: &mut PgConnection,
    refunds: &[RefundId],
) -> sqlx::Result<BTreeMap<RefundId, (ShipmentId, OrderId)>> {
    let refunds: Vec<Uuid> = refunds.iter().map(RefundId::as_uuid).collect();
    let rows = sqlx::query!(
        r#"SELECT refund_id AS "refund_id!", shipment_id, order_id FROM shipments WHERE refund_id = ANY($1)"#,
        &refunds,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok((RefundId::new(row.refund_id), (ShipmentId::new(row.shipment_id), stored(&row.order_id)?)))
        })
        .collect()
}

/// Writes locked shipments back.
pub(crate) async fn save<'a>(
    db: &mut PgConnection,
    shipments: impl Iterator<Item = &'a Shipment> + Clone,
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = shipments.clone().map(|s| s.id.as_uuid()).collect();
    let versions: Vec<i64> = shipments.clone().map(|s| s.version).collect();
    let plans = shipments.clone().map(|s| s.plan.as_ref().map(to_json).transpose());
    let plans = plans.collect::<sqlx::Result<Vec<_>>>()?;
    let recipients = shipments.clone().map(|s| s.recipient.as_ref().map(to_json).transpose());
    let recipients = recipients.collect::<sqlx::Result<Vec<_>>>()?;
    let states = shipments.clone().map(|s| to_json(&s.state)).collect::<sqlx::Result<Vec<_>>>()?;
    let refunds: Vec<Option<Uuid>> =
        shipments.map(|s| s.state.deposit.refund.map(|refund| refund.refund_id.as_uuid())).collect();
    sqlx::query!(
        "UPDATE shipments
            SET version = new.version, plan = new.plan, recipient = new.recipient, state = new.state,
                refund_id = new.refund_id
           FROM UNNEST($1::uuid[], $2::bigint[], $3::jsonb[], $4::jsonb[], $5::jsonb[], $6::uuid[])
                AS new (shipment_id, version, plan, recipient, state, refund_id)
          WHERE shipments.shipment_id = new.shipment_id",
        &ids,
        &versions,
        &plans as &[Option<serde_json::Value>],
        &recipients as &[Option<serde_json::Value>],
        &states,
        &refunds as &[Option<Uuid>],
    )
    .execute(db)
    .await?;
    Ok(())
}
