//! Refunds and payouts asked of payments.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{broken, int, number, stored, usd};
use crate::domain::{MoneyKind, MoneyRequest, MoneyState};

/// Writes requests, new or changed.
pub(crate) async fn save(db: &mut PgConnection, all: &[MoneyRequest]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = all.iter().map(|r| r.id).collect();
    let subjects: Vec<Uuid> = all.iter().map(|r| r.subject).collect();
    let kinds: Vec<String> = all.iter().map(|r| r.kind.name().to_owned()).collect();
    let orders: Vec<String> = all.iter().map(|r| r.order.to_string()).collect();
    let shipments: Vec<Option<Uuid>> = all.iter().map(|r| r.shipment.map(Uuid::from)).collect();
    let sellers: Vec<String> = all.iter().map(|r| r.seller.to_string()).collect();
    let amounts: Vec<i64> = all.iter().map(|r| r.amount.minor()).collect();
    let references: Vec<String> = all.iter().map(|r| r.reference.clone()).collect();
    let states: Vec<String> = all.iter().map(|r| state_name(r.state).to_owned()).collect();
    let attempts: Vec<i32> = all.iter().map(|r| int(r.attempts)).collect();
    sqlx::query!(
        "INSERT INTO money_requests (request_id, subject, kind, order_id, shipment_id, seller_id, amount_minor,
                                     reference, state, attempts)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::bigint[],
                              $8::text[], $9::text[], $10::int[])
         ON CONFLICT (request_id) DO UPDATE SET state = excluded.state, attempts = excluded.attempts",
        &ids,
        &subjects,
        &kinds,
        &orders,
        &shipments as &[Option<Uuid>],
        &sellers,
        &amounts,
        &references,
        &states,
        &attempts,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Loads requests and holds them until the transaction ends. Unknown ids are left out.
pub(crate) async fn lock(db: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<HashMap<Uuid, MoneyRequest>> {
    let rows = sqlx::query!(
        "SELECT request_id, subject, kind, order_id, shipment_id, seller_id, amount_minor, reference, state, attempts
           FROM money_requests WHERE request_id = ANY($1) ORDER BY request_id FOR UPDATE",
        ids,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = MoneyKind::ALL.into_iter().find(|kind| kind.name() == row.kind);
            let request = MoneyRequest {
                id: row.request_id,
                subject: row.subject,
                kind: kind.ok_or_else(|| broken("kind", &row.kind))?,
                order: stored("order_id", &row.order_id)?,
                shipment: row.shipment_id.map(Into::into),
                seller: stored("seller_id", &row.seller_id)?,
                amount: usd(row.amount_minor),
                reference: row.reference,
                state: state(&row.state)?,
                attempts: number("attempts", row.attempts)?,
            };
            Ok((request.id, request))
        })
        .collect()
}

fn state_name(state: MoneyState) -> &'static str {
    match state {
        MoneyState::Requested => "REQUESTED",
        MoneyState::Settled => "SETTLED",
        MoneyState::Failed => "FAILED",
    }
}

fn state(name: &str) -> sqlx::Result<MoneyState> {
    let all = [MoneyState::Requested, MoneyState::Settled, MoneyState::Failed];
    all.into_iter().find(|state| state_name(*state) == name).ok_or_else(|| broken("state", name))
}
