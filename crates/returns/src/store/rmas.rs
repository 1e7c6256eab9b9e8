//! Returns with the units they expect and the units that came.

use std::collections::{BTreeMap, HashMap};

use jiff_sqlx::ToSqlx;
use kernel::{Money, OrderId, RmaId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::sold::line_no;
use super::{broken, int, number, position, stored, usd};
use crate::domain::{Disposition, Line, ReturnedUnit, Rma, SoldLine, State};

/// Loads returns and holds them until the transaction ends. Unknown ids are left out.
pub(crate) async fn lock(db: &mut PgConnection, ids: &[RmaId]) -> sqlx::Result<HashMap<RmaId, Rma>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| (*id).into()).collect();
    let rows = sqlx::query_as!(
        RmaRow,
        "SELECT rma_id, order_id, seller_id, state, authorised_at, authorised_by, exception, deadline
           FROM returns WHERE rma_id = ANY($1) ORDER BY rma_id FOR UPDATE",
        &ids,
    )
    .fetch_all(&mut *db)
    .await?;
    let rmas = whole(db, rows).await?;
    Ok(rmas.into_iter().map(|rma| (rma.id, rma)).collect())
}

/// One return as it is now.
pub(crate) async fn find(db: &mut PgConnection, id: RmaId) -> sqlx::Result<Option<Rma>> {
    let row = sqlx::query_as!(
        RmaRow,
        "SELECT rma_id, order_id, seller_id, state, authorised_at, authorised_by, exception, deadline
           FROM returns WHERE rma_id = $1",
        Uuid::from(id),
    )
    .fetch_optional(&mut *db)
    .await?;
    Ok(whole(db, row.into_iter().collect()).await?.pop())
}

/// A page of returns, newest first, after the one of `after`.
pub(crate) async fn page(
    db: &mut PgConnection,
    order: Option<&OrderId>,
    after: Option<RmaId>,
    size: i64,
) -> sqlx::Result<Vec<Rma>> {
    let rows = sqlx::query_as!(
        RmaRow,
        "SELECT rma_id, order_id, seller_id, state, authorised_at, authorised_by, exception, deadline
           FROM returns
          WHERE ($1::text IS NULL OR order_id = $1)
            AND ($2::uuid IS NULL
                 OR (authorised_at, rma_id) < (SELECT authorised_at, rma_id FROM returns WHERE rma_id = $2))
          ORDER BY authorised_at DESC, rma_id DESC LIMIT $3",
        order.map(ToString::to_string),
        after.map(Uuid::from),
        size,
    )
    .fetch_all(&mut *db)
    .await?;
    whole(db, rows).await
}

/// Saves returns with their lines (written once) and units.
pub(crate) async fn save(db: &mut PgConnection, rmas: &[&Rma]) -> sqlx::Result<()> {
    save_heads(db, rmas).await?;
    insert_lines(db, rmas).await?;
    save_units(db, rmas).await
}

