//! The payment system: captures what buyers owe, pays refunds and payouts, and sometimes fails.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use kernel::derive_uuid;
use wire::common::v1::{Money, PayoutRequest, RefundRequest};
use wire::convert::timestamp;
use wire::customs::events::v1::customs_event::Event as Customs;
use wire::fulfillment::events::v1::OrderAccepted;
use wire::fulfillment::events::v1::fulfillment_event::Event as Fulfillment;
use wire::payments::events::v1::{
    PaymentCaptured, PaymentFailed, PayoutFailed, PayoutSettled, RefundFailed, RefundSettled,
};
use wire::returns::events::v1::returns_event::Event as Returns;

use super::{Actor, Deeds, Envelope, Heard};
use crate::agenda::Agenda;
use crate::chance::Chance;
use crate::world::World;

/// What is to be done with money.
enum Deed {
    Capture { order: String, amount: Option<Money> },
    Decline { order: String },
    Refund(Box<RefundRequest>, u32),
    Payout(Box<PayoutRequest>, u32),
}

pub(crate) struct Payments {
    world: Arc<World>,
    chance: Chance,
    agenda: Agenda<Deed>,
    /// Orders that were given up before their money was taken.
    given_up: HashSet<String>,
    /// How often each refund and payout was asked for; settled ones stay, so that none is paid twice.
    attempts: BTreeMap<String, u32>,
    settled: HashSet<String>,
}

impl Payments {
    pub(crate) fn new(world: Arc<World>, chance: Chance) -> Self {
        Self {
            world,
            chance,
            agenda: Agenda::default(),
            given_up: HashSet::new(),
            attempts: BTreeMap::new(),
            settled: HashSet::new(),
        }
    }

    fn accepted(&mut self, event: &OrderAccepted, now: Timestamp) {
        let (order, habits) = (event.order_id.clone(), &self.world.behaviour);
        if self.chance.happens(habits.payment_never_comes, "payment never comes", &order) {
            return;
        }
        let due = now + self.chance.minutes(habits.payment_after, "payment after", &order);
        let id = format!("payment/{order}");
        let deed = if self.chance.happens(habits.payment_fails, "payment fails", &order) {
            Deed::Decline { order }
        } else {
            Deed::Capture { order, amount: event.amount_due.clone() }
        };
        self.agenda.put(due, id, deed);
    }

    /// The number of this attempt; `None` when it was paid or is under way.
    fn next_attempt(&mut self, id: &str) -> Option<u32> {
        if self.settled.contains(id) {
            return None;
        }
        let attempt = self.attempts.entry(id.to_owned()).or_default();
        *attempt += 1;
        Some(*attempt)
    }

    fn refund(&mut self, request: Option<&RefundRequest>, now: Timestamp) {
        let Some(request) = request else { return };
        let Some(attempt) = self.next_attempt(&request.refund_id) else { return };
        let key = format!("{}/{attempt}", request.refund_id);
        let due = now + self.chance.minutes(self.world.behaviour.refund_after, "refund after", &key);
        self.agenda.put(due, format!("refund/{key}"), Deed::Refund(Box::new(request.clone()), attempt));
    }

    fn payout(&mut self, request: Option<&PayoutRequest>, now: Timestamp) {
        let Some(request) = request else { return };
        let Some(attempt) = self.next_attempt(&request.payout_id) else { return };
        let key = format!("{}/{attempt}", request.payout_id);
        let due = now + self.chance.minutes(self.world.behaviour.payout_after, "payout after", &key);
        self.agenda.put(due, format!("payout/{key}"), Deed::Payout(Box::new(request.clone()), attempt));
    }

    fn perform(&mut self, deed: Deed, due: Timestamp, deeds: &mut Deeds) {
        match deed {
            Deed::Capture { order, .. } | Deed::Decline { order } if self.given_up.contains(&order) => {}
            Deed::Capture { order, amount } => {
                let payment_id = derive_uuid("payment", &[&order]).to_string();
                let time = Some(timestamp(due));
                let event =
                    PaymentCaptured { payment_id, order_id: order.clone(), amount, captured_time: time };
                deeds.say(&order, &order, due, Envelope::Payments(event.into()));
            }
            Deed::Decline { order } => {
                let event = PaymentFailed { order_id: order.clone(), reason: "card_declined".to_owned() };
                deeds.say(&order, &order, due, Envelope::Payments(event.into()));
            }
            Deed::Refund(request, attempt) => self.pay_refund(*request, attempt, due, deeds),
            Deed::Payout(request, attempt) => self.pay_out(*request, attempt, due, deeds),
        }
    }

    fn pay_refund(&mut self, request: RefundRequest, attempt: u32, due: Timestamp, deeds: &mut Deeds) {
        let RefundRequest { refund_id, order_id, amount, requested_by, .. } = request;
        let key = format!("{refund_id}/{attempt}");
        if self.settled.contains(&refund_id) {
            return;
        }
        let envelope = if self.chance.happens(self.world.behaviour.refund_fails, "refund fails", &key) {
            RefundFailed { refund_id: refund_id.clone(), requested_by, reason: "account_closed".to_owned() }
                .into()
        } else {
            self.settled.insert(refund_id.clone());
            let settled_time = Some(timestamp(due));
            RefundSettled { refund_id: refund_id.clone(), requested_by, amount, settled_time }.into()
        };
        deeds.say(&order_id, &refund_id, due, Envelope::Payments(envelope));
    }

    fn pay_out(&mut self, request: PayoutRequest, attempt: u32, due: Timestamp, deeds: &mut Deeds) {
        let PayoutRequest { payout_id, seller_id, amount, requested_by, .. } = request;
        let key = format!("{payout_id}/{attempt}");
        if self.settled.contains(&payout_id) {
            return;
        }
        let envelope = if self.chance.happens(self.world.behaviour.payout_fails, "payout fails", &key) {
            PayoutFailed { payout_id: payout_id.clone(), requested_by, reason: "bank_unreachable".to_owned() }
                .into()
        } else {
            self.settled.insert(payout_id.clone());
            let settled_time = Some(timestamp(due));
            PayoutSettled { payout_id: payout_id.clone(), requested_by, amount, settled_time }.into()
        };
        deeds.say(&seller_id, &payout_id, due, Envelope::Payments(envelope));
    }
}

impl Actor for Payments {
    fn name(&self) -> &'static str {
        "payments"
    }

    fn hear(&mut self, heard: &Heard, now: Timestamp, _: &mut Deeds) {
        match heard {
            Heard::Fulfillment(Fulfillment::OrderAccepted(event)) => self.accepted(event, now),
            Heard::Fulfillment(Fulfillment::OrderCancelled(event)) => {
                self.given_up.insert(event.order_id.clone());
            }
            Heard::Fulfillment(Fulfillment::RefundRequested(event)) => {
                self.refund(event.refund.as_ref(), now)
            }
            Heard::Customs(Customs::RefundRequested(event)) => self.refund(event.refund.as_ref(), now),
            Heard::Returns(Returns::RefundRequested(event)) => self.refund(event.refund.as_ref(), now),
            Heard::Returns(Returns::PayoutRequested(event)) => self.payout(event.payout.as_ref(), now),
            _ => {}
        }
    }

    fn act(&mut self, now: Timestamp, deeds: &mut Deeds) {
        while let Some((due, _, deed)) = self.agenda.take_due(now) {
            self.perform(deed, due, deeds);
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.agenda.next_due()
    }
}
