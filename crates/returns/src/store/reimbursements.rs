//! What sellers are owed.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use kernel::{ReimbursementId, SellerId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{broken, int, number, stored, usd};
use crate::domain::{Cause, Reimbursement, ReimbursementState};

/// Writes reimbursements, new or changed. `now` is when those that are decided were approved.
pub(crate) async fn save(db: &mut PgConnection, all: &[Reimbursement], now: Timestamp) -> sqlx::Result<()> {
    let decided = |r: &Reimbursement| r.state != ReimbursementState::Undecided;
    let ids: Vec<Uuid> = all.iter().map(|r| r.id.into()).collect();
    let subjects: Vec<Uuid> = all.iter().map(|r| r.subject).collect();
    let sellers: Vec<String> = all.iter().map(|r| r.seller.to_string()).collect();
    let orders: Vec<String> = all.iter().map(|r| r.order.to_string()).collect();
    let asins: Vec<String> = all.iter().map(|r| r.asin.to_string()).collect();
    let skus: Vec<String> = all.iter().map(|r| r.sku.to_string()).collect();
    let quantities: Vec<i32> = all.iter().map(|r| int(r.quantity)).collect();
    let reasons: Vec<String> = all.iter().map(|r| r.cause.name().to_owned()).collect();
    let paid: Vec<i64> = all.iter().map(|r| r.paid.minor()).collect();
    let states: Vec<String> = all.iter().map(|r| state_name(r.state).to_owned()).collect();
    let amounts: Vec<i64> = all.iter().map(|r| r.amount.minor()).collect();
    let explanations: Vec<String> = all.iter().map(|r| r.explanation.join("\n")).collect();
    let occurred: Vec<_> = all.iter().map(|r| r.occurred.to_sqlx()).collect();
    let approved: Vec<Option<jiff_sqlx::Timestamp>> =
        all.iter().map(|r| decided(r).then(|| now.to_sqlx())).collect();
    let payouts: Vec<Option<Uuid>> =
        all.iter().map(|r| (decided(r) && !r.amount.is_zero()).then(|| r.payout().into())).collect();
    sqlx::query!(
        "INSERT INTO reimbursements
                (reimbursement_id, subject, seller_id, order_id, asin, sku, quantity, reason, paid_minor, state,
                 amount_minor, explanation, occurred_at, approved_at, payout_id)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[],
                              $8::text[], $9::bigint[], $10::text[], $11::bigint[], $12::text[], $13::timestamptz[],
                              $14::timestamptz[], $15::uuid[])
         ON CONFLICT (reimbursement_id) DO UPDATE
            SET state = excluded.state, amount_minor = excluded.amount_minor, explanation = excluded.explanation,
                approved_at = excluded.approved_at, payout_id = excluded.payout_id",
        &ids,
        &subjects,
        &sellers,
        &orders,
        &asins,
        &skus,
        &quantities,
        &reasons,
        &paid,
        &states,
        &amounts,
        &explanations,
        &occurred,
        &approved as &[Option<jiff_sqlx::Timestamp>],
        &payouts as &[Option<Uuid>],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Marks reimbursements whose payout ended.
pub(crate) async fn end(
    db: &mut PgConnection,
    ended: &HashMap<ReimbursementId, ReimbursementState>,
    now: Timestamp,
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = ended.keys().map(|id| (*id).into()).collect();
    let states: Vec<String> = ended.values().map(|state| state_name(*state).to_owned()).collect();
    sqlx::query!(
        "UPDATE reimbursements r
            SET state = n.state, paid_at = CASE WHEN n.state = 'PAID' THEN $3::timestamptz ELSE r.paid_at END
           FROM UNNEST($1::uuid[], $2::text[]) AS n (id, state) WHERE r.reimbursement_id = n.id",
        &ids,
        &states,
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Loads those of some ids that are undecided, and holds them until the transaction ends.
pub(crate) async fn lock_undecided(
    db: &mut PgConnection,
    ids: &[ReimbursementId],
) -> sqlx::Result<Vec<Reimbursement>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| (*id).into()).collect();
    let rows = sqlx::query_as!(
        Row,
        "SELECT reimbursement_id, subject, seller_id, order_id, asin, sku, quantity, reason, paid_minor, state,
                amount_minor, explanation, occurred_at, approved_at, paid_at
           FROM reimbursements WHERE reimbursement_id = ANY($1) AND state = 'UNDECIDED'
          ORDER BY reimbursement_id FOR UPDATE",
        &ids,
    )
    .fetch_all(db)
    .await?;
    rows.iter().map(Row::reimbursement).collect()
}

/// A reimbursement with when it was decided and paid.
pub(crate) struct Listed {
    pub(crate) reimbursement: Reimbursement,
    pub(crate) approved: Option<Timestamp>,
    pub(crate) paid: Option<Timestamp>,
}

/// A page, newest first, after the one of `after`.
pub(crate) async fn page(
    db: &mut PgConnection,
    seller: Option<SellerId>,
    after: Option<ReimbursementId>,
    size: i64,
) -> sqlx::Result<Vec<Listed>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT reimbursement_id, subject, seller_id, order_id, asin, sku, quantity, reason, paid_minor, state,
                amount_minor, explanation, occurred_at, approved_at, paid_at
           FROM reimbursements
          WHERE ($1::text IS NULL OR seller_id = $1)
            AND ($2::uuid IS NULL OR (occurred_at, reimbursement_id)
                 < (SELECT occurred_at, reimbursement_id FROM reimbursements WHERE reimbursement_id = $2))
          ORDER BY occurred_at DESC, reimbursement_id DESC LIMIT $3",
        seller.map(|seller| seller.to_string()),
        after.map(Uuid::from),
        size,
    )
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                reimbursement: row.reimbursement()?,
                approved: row.approved_at.map(|at| at.to_jiff()),
                paid: row.paid_at.map(|at| at.to_jiff()),
            })
        })
        .collect()
}

