//! What is done when deadlines are due.

use std::collections::BTreeSet;

use kernel::OrderId;
use messaging::{Deadline, DeadlineHandler, HandleError};
use sqlx::PgConnection;

use std::sync::Arc;

use jiff::Timestamp;

use super::book_refunds::retry_refunds;
use super::change_orders::{Step, change_at};
use super::deadlines::{AUTHORITY, PAYMENT, REFUND, SHIPMENT, order_of, refund_of, sweep_of};
use super::hold_orders::hold_orders;
use super::sweep_authority::Sweep;
use super::{Moment, Rules};
use crate::domain::command::Command;

/// Who acts when time does, for the history.
const ACTOR: &str = "deadline";

/// Compensates for what did not happen in time.
pub(crate) struct FireDeadlines {
    pub(crate) rules: Arc<Rules>,
}

impl DeadlineHandler for FireDeadlines {
    async fn fire(&self, db: &mut PgConnection, due: &[Deadline], now: Timestamp) -> Result<(), HandleError> {
        let moment = Moment { now, ..self.rules.moment()? };
        let expired: BTreeSet<OrderId> =
            of_kind(due, PAYMENT).chain(of_kind(due, SHIPMENT)).filter_map(order_of).collect();
        let refunds = of_kind(due, REFUND);
        let refunds: Vec<_> =
            refunds.filter_map(|subject| order_of(subject).zip(refund_of(subject))).collect();
        let sweeps = Sweep::load_all(db, of_kind(due, AUTHORITY).filter_map(sweep_of)).await?;
        let swept = sweeps.iter().flat_map(|sweep| sweep.open.iter().copied());
        let retried = refunds.iter().map(|(order, _)| *order);
        hold_orders(db, expired.iter().copied().chain(retried).chain(swept), &[]).await?;
        expire_orders(db, moment, expired).await?;
        retry_refunds(db, &self.rules, ACTOR, &refunds).await?;
        for sweep in sweeps {
            sweep.run(db, moment, ACTOR).await?;
        }
        Ok(())
    }
}

async fn expire_orders(
    db: &mut PgConnection,
    moment: Moment<'_>,
    orders: BTreeSet<OrderId>,
) -> Result<(), HandleError> {
    let steps: Vec<Step> = orders.into_iter().map(|order| Step { order, command: Command::Expire }).collect();
    if !steps.is_empty() {
        change_at(db, moment, ACTOR, &steps).await?;
    }
    Ok(())
}

fn of_kind<'a>(due: &'a [Deadline], kind: &'a str) -> impl Iterator<Item = &'a str> {
    due.iter().filter(move |deadline| deadline.kind == kind).map(|deadline| deadline.subject.as_str())
}
