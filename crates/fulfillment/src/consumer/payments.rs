//! Payments' events: the buyer's money, and what became of refunds.

use std::sync::Arc;

use kernel::RefundId;
use messaging::{HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::convert::{parse, parse_timestamp, parse_usd};
use wire::payments::events::v1::payments_event::Event;
use wire::payments::events::v1::{
    PaymentCaptured, PaymentFailed, PaymentsEvent, RefundFailed, RefundSettled,
};
use wire::{ErrorReason, WireError};

use super::{Steps, invalid};
use crate::NAME;
use crate::app::Rules;
use crate::app::book_refunds::{RefundNews, RefundOutcome, book_refunds};
use crate::app::change_orders::Step;
use crate::app::hold_orders::hold_orders;
use crate::domain::command::Command;

/// Actor in the history.
const AREA: &str = "payments";

/// Books payments and refunds.
pub(crate) struct PaymentsHandler {
    pub(crate) rules: Arc<Rules>,
}

impl Handler<PaymentsEvent> for PaymentsHandler {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<PaymentsEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (mut steps, mut news) = (Steps::default(), Vec::new());
        for (record, received) in batch.iter().enumerate() {
            let refund = match &received.event.event {
                Some(Event::PaymentCaptured(event)) => {
                    steps.push(record, captured(event));
                    continue;
                }
                Some(Event::PaymentFailed(event)) => {
                    steps.push(record, failed(event));
                    continue;
                }
                Some(Event::RefundSettled(event)) if event.requested_by == NAME => refund_settled(event),
                Some(Event::RefundFailed(event)) if event.requested_by == NAME => refund_failed(event),
                // Refunds of other services, and payouts.
                _ => continue,
            };
            match refund {
                Ok(refund) => news.push((record, refund)),
                Err(error) => steps.refused.push(invalid(record, &error)),
            }
        }
        let (records, news): (Vec<usize>, Vec<RefundNews>) = news.into_iter().unzip();
        let refunds: Vec<RefundId> = news.iter().map(|news| news.refund).collect();
        hold_orders(db, steps.orders(), &refunds).await?;
        let mut refused = steps.run(db, &self.rules, AREA).await?;
        let results = book_refunds(db, &self.rules, AREA, &news).await?;
        for (record, result) in records.into_iter().zip(results) {
            if let Err(problem) = result {
                refused.push(Refusal::new(record, ErrorReason::InvalidRecord, problem.to_string()));
            }
        }
        Ok(refused)
    }
}

fn captured(event: &PaymentCaptured) -> Result<Step, WireError> {
    let command = Command::CapturePayment {
        amount: parse_usd("amount", event.amount.clone())?,
        at: parse_timestamp("captured_time", event.captured_time)?,
    };
    Ok(Step { order: parse("order_id", &event.order_id)?, command })
}

fn failed(event: &PaymentFailed) -> Result<Step, WireError> {
    Ok(Step { order: parse("order_id", &event.order_id)?, command: Command::FailPayment })
}

fn refund_settled(event: &RefundSettled) -> Result<RefundNews, WireError> {
    let outcome = RefundOutcome::Settled(parse_usd("amount", event.amount.clone())?);
    Ok(RefundNews { refund: parse("refund_id", &event.refund_id)?, outcome })
}

fn refund_failed(event: &RefundFailed) -> Result<RefundNews, WireError> {
    let outcome = RefundOutcome::Failed(event.reason.clone());
    Ok(RefundNews { refund: parse("refund_id", &event.refund_id)?, outcome })
}
