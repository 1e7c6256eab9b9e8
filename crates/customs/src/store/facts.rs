//! What the audit is told, row by row from one snapshot.

use std::collections::{BTreeMap, HashMap};

use futures::TryStreamExt;
use kernel::{Money, OrderId, ShipmentId};
use messaging::{AuditSource, FactSink};
use sqlx::PgConnection;
use wire::convert::money;
use wire::ops::v1::Fact;

use super::{from_json, stored};
use crate::domain::deposit::{DepositState, NOTHING, RefundState};
use crate::domain::shipment::{Clearance, Shipment};

/// The facts of this service.
pub(crate) struct Facts;

impl AuditSource for Facts {
    async fn facts(&self, db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
        shipments(db, sink).await?;
        invoices(db, sink).await?;
        ledger_accounts(db, sink).await
    }
}

async fn shipments(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows =
        sqlx::query!("SELECT shipment_id, order_id, version, plan, state FROM shipments").fetch(db);
    while let Some(row) = rows.try_next().await? {
        let shipment = Shipment {
            id: ShipmentId::new(row.shipment_id),
            order_id: stored::<OrderId>(&row.order_id)?,
            version: row.version,
            plan: row.plan.map(from_json).transpose()?,
            recipient: None,
            state: from_json(row.state)?,
        };
        sink.push(clearance(&shipment)).await?;
        sink.push(deposit(&shipment)).await?;
        if let Some(fact) = refund(&shipment) {
            sink.push(fact).await?;
        }
    }
    Ok(())
}

fn clearance(shipment: &Shipment) -> Fact {
    let state = match shipment.state.clearance {
        Clearance::Pending => "UNSPECIFIED",
        Clearance::Filing => "FILING",
        Clearance::Held => "HELD",
        Clearance::Cleared => "CLEARED",
        Clearance::Void => "VOID",
    };
    let over = shipment.state.clearance == Clearance::Void || shipment.deposit_is_final();
    Fact {
        version: shipment.version,
        ..fact("customs_shipment", shipment.id.to_string(), state, over, [], order(shipment))
    }
}

fn deposit(shipment: &Shipment) -> Fact {
    let deposit = &shipment.state.deposit;
    let state = match deposit.state {
        DepositState::Expected => "EXPECTED",
        DepositState::Held => "HELD",
        DepositState::Settled => "SETTLED",
        DepositState::Returned => "RETURNED",
    };
    let booked = shipment.booked_deposit();
    let settled = deposit.settlement;
    let refunded = deposit.refund.filter(|refund| refund.state == RefundState::Settled);
    let amounts = [
        ("deposit", booked),
        ("charges", settled.map_or(NOTHING, |s| s.charges)),
        ("charges_from_deposit", settled.map_or(NOTHING, |s| s.from_deposit)),
        ("refund", settled.map_or(NOTHING, |s| s.refund)),
        ("refunded", refunded.map_or(NOTHING, |refund| refund.amount)),
        ("held", if deposit.state == DepositState::Held { booked } else { NOTHING }),
        ("shortfall", settled.map_or(NOTHING, |s| s.shortfall)),
        ("late_charges", deposit.late_charges.unwrap_or(NOTHING)),
    ];
    fact("deposit", shipment.id.to_string(), state, shipment.deposit_is_final(), amounts, order(shipment))
}

fn refund(shipment: &Shipment) -> Option<Fact> {
    let refund = shipment.state.deposit.refund?;
    let (state, over) = match refund.state {
        RefundState::Requested | RefundState::Waiting => ("REQUESTED", false),
        RefundState::Settled => ("SETTLED", true),
        RefundState::Failed => ("FAILED", true),
    };
    let mut refs = order(shipment);
    refs.push(("shipment_id", shipment.id.to_string()));
    refs.push(("purpose", "IMPORT_FEES_DEPOSIT".to_owned()));
    let mut fact =
        fact("refund", refund.refund_id.to_string(), state, over, [("amount", refund.amount)], refs);
    fact.units = HashMap::from([("attempts".to_owned(), i64::from(refund.attempts))]);
    Some(fact)
}

fn order(shipment: &Shipment) -> Vec<(&'static str, String)> {
    vec![("order_id", shipment.order_id.to_string())]
}

async fn invoices(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows =
        sqlx::query!("SELECT invoice_number, shipment_id, seller_id, currency, total FROM invoices")
            .fetch(db);
    while let Some(row) = rows.try_next().await? {
        let total = Money::new(stored(&row.currency)?, row.total);
        let refs = vec![("shipment_id", row.shipment_id.to_string()), ("seller_id", row.seller_id)];
        sink.push(fact("invoice", row.invoice_number, "ISSUED", true, [("total", total)], refs)).await?;
    }
    Ok(())
}

/// Accounts are few: their sums are kept while the book streams by.
async fn ledger_accounts(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut accounts: BTreeMap<String, (i64, BTreeMap<String, Money>)> = BTreeMap::new();
    let mut book = std::pin::pin!(ledger::postings(db));
    while let Some(line) = book.try_next().await? {
        let amount = line.posting.amount();
        let (postings, balances) = accounts.entry(line.posting.account().to_string()).or_default();
        *postings += 1;
        let balance = balances.entry(amount.currency().to_string()).or_insert(Money::zero(amount.currency()));
        *balance = balance.checked_add(amount)?;
    }
    for (account, (postings, balances)) in accounts {
        let mut fact = fact("ledger", account, "", false, [], Vec::new());
        fact.units = HashMap::from([("postings".to_owned(), postings)]);
        fact.amounts = balances.into_iter().map(|(currency, balance)| (currency, money(balance))).collect();
        sink.push(fact).await?;
    }
    Ok(())
}

fn fact<const N: usize>(
    kind: &str,
    id: String,
    state: &str,
    over: bool,
    amounts: [(&str, Money); N],
    refs: Vec<(&str, String)>,
) -> Fact {
    Fact {
        kind: kind.to_owned(),
        id,
        version: 0,
        state: state.to_owned(),
        r#final: over,
        units: HashMap::new(),
        amounts: amounts.into_iter().map(|(name, amount)| (name.to_owned(), money(amount))).collect(),
        refs: refs.into_iter().map(|(name, id)| (name.to_owned(), id)).collect(),
    }
}