struct Row {
    reimbursement_id: Uuid,
    subject: Uuid,
    seller_id: String,
    order_id: String,
    asin: String,
    sku: String,
    quantity: i32,
    reason: String,
    paid_minor: i64,
    state: String,
    amount_minor: i64,
    explanation: String,
    occurred_at: jiff_sqlx::Timestamp,
    approved_at: Option<jiff_sqlx::Timestamp>,
    paid_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn reimbursement(&self) -> sqlx::Result<Reimbursement> {
        Ok(Reimbursement {
            id: self.reimbursement_id.into(),
            subject: self.subject,
            seller: stored("seller_id", &self.seller_id)?,
            order: stored("order_id", &self.order_id)?,
            asin: stored("asin", &self.asin)?,
            sku: stored("sku", &self.sku)?,
            quantity: number("quantity", self.quantity)?,
            cause: Cause::from_name(&self.reason).ok_or_else(|| broken("reason", &self.reason))?,
            paid: usd(self.paid_minor),
            occurred: self.occurred_at.to_jiff(),
            state: state(&self.state)?,
            amount: usd(self.amount_minor),
            explanation: self.explanation.lines().map(ToOwned::to_owned).collect(),
        })
    }
}

fn state_name(state: ReimbursementState) -> &'static str {
    match state {
        ReimbursementState::Undecided => "UNDECIDED",
        ReimbursementState::Approved => "APPROVED",
        ReimbursementState::Paid => "PAID",
        ReimbursementState::Failed => "FAILED",
    }
}

fn state(name: &str) -> sqlx::Result<ReimbursementState> {
    use ReimbursementState::{Approved, Failed, Paid, Undecided};
    let all = [Undecided, Approved, Paid, Failed];
    all.into_iter().find(|state| state_name(*state) == name).ok_or_else(|| broken("state", name))
}