async fn save_heads(db: &mut PgConnection, rmas: &[&Rma]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = rmas.iter().map(|rma| rma.id.into()).collect();
    let orders: Vec<String> = rmas.iter().map(|rma| rma.order.to_string()).collect();
    let sellers: Vec<String> = rmas.iter().map(|rma| rma.seller.to_string()).collect();
    let states: Vec<String> = rmas.iter().map(|rma| state_name(rma.state).to_owned()).collect();
    let authorised: Vec<_> = rmas.iter().map(|rma| rma.authorised.to_sqlx()).collect();
    let actors: Vec<String> = rmas.iter().map(|rma| rma.authorised_by.clone()).collect();
    let exceptions: Vec<String> = rmas.iter().map(|rma| rma.exception.clone()).collect();
    let deadlines: Vec<_> = rmas.iter().map(|rma| rma.deadline.to_sqlx()).collect();
    sqlx::query!(
        "INSERT INTO returns
                (rma_id, order_id, seller_id, state, authorised_at, authorised_by, exception, deadline)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[],
                              $7::text[], $8::timestamptz[])
         ON CONFLICT (rma_id) DO UPDATE SET state = excluded.state",
        &ids,
        &orders,
        &sellers,
        &states,
        &authorised,
        &actors,
        &exceptions,
        &deadlines,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn insert_lines(db: &mut PgConnection, rmas: &[&Rma]) -> sqlx::Result<()> {
    let lines =
        rmas.iter().flat_map(|rma| rma.lines.iter().enumerate().map(move |(at, line)| (rma.id, at, line)));
    let lines: Vec<(RmaId, usize, &Line)> = lines.collect();
    let ids: Vec<Uuid> = lines.iter().map(|(id, ..)| (*id).into()).collect();
    let positions: Vec<i32> = lines.iter().map(|(_, at, _)| position(*at)).collect();
    let shipments: Vec<Uuid> = lines.iter().map(|(.., line)| line.shipment.into()).collect();
    let numbers: Vec<i32> = lines.iter().map(|(.., line)| int(line.line.get())).collect();
    let reasons: Vec<String> = lines.iter().map(|(.., line)| line.reason.clone()).collect();
    let firsts: Vec<i32> = lines.iter().map(|(.., line)| int(line.first_unit)).collect();
    let quantities: Vec<i32> = lines.iter().map(|(.., line)| int(line.quantity)).collect();
    sqlx::query!(
        "INSERT INTO return_lines (rma_id, position, shipment_id, line_no, reason_code, first_unit, quantity)
         SELECT * FROM UNNEST($1::uuid[], $2::int[], $3::uuid[], $4::int[], $5::text[], $6::int[], $7::int[])
         ON CONFLICT DO NOTHING",
        &ids,
        &positions,
        &shipments,
        &numbers,
        &reasons,
        &firsts,
        &quantities,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn save_units(db: &mut PgConnection, rmas: &[&Rma]) -> sqlx::Result<()> {
    let units =
        rmas.iter().flat_map(|rma| rma.units.iter().enumerate().map(move |(at, unit)| (rma.id, at, unit)));
    let units: Vec<(RmaId, usize, &ReturnedUnit)> = units.collect();
    let lpns: Vec<String> = units.iter().map(|(.., unit)| unit.lpn.to_string()).collect();
    let ids: Vec<Uuid> = units.iter().map(|(id, ..)| (*id).into()).collect();
    let positions: Vec<i32> = units.iter().map(|(_, at, _)| position(*at)).collect();
    let numbers: Vec<i32> = units.iter().map(|(.., unit)| int(unit.line.get())).collect();
    let fcs: Vec<String> = units.iter().map(|(.., unit)| unit.fc.to_string()).collect();
    let prices: Vec<i64> = units.iter().map(|(.., unit)| unit.price.minor()).collect();
    let postage: Vec<Option<i64>> = units.iter().map(|(.., unit)| unit.postage.map(|p| p.minor())).collect();
    let currencies: Vec<Option<String>> =
        units.iter().map(|(.., unit)| unit.postage.map(|p| p.currency().to_string())).collect();
    let dispositions: Vec<String> =
        units.iter().map(|(.., unit)| unit.disposition.map_or("", Disposition::name).to_owned()).collect();
    let refunds: Vec<i64> = units.iter().map(|(.., unit)| unit.refund.minor()).collect();
    let postage_refunds: Vec<i64> = units.iter().map(|(.., unit)| unit.postage_refund.minor()).collect();
    let reimbursements: Vec<Option<Uuid>> =
        units.iter().map(|(.., unit)| unit.reimbursement.map(Uuid::from)).collect();
    sqlx::query!(
        "INSERT INTO return_units (lpn, rma_id, position, line_no, fc, price_minor, postage_minor, postage_currency,
                                   disposition, refund_minor, postage_refund_minor, reimbursement_id)
         SELECT * FROM UNNEST($1::text[], $2::uuid[], $3::int[], $4::int[], $5::text[], $6::bigint[], $7::bigint[],
                              $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::uuid[])
         ON CONFLICT (lpn) DO UPDATE
            SET disposition = excluded.disposition, refund_minor = excluded.refund_minor,
                postage_refund_minor = excluded.postage_refund_minor, reimbursement_id = excluded.reimbursement_id",
        &lpns,
        &ids,
        &positions,
        &numbers,
        &fcs,
        &prices,
        &postage as &[Option<i64>],
        &currencies as &[Option<String>],
        &dispositions,
        &refunds,
        &postage_refunds,
        &reimbursements as &[Option<Uuid>],
    )
    .execute(db)
    .await?;
    Ok(())
}

struct RmaRow {
    rma_id: Uuid,
    order_id: String,
    seller_id: String,
    state: String,
    authorised_at: jiff_sqlx::Timestamp,
    authorised_by: String,
    exception: String,
    deadline: jiff_sqlx::Timestamp,
}

async fn whole(db: &mut PgConnection, rows: Vec<RmaRow>) -> sqlx::Result<Vec<Rma>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.rma_id).collect();
    let mut lines = load_lines(db, &ids).await?;
    let mut units = load_units(db, &ids).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Rma {
                id: row.rma_id.into(),
                order: stored("order_id", &row.order_id)?,
                seller: stored("seller_id", &row.seller_id)?,
                state: state(&row.state)?,
                authorised: row.authorised_at.to_jiff(),
                authorised_by: row.authorised_by,
                exception: row.exception,
                deadline: row.deadline.to_jiff(),
                lines: lines.remove(&row.rma_id).unwrap_or_default(),
                units: units.remove(&row.rma_id).unwrap_or_default(),
            })
        })
        .collect()
}

