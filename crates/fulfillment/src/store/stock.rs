//! Stock: rows are locked in the order (fc, fnsku, seller_id), and each is changed once per batch.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use kernel::{FcCode, Fnsku, SellerId, Sku};
use sqlx::PgConnection;

use super::{count, decode, parsed};
use crate::domain::stock::{Holding, StockDelta, StockKey, StockPool};

/// Locks and reads everything the centers hold of these sellers' labels.
///
/// # Errors
/// The database's.
pub(crate) async fn lock_pool(
    db: &mut PgConnection,
    labels: &[(SellerId, Fnsku)],
) -> sqlx::Result<StockPool> {
    let sellers: Vec<&str> = labels.iter().map(|(seller, _)| seller.as_str()).collect();
    let fnskus: Vec<&str> = labels.iter().map(|(_, fnsku)| fnsku.as_str()).collect();
    let rows = sqlx::query!(
        r#"SELECT s.fc, s.fnsku, s.seller_id, s.on_hand, s.reserved
           FROM stock s JOIN unnest($1::text[], $2::text[]) AS k (seller_id, fnsku) USING (seller_id, fnsku)
           ORDER BY s.fc, s.fnsku, s.seller_id FOR UPDATE OF s"#,
        &sellers as &[&str],
        &fnskus as &[&str],
    )
    .fetch_all(db)
    .await?;
    let mut pool = StockPool::default();
    for row in rows {
        let holding = Holding::new(parsed(&row.fc)?, count(row.on_hand)?, count(row.reserved)?)
            .ok_or_else(|| decode(format!("{} of {} in {} is oversold", row.fnsku, row.seller_id, row.fc)))?;
        pool.insert(parsed(&row.seller_id)?, parsed(&row.fnsku)?, holding);
    }
    Ok(pool)
}

/// Changes stock rows, each once, after locking them in order.
///
/// # Errors
/// The database's; a change past the stock breaks the constraint `stock_not_oversold`.
pub(crate) async fn change(
    db: &mut PgConnection,
    changes: impl IntoIterator<Item = (StockKey, StockDelta)>,
) -> sqlx::Result<()> {
    let mut sums: BTreeMap<StockKey, StockDelta> = BTreeMap::new();
    for (key, delta) in changes {
        let sum = sums.entry(key).or_default();
        *sum = sum.and(delta);
    }
    sums.retain(|_, delta| !delta.is_zero());
    if sums.is_empty() {
        return Ok(());
    }
    let centers: Vec<&str> = sums.keys().map(|key| key.fc.as_str()).collect();
    let fnskus: Vec<&str> = sums.keys().map(|key| key.fnsku.as_str()).collect();
    let sellers: Vec<&str> = sums.keys().map(|key| key.seller.as_str()).collect();
    let received: Vec<i64> = sums.values().map(|delta| delta.received).collect();
    let restocked: Vec<i64> = sums.values().map(|delta| delta.restocked).collect();
    let dispatched: Vec<i64> = sums.values().map(|delta| delta.dispatched).collect();
    let reserved: Vec<i64> = sums.values().map(|delta| delta.reserved).collect();
    let updated = sqlx::query!(
        "WITH locked AS MATERIALIZED (
             SELECT n.* FROM stock s
             JOIN unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
                  AS n (fc, fnsku, seller_id, received, restocked, dispatched, reserved) USING (fc, fnsku, seller_id)
             ORDER BY s.fc, s.fnsku, s.seller_id FOR UPDATE OF s
         )
         UPDATE stock s SET received = s.received + n.received, restocked = s.restocked + n.restocked,
                            dispatched = s.dispatched + n.dispatched, reserved = s.reserved + n.reserved
         FROM locked n WHERE s.fc = n.fc AND s.fnsku = n.fnsku AND s.seller_id = n.seller_id",
        &centers as &[&str],
        &fnskus as &[&str],
        &sellers as &[&str],
        &received,
        &restocked,
        &dispatched,
        &reserved,
    )
    .execute(db)
    .await?;
    if updated.rows_affected() != sums.len() as u64 {
        return Err(decode("a stock row to be changed is not there"));
    }
    Ok(())
}

