//! The facts of returns, streamed from one snapshot.

use std::collections::HashMap;

use futures::TryStreamExt as _;
use kernel::Money;
use messaging::{AuditSource, FactSink};
use sqlx::PgConnection;
use wire::convert::money;
use wire::ops::v1::Fact;

/// Everything returns knows, as facts.
pub(crate) struct Facts;

impl AuditSource for Facts {
    async fn facts(&self, db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
        returns(db, sink).await?;
        lost_shipments(db, sink).await?;
        units(db, sink).await?;
        reimbursements(db, sink).await?;
        money_requests(db, sink).await?;
        ledger_accounts(db, sink).await
    }
}

async fn returns(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = sqlx::query!(
        r#"SELECT r.rma_id, r.order_id, r.seller_id, r.state, r.version,
                  (SELECT sum(quantity) FROM return_lines l WHERE l.rma_id = r.rma_id) AS "authorised!",
                  (SELECT count(*) FROM return_units u WHERE u.rma_id = r.rma_id) AS "received!",
                  (SELECT count(*) FROM return_units u WHERE u.rma_id = r.rma_id AND u.disposition <> '') AS "disposed!"
             FROM returns r"#
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await? {
        let units = [("authorised", row.authorised), ("received", row.received), ("disposed", row.disposed)];
        let refs = [("order_id", row.order_id), ("seller_id", row.seller_id)];
        let is_final = row.state == "CLOSED";
        sink.push(Fact {
            version: row.version,
            units: counts(units),
            ..fact("return", row.rma_id.to_string(), row.state, is_final, refs)
        })
        .await?;
    }
    Ok(())
}

async fn lost_shipments(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = sqlx::query!(
        r#"SELECT s.shipment_id, s.order_id, s.version,
                  (SELECT sum(quantity) FROM shipment_lines l WHERE l.shipment_id = s.shipment_id) AS "units!"
             FROM shipments s WHERE s.version > 0"#
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await? {
        let id = row.shipment_id.to_string();
        sink.push(Fact {
            version: row.version,
            units: counts([("units", row.units)]),
            ..fact("lost_shipment", id, "REIMBURSED".into(), true, [("order_id", row.order_id)])
        })
        .await?;
    }
    Ok(())
}

async fn units(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = sqlx::query!(
        r#"SELECT u.lpn, u.rma_id, r.order_id, u.fc, u.disposition, u.refund_minor, u.postage_refund_minor,
                  u.reimbursement_id,
                  (SELECT s.fnsku FROM return_lines l JOIN shipment_lines s USING (shipment_id, line_no)
                    WHERE l.rma_id = u.rma_id AND l.line_no = u.line_no ORDER BY l.position LIMIT 1) AS "fnsku!"
             FROM return_units u JOIN returns r USING (rma_id)"#
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await? {
        let judged = !row.disposition.is_empty();
        let state = if judged { row.disposition.clone() } else { "RECEIVED".to_owned() };
        let rma = row.rma_id.to_string();
        let refs = [("rma_id", rma), ("order_id", row.order_id), ("fc", row.fc), ("fnsku", row.fnsku)];
        let mut unit = fact("return_unit", row.lpn, state, judged, refs);
        unit.units = counts([("restocked", i64::from(row.disposition == "SELLABLE"))]);
        unit.amounts = usd([("refund", row.refund_minor), ("postage_refund", row.postage_refund_minor)]);
        if let Some(id) = row.reimbursement_id {
            unit.refs.insert("reimbursement_id".to_owned(), id.to_string());
        }
        sink.push(unit).await?;
    }
    Ok(())
}

async fn reimbursements(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = sqlx::query!(
        "SELECT reimbursement_id, seller_id, order_id, quantity, state, amount_minor, payout_id FROM reimbursements"
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await? {
        let is_final = ["PAID", "FAILED"].contains(&row.state.as_str());
        let refs = [("seller_id", row.seller_id), ("order_id", row.order_id)];
        let mut owed = fact("reimbursement", row.reimbursement_id.to_string(), row.state, is_final, refs);
        owed.units = counts([("units", i64::from(row.quantity))]);
        owed.amounts = usd([("amount", row.amount_minor)]);
        if let Some(id) = row.payout_id {
            owed.refs.insert("payout_id".to_owned(), id.to_string());
        }
        sink.push(owed).await?;
    }
    Ok(())
}

async fn money_requests(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = sqlx::query!(
        "SELECT request_id, kind, order_id, shipment_id, seller_id, amount_minor, reference, state, attempts
           FROM money_requests"
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await? {
        let is_final = row.state != "REQUESTED";
        let id = row.request_id.to_string();
        let mut asked = if row.kind == "PAYOUT" {
            let refs = [("seller_id", row.seller_id), ("reference", row.reference)];
            fact("payout", id, row.state, is_final, refs)
        } else {
            fact("refund", id, row.state, is_final, [("order_id", row.order_id), ("purpose", row.kind)])
        };
        asked.units = counts([("attempts", i64::from(row.attempts))]);
        asked.amounts = usd([("amount", row.amount_minor)]);
        if let Some(id) = row.shipment_id {
            asked.refs.insert("shipment_id".to_owned(), id.to_string());
        }
        sink.push(asked).await?;
    }
    Ok(())
}

/// Every account with its balance: the whole ledger sums to zero.
async fn ledger_accounts(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut accounts: HashMap<String, Fact> = HashMap::new();
    for balance in ledger::balances(db, "").await? {
        let name = balance.account.to_string();
        let account =
            accounts.entry(name.clone()).or_insert_with(|| fact("ledger", name, String::new(), false, []));
        account.amounts.insert(balance.net.currency().to_string(), money(balance.net));
    }
    for account in accounts.into_values() {
        sink.push(account).await?;
    }
    Ok(())
}

fn fact<const N: usize>(
    kind: &str,
    id: String,
    state: String,
    is_final: bool,
    refs: [(&str, String); N],
) -> Fact {
    let refs = refs.into_iter().map(|(name, id)| (name.to_owned(), id)).collect();
    Fact { kind: kind.to_owned(), id, state, r#final: is_final, refs, ..Fact::default() }
}

fn counts<const N: usize>(units: [(&str, i64); N]) -> HashMap<String, i64> {
    units.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

fn usd<const N: usize>(amounts: [(&str, i64); N]) -> HashMap<String, wire::common::v1::Money> {
    amounts.into_iter().map(|(name, cents)| (name.to_owned(), money(Money::usd(cents)))).collect()
}
