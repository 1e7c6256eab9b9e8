//! The storefront's events: orders and cancellations.

use std::sync::Arc;

use messaging::{HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::WireError;
use wire::convert::parse;
use wire::orders::events::v1::orders_event::Event;
use wire::orders::events::v1::{OrderCancellationRequested, OrdersEvent};

use super::placed::{line_nos, placed};
use super::{Steps, invalid};
use crate::app::Rules;
use crate::app::change_orders::Step;
use crate::app::hold_orders::hold_with_labels;
use crate::app::place_orders::place_orders;
use crate::clients::Neighbours;
use crate::domain::command::Command;

/// Actor in the history.
const AREA: &str = "orders";

/// Takes orders and cancellations.
pub(crate) struct OrdersHandler {
    pub(crate) rules: Arc<Rules>,
    pub(crate) neighbours: Arc<Neighbours>,
}

impl Handler<OrdersEvent> for OrdersHandler {
    /// Orders first: a cancellation follows its order on the partition, so this keeps the order of both.
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<OrdersEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (mut orders, mut steps) = (Vec::with_capacity(batch.len()), Steps::default());
        for (record, received) in batch.iter().enumerate() {
            match &received.event.event {
                Some(Event::OrderPlaced(event)) => match placed(event.clone()) {
                    Ok(order) => orders.push(order),
                    Err(error) => steps.refused.push(invalid(record, &error)),
                },
                Some(Event::OrderCancellationRequested(event)) => steps.push(record, cancellation(event)),
                None => {}
            }
        }
        let held = hold_with_labels(db, steps.orders()).await?;
        place_orders(db, &self.rules, &self.neighbours, orders, held).await?;
        steps.run(db, &self.rules, AREA).await
    }
}

fn cancellation(event: &OrderCancellationRequested) -> Result<Step, WireError> {
    let command = Command::CancelOrTell { lines: line_nos(&event.line_nos)? };
    Ok(Step { order: parse("order_id", &event.order_id)?, command })
}