/// How units came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ArrivalKind {
    /// Sellable units of the seller were put away.
    Receipt,
    /// A returned unit was put back.
    Restock,
}

impl ArrivalKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Receipt => "RECEIPT",
            Self::Restock => "RESTOCK",
        }
    }
}

/// Units that came in.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    /// How.
    pub(crate) kind: ArrivalKind,
    /// Names it among those of its kind: receipt id or LPN.
    pub(crate) id: String,
    /// Center.
    pub(crate) fc: FcCode,
    /// Owner.
    pub(crate) seller: SellerId,
    /// Owner's name of the offer.
    pub(crate) sku: Sku,
    /// Label.
    pub(crate) fnsku: Fnsku,
    /// One or more.
    pub(crate) units: u32,
    /// When.
    pub(crate) at: Timestamp,
}

/// Books arrivals, each once however often it is told, and puts their units into stock.
///
/// # Errors
/// The database's.
pub(crate) async fn arrive(db: &mut PgConnection, arrivals: &[Arrival]) -> sqlx::Result<()> {
    let all = arrivals.iter();
    let kinds: Vec<&str> = all.clone().map(|arrival| arrival.kind.code()).collect();
    let ids: Vec<&str> = all.clone().map(|arrival| arrival.id.as_str()).collect();
    let centers: Vec<&str> = all.clone().map(|arrival| arrival.fc.as_str()).collect();
    let fnskus: Vec<&str> = all.clone().map(|arrival| arrival.fnsku.as_str()).collect();
    let sellers: Vec<&str> = all.clone().map(|arrival| arrival.seller.as_str()).collect();
    let units: Vec<i64> = all.clone().map(|arrival| arrival.units.into()).collect();
    let times: Vec<jiff_sqlx::Timestamp> = all.map(|arrival| arrival.at.to_sqlx()).collect();
    let fresh = sqlx::query!(
        "INSERT INTO stock_arrivals (kind, arrival_id, fc, fnsku, seller_id, units, arrived_at)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
                              $7::timestamptz[])
         ORDER BY 1, 2
         ON CONFLICT DO NOTHING
         RETURNING kind, fc, fnsku, seller_id, units",
        &kinds as &[&str],
        &ids as &[&str],
        &centers as &[&str],
        &fnskus as &[&str],
        &sellers as &[&str],
        &units,
        &times,
    )
    .fetch_all(&mut *db)
    .await?;
    open_rows(db, arrivals).await?;
    let mut changes = Vec::with_capacity(fresh.len());
    for row in &fresh {
        let key =
            StockKey { fc: parsed(&row.fc)?, fnsku: parsed(&row.fnsku)?, seller: parsed(&row.seller_id)? };
        let delta = if row.kind == ArrivalKind::Receipt.code() {
            StockDelta { received: row.units, ..StockDelta::default() }
        } else {
            StockDelta { restocked: row.units, ..StockDelta::default() }
        };
        changes.push((key, delta));
    }
    change(db, changes).await
}

/// Makes sure that every place an arrival goes to has its row.
async fn open_rows(db: &mut PgConnection, arrivals: &[Arrival]) -> sqlx::Result<()> {
    let places: BTreeMap<StockKey, &Sku> = arrivals
        .iter()
        .map(|arrival| {
            (StockKey { fc: arrival.fc, fnsku: arrival.fnsku, seller: arrival.seller }, &arrival.sku)
        })
        .collect();
    let centers: Vec<&str> = places.keys().map(|key| key.fc.as_str()).collect();
    let fnskus: Vec<&str> = places.keys().map(|key| key.fnsku.as_str()).collect();
    let sellers: Vec<&str> = places.keys().map(|key| key.seller.as_str()).collect();
    let skus: Vec<&str> = places.values().map(|sku| sku.as_str()).collect();
    sqlx::query!(
        "INSERT INTO stock (fc, fnsku, seller_id, sku)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
         ON CONFLICT DO NOTHING",
        &centers as &[&str],
        &fnskus as &[&str],
        &sellers as &[&str],
        &skus as &[&str],
    )
    .execute(db)
    .await?;
    Ok(())
}
