//! The order of locks: a transaction locks all its orders, by number, before any stock, and stock once, by label. One that
//! changes orders in several steps says so first; otherwise two of them could wait for each other.

use std::collections::BTreeSet;

use kernel::{Fnsku, OrderId, RefundId, SellerId};
use messaging::HandleError;
use sqlx::PgConnection;

use crate::domain::order::Order;
use crate::store;

/// Locks these orders, and those of the refunds.
pub(crate) async fn hold_orders(
    db: &mut PgConnection,
    orders: impl IntoIterator<Item = OrderId>,
    refunds: &[RefundId],
) -> Result<(), HandleError> {
    let mut all = BTreeSet::from_iter(orders);
    if !refunds.is_empty() {
        all.extend(store::refunds::orders_of(db, refunds).await?);
    }
    if !all.is_empty() {
        store::orders::hold(db, &Vec::from_iter(all)).await?;
    }
    Ok(())
}

/// Locks these orders and says whose stock they hold.
pub(crate) async fn hold_with_labels(
    db: &mut PgConnection,
    orders: impl IntoIterator<Item = OrderId>,
) -> Result<BTreeSet<(SellerId, Fnsku)>, HandleError> {
    let orders = Vec::from_iter(BTreeSet::from_iter(orders));
    if orders.is_empty() {
        return Ok(BTreeSet::new());
    }
    Ok(store::orders::lock(db, &orders).await?.values().flat_map(labels).collect())
}

fn labels(order: &Order) -> impl Iterator<Item = (SellerId, Fnsku)> {
    let lines = order.shipments.iter().flat_map(|shipment| &shipment.lines);
    lines.map(|line| (order.seller, line.fnsku))
}