async fn load_lines(db: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<BTreeMap<Uuid, Vec<Line>>> {
    let rows = sqlx::query!(
        "SELECT r.rma_id, r.shipment_id, r.line_no, r.reason_code, r.first_unit, r.quantity, s.sku, s.asin, s.fnsku,
                s.quantity AS sold, s.paid_minor
           FROM return_lines r JOIN shipment_lines s USING (shipment_id, line_no)
          WHERE r.rma_id = ANY($1) ORDER BY r.rma_id, r.position",
        ids,
    )
    .fetch_all(db)
    .await?;
    let mut lines: BTreeMap<Uuid, Vec<Line>> = BTreeMap::new();
    for row in rows {
        let (first, quantity) = (number("first_unit", row.first_unit)?, number("quantity", row.quantity)?);
        let sold = SoldLine {
            line: line_no(row.line_no)?,
            sku: stored("sku", &row.sku)?,
            asin: stored("asin", &row.asin)?,
            fnsku: stored("fnsku", &row.fnsku)?,
            quantity: number("quantity", row.sold)?,
            paid: usd(row.paid_minor),
            authorised: first,
        };
        lines.entry(row.rma_id).or_default().push(Line {
            shipment: row.shipment_id.into(),
            line: sold.line,
            prices: sold.prices(first, quantity),
            sku: sold.sku,
            asin: sold.asin,
            fnsku: sold.fnsku,
            first_unit: first,
            quantity,
            reason: row.reason_code,
        });
    }
    Ok(lines)
}

async fn load_units(db: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<BTreeMap<Uuid, Vec<ReturnedUnit>>> {
    let rows = sqlx::query!(
        "SELECT rma_id, lpn, line_no, fc, price_minor, postage_minor, postage_currency, disposition, refund_minor,
                postage_refund_minor, reimbursement_id
           FROM return_units WHERE rma_id = ANY($1) ORDER BY rma_id, position",
        ids,
    )
    .fetch_all(db)
    .await?;
    let mut units: BTreeMap<Uuid, Vec<ReturnedUnit>> = BTreeMap::new();
    for row in rows {
        let postage = match (row.postage_minor, &row.postage_currency) {
            (Some(minor), Some(code)) => Some(Money::new(stored("postage_currency", code)?, minor)),
            _ => None,
        };
        units.entry(row.rma_id).or_default().push(ReturnedUnit {
            lpn: stored("lpn", &row.lpn)?,
            line: line_no(row.line_no)?,
            fc: stored("fc", &row.fc)?,
            price: usd(row.price_minor),
            postage,
            disposition: disposition(&row.disposition)?,
            refund: usd(row.refund_minor),
            postage_refund: usd(row.postage_refund_minor),
            reimbursement: row.reimbursement_id.map(Into::into),
        });
    }
    Ok(units)
}

fn disposition(name: &str) -> sqlx::Result<Option<Disposition>> {
    if name.is_empty() {
        return Ok(None);
    }
    Disposition::from_name(name).map(Some).ok_or_else(|| broken("disposition", name))
}

pub(crate) fn state_name(state: State) -> &'static str {
    match state {
        State::Authorised => "AUTHORISED",
        State::Receiving => "RECEIVING",
        State::Closed => "CLOSED",
    }
}

fn state(name: &str) -> sqlx::Result<State> {
    [State::Authorised, State::Receiving, State::Closed]
        .into_iter()
        .find(|state| state_name(*state) == name)
        .ok_or_else(|| broken("state", name))
}
