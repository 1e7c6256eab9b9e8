//! A refund to the buyer: asked for, then settled or failed by payments. A failed one is asked for again with growing
//! pauses, a bounded number of times; then it stays failed for an operator.

use jiff::Timestamp;
use kernel::{Money, OrderId, RefundId, ShipmentId, derive_uuid};

use super::event::Event;
use super::order::{Context, Order};
use super::policy::Policy;

/// Money that goes back to the buyer for a cancelled or lost shipment, or for an order that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refund {
    /// Follows from what is refunded: the same thing is never refunded twice.
    pub(crate) id: RefundId,
    /// Order.
    pub(crate) order: OrderId,
    /// Shipment; `None` when the order as a whole is paid back.
    pub(crate) shipment: Option<ShipmentId>,
    /// Above zero, USD.
    pub(crate) amount: Money,
    /// Where it stands.
    pub(crate) state: RefundState,
    /// How often payments was asked, from 1.
    pub(crate) attempts: u32,
    /// When it is asked for again, after a failure.
    pub(crate) retry_due: Option<Timestamp>,
}

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RefundState {
    /// Asked for, or about to be asked for again.
    Requested,
    /// Paid; final.
    Settled,
    /// Given up: an operator has to act; final.
    Failed,
}

/// A refund event that contradicts the refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RefundFault {
    /// Another amount was paid than asked for.
    #[error("settled {settled}, asked for {asked}")]
    OtherAmount {
        /// Paid.
        settled: Money,
        /// Asked for.
        asked: Money,
    },
    /// Payments says both settled and failed.
    #[error("the refund is already {0:?}")]
    Contradiction(RefundState),
}

impl Refund {
    /// A refund of a shipment, or of the order as a whole.
    pub(crate) fn request(order: OrderId, shipment: Option<ShipmentId>, amount: Money) -> Self {
        let id = match shipment {
            Some(shipment) => derive_uuid("refund", &["ORDER", &shipment.to_string()]),
            None => derive_uuid("refund", &["ORDER", order.as_str()]),
        };
        Self {
            id: RefundId::new(id),
            order,
            shipment,
            amount,
            state: RefundState::Requested,
            attempts: 1,
            retry_due: None,
        }
    }

    /// Books that the buyer has the money. True when that is new.
    ///
    /// # Errors
    /// When another amount was paid, or it was given up before.
    pub(crate) fn settle(&mut self, amount: Money) -> Result<bool, RefundFault> {
        if amount != self.amount {
            return Err(RefundFault::OtherAmount { settled: amount, asked: self.amount });
        }
        match self.state {
            RefundState::Settled => Ok(false),
            RefundState::Failed => Err(RefundFault::Contradiction(self.state)),
            RefundState::Requested => {
                self.state = RefundState::Settled;
                self.retry_due = None;
                Ok(true)
            }
        }
    }

    /// Books that payments could not pay: plans the next attempt, or gives up after the last. True when that is new.
    ///
    /// # Errors
    /// When it was settled before.
    pub(crate) fn fail(&mut self, now: Timestamp, policy: &Policy) -> Result<bool, RefundFault> {
        match self.state {
            RefundState::Settled => Err(RefundFault::Contradiction(self.state)),
            RefundState::Failed => Ok(false),
            RefundState::Requested if self.retry_due.is_some() => Ok(false),
            RefundState::Requested if self.attempts >= policy.refund_attempts => {
                self.state = RefundState::Failed;
                Ok(true)
            }
            RefundState::Requested => {
                let doublings = 1_i32.checked_shl(self.attempts - 1).unwrap_or(i32::MAX);
                let pause = policy.refund_retry.saturating_mul(doublings);
                self.retry_due = Some(now.saturating_add(pause).unwrap_or(Timestamp::MAX));
                Ok(true)
            }
        }
    }

    /// Asks again when the pause is over. True when it was.
    pub(crate) fn retry(&mut self, now: Timestamp) -> bool {
        let over = self.state == RefundState::Requested && self.retry_due.is_some_and(|due| due <= now);
        if over {
            self.attempts += 1;
            self.retry_due = None;
        }
        over
    }
}

impl Order {
    /// Books that a refund of this order was paid. True when that is new.
    ///
    /// # Errors
    /// As [`Refund::settle`].
    pub(crate) fn settle_refund(
        &mut self,
        refund: &mut Refund,
        amount: Money,
        context: &Context<'_>,
    ) -> Result<bool, RefundFault> {
        let new = refund.settle(amount)?;
        if new {
            self.record("REFUND_SETTLED", None, format!("{amount} of refund {}", refund.id), context);
        }
        Ok(new)
    }

    /// Books that a refund of this order could not be paid. True when that is new.
    ///
    /// # Errors
    /// As [`Refund::fail`].
    pub(crate) fn fail_refund(
        &mut self,
        refund: &mut Refund,
        reason: &str,
        context: &Context<'_>,
    ) -> Result<bool, RefundFault> {
        let new = refund.fail(context.now, context.policy)?;
        if new {
            let event = if refund.state == RefundState::Failed { "REFUND_GIVEN_UP" } else { "REFUND_FAILED" };
            self.record(event, None, format!("refund {}: {reason}", refund.id), context);
        }
        Ok(new)
    }

    /// Asks payments once more when the pause after a failure is over. True when it was.
    pub(crate) fn retry_refund(&mut self, refund: &mut Refund, context: &Context<'_>) -> bool {
        let again = refund.retry(context.now);
        if again {
            self.emit(Event::RefundRequested(refund.clone()), context);
        }
        again
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::policy::Policies;

    fn refund() -> Refund {
        Refund::request("114-0000001-0000001".parse().unwrap(), None, Money::usd(10_00))
    }

    fn now() -> Timestamp {
        "2026-10-05T12:00:00Z".parse().unwrap()
    }

    fn policy() -> Policy {
        Policies::embedded().unwrap().at(now()).unwrap().clone()
    }

    #[test]
    fn a_refund_has_the_same_id_whenever_it_is_made() {
        assert_eq!(refund().id, refund().id);
    }

    #[test]
    fn settled_twice_is_settled_once() {
        let mut refund = refund();
        assert_eq!(refund.settle(Money::usd(10_00)), Ok(true));
        assert_eq!(refund.settle(Money::usd(10_00)), Ok(false));
        assert_eq!(refund.fail(now(), &policy()), Err(RefundFault::Contradiction(RefundState::Settled)));
    }

    #[test]
    fn another_amount_than_asked_for_is_refused() {
        assert!(matches!(refund().settle(Money::usd(9_99)), Err(RefundFault::OtherAmount { .. })));
    }

    #[test]
    fn a_failed_refund_is_asked_for_again_with_growing_pauses_and_then_given_up() {
        let (mut refund, policy, mut time) = (refund(), policy(), now());
        let mut pauses = Vec::new();
        while refund.state == RefundState::Requested {
            assert_eq!(refund.fail(time, &policy), Ok(true));
            if let Some(due) = refund.retry_due {
                assert_eq!(refund.fail(time, &policy), Ok(false), "a repeated failure changes nothing");
                assert!(!refund.retry(time), "not before its time");
                pauses.push(due.duration_since(time));
                time = due;
                assert!(refund.retry(time));
            }
        }
        assert_eq!(pauses, [24, 48, 96, 192].map(SignedDuration::from_hours));
        assert_eq!((refund.attempts, refund.state), (5, RefundState::Failed));
    }
}
