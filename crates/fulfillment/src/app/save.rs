//! Saving changed orders: rows, deadlines and events together.

use messaging::{HandleError, outbox};
use sqlx::PgConnection;

use super::deadlines::Due;
use crate::domain::order::Order;
use crate::store::orders::Orders;
use crate::{NAME, publish, store};

/// Saves those orders that commands changed, in the order of their numbers.
pub(super) async fn save(db: &mut PgConnection, orders: Orders, before: &Due) -> Result<(), HandleError> {
    let mut changed: Vec<Order> = orders.into_values().filter(Order::is_changed).collect();
    if changed.is_empty() {
        return Ok(());
    }
    changed.sort_unstable_by_key(|order| order.id);
    store::orders::save(db, &mut changed).await?;
    before.follow(db, &changed).await?;
    let events: Vec<_> = changed.iter().flat_map(publish::outgoing).collect();
    Ok(outbox::enqueue(db, NAME, &events).await?)
}
