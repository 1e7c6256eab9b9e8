//! Orders as the API shows them.

use std::collections::HashMap;

use chassis::Error;
use kernel::{OrderId, ShipmentId};
use messaging::calls::failed;
use sqlx::PgConnection;
use wire::convert::{money, timestamp};
use wire::fulfillment::v1 as api;

use super::errors::refused;
use crate::domain::order::{Order, OrderLine};
use crate::domain::reason::Reason;
use crate::domain::shipment::{Shipment, ShipmentLine};
use crate::publish::{order_state, shipment_state};
use crate::store;
use crate::store::history::StoredEntry;

/// An order with its history.
pub(super) async fn with_history(db: &mut PgConnection, order: Order) -> Result<api::Order, Error> {
    let mut histories = store::history::of(db, &[order.id]).await.map_err(failed)?;
    let history = histories.remove(&order.id).unwrap_or_default();
    Ok(api::Order { history: history.into_iter().map(entry).collect(), ..self::order(&order) })
}

/// Orders with their histories, in the order of `ids`.
pub(super) async fn all_with_history(
    db: &mut PgConnection,
    ids: &[OrderId],
) -> Result<Vec<api::Order>, Error> {
    let orders = store::orders::load(db, ids).await.map_err(failed)?;
    let mut histories: HashMap<OrderId, Vec<StoredEntry>> =
        store::history::of(db, ids).await.map_err(failed)?;
    let mut show = |id: &OrderId| {
        let history = histories.remove(id).unwrap_or_default().into_iter().map(entry).collect();
        orders.get(id).map(|order| api::Order { history, ..self::order(order) })
    };
    Ok(ids.iter().filter_map(&mut show).collect())
}

/// One shipment of an order.
pub(super) fn shipment_of(order: &Order, id: ShipmentId) -> Result<api::Shipment, Error> {
    let position = order.position(id).map_err(|fault| refused(fault.into()))?;
    Ok(shipment(order, &order.shipments[position]))
}

/// An order without its history.
fn order(order: &Order) -> api::Order {
    api::Order {
        order_id: order.id.to_string(),
        seller_id: order.seller.to_string(),
        state: order_state(order.state).into(),
        destination_country_code: order.destination.to_string(),
        purchase_time: Some(timestamp(order.purchased_at)),
        authority_id: order.authority.map(|authority| authority.to_string()).unwrap_or_default(),
        lines: order.lines.iter().map(|ordered| line(order, ordered)).collect(),
        shipments: order.shipments.iter().map(|own| shipment(order, own)).collect(),
        shipping_price: Some(money(order.shipping_price)),
        import_fees_deposit: Some(money(order.deposit)),
        quote_id: order.quote.to_string(),
        reasons: order.reasons.iter().map(reason).collect(),
        history: Vec::new(),
    }
}

fn line(order: &Order, line: &OrderLine) -> api::OrderLine {
    api::OrderLine {
        line_no: line.line_no.get(),
        sku: line.sku.to_string(),
        asin: line.asin.map(|asin| asin.to_string()).unwrap_or_default(),
        quantity: line.quantity.get(),
        unit_price: Some(money(line.unit_price)),
        promotion_discount: Some(money(line.discount)),
        reasons: line.reasons.iter().map(reason).collect(),
        cancelled: order.is_line_cancelled(line.line_no),
    }
}

fn reason(reason: &Reason) -> api::RefusalReason {
    api::RefusalReason { code: reason.code.to_string(), detail: reason.detail.clone() }
}

fn shipment(order: &Order, shipment: &Shipment) -> api::Shipment {
    let hold = shipment.hold();
    let (hold_reason, hold_remedy, hold_deadline) = match hold {
        Some(hold) => (hold.reason, hold.remedy, Some(timestamp(hold.deadline))),
        None => (String::new(), String::new(), None),
    };
    api::Shipment {
        shipment_id: shipment.id.to_string(),
        order_id: order.id.to_string(),
        seller_id: order.seller.to_string(),
        state: shipment_state(shipment.state()).into(),
        destination_country_code: order.destination.to_string(),
        fc: shipment.route.fc.to_string(),
        gateway: shipment.route.gateway.to_string(),
        carrier: shipment.route.carrier.to_string(),
        service: shipment.route.service.to_string(),
        route_cost: Some(money(shipment.route.cost)),
        lines: shipment.lines.iter().map(|line| shipment_line(order, line)).collect(),
        tracking_numbers: shipment.tracking_numbers().map(|number| number.to_string()).collect(),
        hold_reason,
        hold_remedy,
        hold_deadline,
        planned_time: Some(timestamp(shipment.planned_at)),
        dispatched_time: shipment.dispatched_at.map(timestamp),
        ended_time: shipment.ended_at.map(timestamp),
    }
}

fn shipment_line(order: &Order, line: &ShipmentLine) -> api::ShipmentLine {
    let ordered = order.line(line.line_no);
    api::ShipmentLine {
        line_no: line.line_no.get(),
        sku: ordered.map(|ordered| ordered.sku.to_string()).unwrap_or_default(),
        asin: ordered.and_then(|ordered| ordered.asin).map(|asin| asin.to_string()).unwrap_or_default(),
        fnsku: line.fnsku.to_string(),
        quantity: line.quantity.get(),
    }
}

fn entry(entry: StoredEntry) -> api::HistoryEntry {
    api::HistoryEntry {
        time: Some(timestamp(entry.at)),
        event: entry.event,
        actor: entry.actor,
        shipment_id: entry.shipment_id.map(|id| id.to_string()).unwrap_or_default(),
        detail: entry.detail,
    }
}
