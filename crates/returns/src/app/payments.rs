//! What payments answers: refunds and payouts settled or failed.

use std::collections::HashMap;

use jiff::Timestamp;
use kernel::ReimbursementId;
use messaging::{HandleError, Refusal};
use sqlx::PgConnection;
use uuid::Uuid;
use wire::convert::{parse, parse_money};
use wire::payments::events::v1::payments_event::Event;
use wire::{ErrorReason, WireError};

use super::effects::RETRY;
use super::{Effects, Rules, SERVICE, malformed};
use crate::domain::{MoneyKind, MoneyRequest, MoneyState, ReimbursementState, books};
use crate::store;

/// One answer to a request of ours.
struct Answer {
    index: usize,
    request: Uuid,
    /// The amount settled; `None` = failed.
    settled: Option<kernel::Money>,
}

pub(crate) async fn answers(
    db: &mut PgConnection,
    batch: &[&Event],
    rules: &Rules,
    now: Timestamp,
) -> Result<Vec<Refusal>, HandleError> {
    let (mut answers, mut refusals) = (Vec::new(), Vec::new());
    for (index, event) in batch.iter().enumerate() {
        match read(index, event) {
            Ok(answer) => answers.extend(answer),
            Err(error) => refusals.push(malformed(index, &error)),
        }
    }
    apply(db, &answers, rules, now, &mut refusals).await?;
    Ok(refusals)
}

fn read(index: usize, event: &Event) -> Result<Option<Answer>, WireError> {
    let (id, requested_by, amount) = match event {
        Event::RefundSettled(e) => (&e.refund_id, &e.requested_by, Some(e.amount.clone())),
        Event::RefundFailed(e) => (&e.refund_id, &e.requested_by, None),
        Event::PayoutSettled(e) => (&e.payout_id, &e.requested_by, Some(e.amount.clone())),
        Event::PayoutFailed(e) => (&e.payout_id, &e.requested_by, None),
        Event::PaymentCaptured(_) | Event::PaymentFailed(_) => return Ok(None),
    };
    if requested_by != SERVICE {
        return Ok(None);
    }
    let settled = amount.map(|amount| parse_money("amount", amount)).transpose()?;
    Ok(Some(Answer { index, request: parse("refund_id", id)?, settled }))
}

async fn apply(
    db: &mut PgConnection,
    answers: &[Answer],
    rules: &Rules,
    now: Timestamp,
    refusals: &mut Vec<Refusal>,
) -> Result<(), HandleError> {
    let ids: Vec<Uuid> = answers.iter().map(|answer| answer.request).collect();
    let mut requests = store::money::lock(db, &ids).await?;
    let mut effects = Effects::new(rules, now);
    let mut ended = HashMap::new();
    for answer in answers {
        let Some(request) = requests.get_mut(&answer.request) else {
            let detail = format!("nothing was asked of payments under {}", answer.request);
            refusals.push(Refusal { index: answer.index, reason: ErrorReason::InvalidRecord, detail });
            continue;
        };
        if answer.settled.is_some_and(|amount| amount != request.amount) {
            let detail = format!("{} was asked for, another amount was settled", request.amount);
            refusals.push(Refusal { index: answer.index, reason: ErrorReason::InvalidRecord, detail });
            continue;
        }
        take(request, answer.settled.is_some(), rules, now, &mut effects)?;
        ended.extend(ended_payout(request));
    }
    effects.save(db).await?;
    store::reimbursements::end(db, &ended, now).await?;
    Ok(())
}

/// Applies an answer; one that came before changes nothing.
fn take(
    request: &mut MoneyRequest,
    settled: bool,
    rules: &Rules,
    now: Timestamp,
    effects: &mut Effects<'_>,
) -> Result<(), HandleError> {
    if request.state == MoneyState::Settled {
        return Ok(());
    }
    if settled {
        request.state = MoneyState::Settled;
        let booking = books::settled(request, now).map_err(HandleError::failed)?;
        effects.answered(request.clone(), Some(booking));
        return Ok(());
    }
    match rules.policies.retry_at(now, request.attempts).map_err(HandleError::failed)? {
        Some(again) => effects.remind(RETRY, request.id, again),
        None => {
            request.state = MoneyState::Failed;
            effects.answered(request.clone(), None);
        }
    }
    Ok(())
}

/// The reimbursement that a payout ended, paid or failed.
fn ended_payout(request: &MoneyRequest) -> Option<(ReimbursementId, ReimbursementState)> {
    let state = match (request.kind, request.state) {
        (MoneyKind::Payout, MoneyState::Settled) => ReimbursementState::Paid,
        (MoneyKind::Payout, MoneyState::Failed) => ReimbursementState::Failed,
        _ => return None,
    };
    Some((request.reference.parse().ok()?, state))
}
