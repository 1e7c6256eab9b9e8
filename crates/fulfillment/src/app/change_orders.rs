//! Commands to orders, in batches: each order is loaded and saved once, whatever the number of its commands.

use std::collections::BTreeSet;

use kernel::OrderId;
use messaging::HandleError;
use sqlx::PgConnection;

use super::deadlines::Due;
use super::save::save;
use super::{Moment, Rules};
use crate::domain::command::Command;
use crate::domain::order::{Fault, Outcome};
use crate::{metrics, store};

/// A command to an order.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) order: OrderId,
    pub(crate) command: Command,
}

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("order {0} is not known")]
    UnknownOrder(OrderId),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Carries commands out, one after the other, and says what became of each.
pub(crate) async fn change_orders(
    db: &mut PgConnection,
    rules: &Rules,
    actor: &str,
    steps: &[Step],
) -> Result<Vec<Result<Outcome, Refused>>, HandleError> {
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    change_at(db, rules.moment()?, actor, steps).await
}

/// As [`change_orders`], at a time that is known.
pub(crate) async fn change_at(
    db: &mut PgConnection,
    moment: Moment<'_>,
    actor: &str,
    steps: &[Step],
) -> Result<Vec<Result<Outcome, Refused>>, HandleError> {
    let ids: BTreeSet<OrderId> = steps.iter().map(|step| step.order).collect();
    let mut orders = store::orders::lock(db, &Vec::from_iter(ids)).await?;
    let before = Due::of(orders.values());
    let context = crate::domain::order::Context { now: moment.now, actor, policy: moment.policy };
    let mut results = Vec::with_capacity(steps.len());
    for step in steps {
        let result = match orders.get_mut(&step.order) {
            Some(order) => order.handle(&step.command, &context).map_err(Refused::from),
            None => Err(Refused::UnknownOrder(step.order)),
        };
        metrics::command(actor, &result);
        results.push(result);
    }
    save(db, orders, &before).await?;
    Ok(results)
}
