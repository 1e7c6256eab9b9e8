//! Shipments, as part of their orders.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use kernel::{Money, OrderId};
use sqlx::PgConnection;
use sqlx::types::{Json, Uuid};

use super::codes::Code as _;
use super::json::{ParcelJson, ShipmentLineJson};
use super::parsed;
use crate::domain::order::Order;
use crate::domain::parcel::Parcel;
use crate::domain::routing::Route;
use crate::domain::shipment::{AuthorityHold, Hold, Shipment, ShipmentLine, Stage};

/// The shipments of orders, by their place.
pub(super) async fn load(
    db: &mut PgConnection,
    orders: &[&str],
) -> sqlx::Result<HashMap<OrderId, Vec<Shipment>>> {
    let rows = sqlx::query!(
        r#"SELECT order_id, shipment_id, fc, gateway, carrier, service, route_cost,
                  lines AS "lines: Json<Vec<ShipmentLineJson>>", shipping_share, deposit_share, stage, cleared,
                  customs_hold_reason, customs_hold_remedy, customs_hold_deadline, authority_allowed,
                  authority_deadline, invoice, parcels AS "parcels: Json<Vec<ParcelJson>>", due, planned_at,
                  dispatched_at, ended_at
           FROM shipments WHERE order_id = ANY($1) ORDER BY order_id, position"#,
        orders as &[&str]
    )
    .fetch_all(db)
    .await?;
    let mut shipments: HashMap<OrderId, Vec<Shipment>> = HashMap::with_capacity(orders.len());
    for row in rows {
        let lines: sqlx::Result<Vec<ShipmentLine>> = row.lines.0.into_iter().map(TryInto::try_into).collect();
        let parcels = row.parcels.map_or_else(Vec::new, |Json(parcels)| parcels);
        let parcels: sqlx::Result<Vec<Parcel>> = parcels.into_iter().map(TryInto::try_into).collect();
        let deadline = row.customs_hold_deadline.map(|time| time.to_jiff());
        let held = row.customs_hold_reason.zip(row.customs_hold_remedy).zip(deadline);
        shipments.entry(parsed(&row.order_id)?).or_default().push(Shipment {
            id: row.shipment_id.into(),
            route: Route {
                fc: parsed(&row.fc)?,
                gateway: parsed(&row.gateway)?,
                carrier: Arc::from(row.carrier),
                service: Arc::from(row.service),
                cost: Money::usd(row.route_cost),
            },
            lines: lines?,
            shipping_share: Money::usd(row.shipping_share),
            deposit_share: Money::usd(row.deposit_share),
            stage: Stage::from_code(&row.stage)?,
            cleared: row.cleared,
            customs_hold: held.map(|((reason, remedy), deadline)| Hold { reason, remedy, deadline }),
            authority_hold: match row.authority_deadline {
                Some(deadline) => AuthorityHold::Held(deadline.to_jiff()),
                None if row.authority_allowed => AuthorityHold::Allowed,
                None => AuthorityHold::None,
            },
            invoice: row.invoice,
            parcels: parcels?,
            due: row.due.map(|time| time.to_jiff()),
            planned_at: row.planned_at.to_jiff(),
            dispatched_at: row.dispatched_at.map(|time| time.to_jiff()),
            ended_at: row.ended_at.map(|time| time.to_jiff()),
            changed: false,
        });
    }
    Ok(shipments)
}

