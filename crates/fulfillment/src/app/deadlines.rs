//! Which deadlines stand for an order. The order knows when they are due; here they are named and kept in step with it.

use std::collections::HashMap;

use jiff::Timestamp;
use kernel::{AuthorityId, OrderId, RefundId};
use messaging::Deadline;
use sqlx::PgConnection;

use crate::domain::order::Order;
use crate::domain::refund::Refund;

/// An accepted order waits for payment; subject: order.
pub(crate) const PAYMENT: &str = "payment";
/// A shipment's state ends; subject: order/position.
pub(crate) const SHIPMENT: &str = "shipment";
/// A failed refund is asked for again; subject: order/refund.
pub(crate) const REFUND: &str = "refund";
/// Orders under a revoked authority are held, part by part; subject: authority, or authority/last order held.
pub(crate) const AUTHORITY: &str = "authority";

/// When things were due before commands.
pub(crate) struct Due(HashMap<OrderId, (Option<Timestamp>, Vec<Option<Timestamp>>)>);

impl Due {
    /// As the orders stand now.
    pub(crate) fn of<'a>(orders: impl Iterator<Item = &'a Order>) -> Self {
        let due = |order: &Order| order.shipments.iter().map(|shipment| shipment.due).collect();
        Self(orders.map(|order| (order.id, (order.payment_due, due(order)))).collect())
    }

    /// Sets and clears what differs in the orders now. Of an order that was not there before everything is new.
    pub(crate) async fn follow(&self, db: &mut PgConnection, orders: &[Order]) -> sqlx::Result<()> {
        let (mut set, mut met_payments, mut met_shipments) = (Vec::new(), Vec::new(), Vec::new());
        for order in orders {
            let (payment, shipments) =
                self.0.get(&order.id).map_or((None, &[][..]), |(p, s)| (*p, s.as_slice()));
            match order.payment_due {
                due if due == payment => {}
                Some(due) => set.push(Deadline::new(PAYMENT, order.id.as_str(), due)),
                None => met_payments.push(order.id.to_string()),
            }
            for (position, shipment) in order.shipments.iter().enumerate() {
                let subject = || format!("{}/{position}", order.id);
                match shipment.due {
                    due if due == shipments.get(position).copied().flatten() => {}
                    Some(due) => set.push(Deadline::new(SHIPMENT, subject(), due)),
                    None => met_shipments.push(subject()),
                }
            }
        }
        messaging::deadlines::set(db, &set).await?;
        messaging::deadlines::clear(db, PAYMENT, &met_payments).await?;
        messaging::deadlines::clear(db, SHIPMENT, &met_shipments).await
    }
}

/// The deadline of a failed refund.
pub(crate) fn of_refund(refund: &Refund) -> Option<Deadline> {
    refund.retry_due.map(|due| Deadline::new(REFUND, format!("{}/{}", refund.order, refund.id), due))
}

/// The next part of a revocation.
pub(crate) fn of_sweep(authority: AuthorityId, after: Option<OrderId>, due: Timestamp) -> Deadline {
    let subject = after.map_or_else(|| authority.to_string(), |order| format!("{authority}/{order}"));
    Deadline::new(AUTHORITY, subject, due)
}

/// The order of a subject: what stands before the slash.
pub(crate) fn order_of(subject: &str) -> Option<OrderId> {
    subject.split('/').next()?.parse().ok()
}

/// The refund of a subject.
pub(crate) fn refund_of(subject: &str) -> Option<RefundId> {
    subject.split_once('/')?.1.parse().ok()
}

/// The authority of a subject, and the order after which to go on.
pub(crate) fn sweep_of(subject: &str) -> Option<(AuthorityId, Option<OrderId>)> {
    match subject.split_once('/') {
        Some((authority, order)) => Some((authority.parse().ok()?, Some(order.parse().ok()?))),
        None => Some((subject.parse().ok()?, None)),
    }
}
