//! What was asked of payments and what payments answered.

use std::collections::HashMap;

use uuid::Uuid;
use wire::common::v1::{Money, PayoutRequest, RefundRequest};

use super::{id, usd};

/// Money on its way out, as the topics tell it. Refunds and payouts are known by their UUIDs.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    pub(crate) refunds_requested: Requests,
    pub(crate) payouts_requested: Requests,
    pub(crate) refund_answers: Answers,
    pub(crate) payout_answers: Answers,
}

/// What was asked for, by id.
#[derive(Debug, Default)]
pub(crate) struct Requests(pub(crate) HashMap<Uuid, Requested>);

/// One refund or payout that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Requested {
    id: Uuid,
    pub(crate) service: &'static str,
    pub(crate) amount: i64,
    /// How often it was asked for.
    pub(crate) times: i64,
    /// It was asked for again with another amount.
    pub(crate) changed: bool,
}

/// What payments answered, by id.
#[derive(Debug, Default)]
pub(crate) struct Answers(pub(crate) HashMap<Uuid, Answer>);

/// The answers to one request.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    /// How often it was paid: once at most.
    pub(crate) settled: u32,
    pub(crate) failed: u32,
    /// Cents paid; negative where the amount was not in USD.
    pub(crate) amount: i64,
}

impl Requested {
    pub(crate) fn refund(service: &'static str, request: Option<RefundRequest>) -> Result<Self, String> {
        let request = request.ok_or("refund is missing")?;
        Self::new(
            service,
            &request.requested_by,
            id("refund_id", &request.refund_id)?,
            request.amount.as_ref(),
        )
    }

    pub(crate) fn payout(service: &'static str, request: Option<PayoutRequest>) -> Result<Self, String> {
        let request = request.ok_or("payout is missing")?;
        Self::new(
            service,
            &request.requested_by,
            id("payout_id", &request.payout_id)?,
            request.amount.as_ref(),
        )
    }

    fn new(service: &'static str, said: &str, id: Uuid, amount: Option<&Money>) -> Result<Self, String> {
        if said != service {
            return Err(format!("requested_by is {said:?}, expected {service}"));
        }
        Ok(Self { id, service, amount: usd("amount", amount)?, times: 1, changed: false })
    }
}

impl Requests {
    pub(crate) fn add(&mut self, request: Requested) {
        self.0
            .entry(request.id)
            .and_modify(|known| {
                known.times += 1;
                known.changed |= known.amount != request.amount;
            })
            .or_insert(request);
    }
}

impl Answers {
    pub(super) fn settled(&mut self, id: &str, amount: Option<&Money>) {
        if let Some(answer) = self.of(id) {
            answer.settled += 1;
            answer.amount = usd("amount", amount).unwrap_or(-1);
        }
    }

    pub(super) fn failed(&mut self, id: &str) {
        if let Some(answer) = self.of(id) {
            answer.failed += 1;
        }
    }

    fn of(&mut self, id: &str) -> Option<&mut Answer> {
        Some(self.0.entry(id.parse().ok()?).or_default())
    }
}