/// Writes the shipments of new orders.
pub(super) async fn insert(db: &mut PgConnection, orders: &[Order]) -> sqlx::Result<()> {
    let all: Vec<(&Order, i16, &Shipment)> = (orders.iter())
        .flat_map(|order| {
            order.shipments.iter().zip(0_i16..).map(move |(shipment, at)| (order, at, shipment))
        })
        .collect();
    if all.is_empty() {
        return Ok(());
    }
    let all = all.iter();
    let ids: Vec<&str> = all.clone().map(|(order, ..)| order.id.as_str()).collect();
    let positions: Vec<i16> = all.clone().map(|(_, position, _)| *position).collect();
    let shipment_ids: Vec<Uuid> = all.clone().map(|(_, _, shipment)| shipment.id.into()).collect();
    let centers: Vec<&str> = all.clone().map(|(_, _, shipment)| shipment.route.fc.as_str()).collect();
    let gateways: Vec<&str> = all.clone().map(|(_, _, shipment)| shipment.route.gateway.as_str()).collect();
    let carriers: Vec<&str> = all.clone().map(|(_, _, shipment)| &*shipment.route.carrier).collect();
    let services: Vec<&str> = all.clone().map(|(_, _, shipment)| &*shipment.route.service).collect();
    let costs: Vec<i64> = all.clone().map(|(_, _, shipment)| shipment.route.cost.minor()).collect();
    let lines: Vec<Json<Vec<ShipmentLineJson>>> =
        all.clone().map(|(_, _, shipment)| Json(shipment.lines.iter().map(Into::into).collect())).collect();
    let shipping: Vec<i64> = all.clone().map(|(_, _, shipment)| shipment.shipping_share.minor()).collect();
    let deposits: Vec<i64> = all.clone().map(|(_, _, shipment)| shipment.deposit_share.minor()).collect();
    let planned: Vec<jiff_sqlx::Timestamp> =
        all.map(|(_, _, shipment)| shipment.planned_at.to_sqlx()).collect();
    sqlx::query!(
        "INSERT INTO shipments (order_id, position, shipment_id, fc, gateway, carrier, service, route_cost, lines,
                                shipping_share, deposit_share, planned_at, stage, cleared, authority_allowed)
         SELECT *, 'PLANNED', false, false
         FROM unnest($1::text[], $2::smallint[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
                     $8::bigint[], $9::jsonb[], $10::bigint[], $11::bigint[], $12::timestamptz[])",
        &ids as &[&str],
        &positions,
        &shipment_ids,
        &centers as &[&str],
        &gateways as &[&str],
        &carriers as &[&str],
        &services as &[&str],
        &costs,
        &lines as _,
        &shipping,
        &deposits,
        &planned,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Saves the changed shipments of orders.
pub(super) async fn update(db: &mut PgConnection, orders: &[Order]) -> sqlx::Result<()> {
    let changed: Vec<(&Order, i16, &Shipment)> = (orders.iter())
        .flat_map(|order| {
            order.shipments.iter().zip(0_i16..).map(move |(shipment, at)| (order, at, shipment))
        })
        .filter(|(_, _, shipment)| shipment.changed)
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let time = |time: Option<Timestamp>| time.map(|time| time.to_sqlx());
    let all = changed.iter();
    let ids: Vec<&str> = all.clone().map(|(order, ..)| order.id.as_str()).collect();
    let positions: Vec<i16> = all.clone().map(|(_, position, _)| *position).collect();
    let stages: Vec<&str> = all.clone().map(|(_, _, shipment)| shipment.stage.code()).collect();
    let cleared: Vec<bool> = all.clone().map(|(_, _, shipment)| shipment.cleared).collect();
    let hold =
        |shipment: &Shipment, part: fn(&Hold) -> &String| shipment.customs_hold.as_ref().map(part).cloned();
    let reasons: Vec<Option<String>> = all.clone().map(|(_, _, s)| hold(s, |hold| &hold.reason)).collect();
    let remedies: Vec<Option<String>> = all.clone().map(|(_, _, s)| hold(s, |hold| &hold.remedy)).collect();
    let deadlines: Vec<Option<jiff_sqlx::Timestamp>> =
        all.clone().map(|(_, _, s)| time(s.customs_hold.as_ref().map(|hold| hold.deadline))).collect();
    let allowed: Vec<bool> =
        all.clone().map(|(_, _, s)| s.authority_hold == AuthorityHold::Allowed).collect();
    let authority_deadlines: Vec<Option<jiff_sqlx::Timestamp>> = all
        .clone()
        .map(|(_, _, shipment)| match shipment.authority_hold {
            AuthorityHold::Held(deadline) => Some(deadline.to_sqlx()),
            AuthorityHold::None | AuthorityHold::Allowed => None,
        })
        .collect();
    let invoices: Vec<Option<&str>> =
        all.clone().map(|(_, _, shipment)| shipment.invoice.as_deref()).collect();
    let parcels: Vec<Option<Json<Vec<ParcelJson>>>> = all
        .clone()
        .map(|(_, _, s)| (!s.parcels.is_empty()).then(|| Json(s.parcels.iter().map(Into::into).collect())))
        .collect();
    let due: Vec<Option<jiff_sqlx::Timestamp>> = all.clone().map(|(_, _, s)| time(s.due)).collect();
    let dispatched: Vec<Option<jiff_sqlx::Timestamp>> =
        all.clone().map(|(_, _, s)| time(s.dispatched_at)).collect();
    let ended: Vec<Option<jiff_sqlx::Timestamp>> = all.map(|(_, _, s)| time(s.ended_at)).collect();
    sqlx::query!(
        "UPDATE shipments s SET stage = n.stage, cleared = n.cleared, customs_hold_reason = n.reason,
                customs_hold_remedy = n.remedy, customs_hold_deadline = n.deadline, authority_allowed = n.allowed,
                authority_deadline = n.authority_deadline, invoice = n.invoice, parcels = n.parcels, due = n.due,
                dispatched_at = n.dispatched_at, ended_at = n.ended_at
         FROM unnest($1::text[], $2::smallint[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::timestamptz[],
                     $8::boolean[], $9::timestamptz[], $10::text[], $11::jsonb[], $12::timestamptz[],
                     $13::timestamptz[], $14::timestamptz[])
              AS n (order_id, position, stage, cleared, reason, remedy, deadline, allowed, authority_deadline,
                    invoice, parcels, due, dispatched_at, ended_at)
         WHERE s.order_id = n.order_id AND s.position = n.position",
        &ids as &[&str],
        &positions,
        &stages as &[&str],
        &cleared,
        &reasons as &[Option<String>],
        &remedies as &[Option<String>],
        &deadlines as &[Option<jiff_sqlx::Timestamp>],
        &allowed,
        &authority_deadlines as &[Option<jiff_sqlx::Timestamp>],
        &invoices as &[Option<&str>],
        &parcels as _,
        &due as &[Option<jiff_sqlx::Timestamp>],
        &dispatched as &[Option<jiff_sqlx::Timestamp>],
        &ended as &[Option<jiff_sqlx::Timestamp>],
    )
    .execute(db)
    .await?;
    Ok(())
}
