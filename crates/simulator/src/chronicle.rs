//! What happened, counted from the events alone, and what is still open.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use wire::common::v1::Money;
use wire::customs::events::v1::customs_event::Event as Customs;
use wire::eligibility::events::v1::eligibility_event::Event as Eligibility;
use wire::fulfillment::events::v1::fulfillment_event::Event as Fulfillment;
use wire::orders::events::v1::orders_event::Event as Orders;
use wire::payments::events::v1::payments_event::Event as Payments;
use wire::returns::events::v1::returns_event::Event as Returns;
use wire::warehouse::events::v1::warehouse_event::Event as Warehouse;

use crate::actors::{Envelope, Heard, Said};

/// How an order ended, or that it has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderEnd {
    /// Every shipment has reached its end.
    Closed,
    /// Given up before dispatch.
    Cancelled,
    /// Not taken.
    Rejected,
    /// Neither accepted nor rejected.
    Unanswered,
    /// Accepted, and not yet at its end.
    Open,
}

/// Counts over a play. Amounts are US cents.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Latest verdict of each ASIN: state and reason codes.
    pub verdicts: BTreeMap<String, (String, Vec<String>)>,
    /// Orders by how they ended and where they went.
    pub orders: BTreeMap<(OrderEnd, String), u64>,
    /// Reasons of rejected orders; an order may have several.
    pub rejections: BTreeMap<String, u64>,
    /// Reasons of cancelled orders.
    pub cancellations: BTreeMap<String, u64>,
    /// Shipments by what became of them, e.g. `DELIVERED`.
    pub shipments: BTreeMap<&'static str, u64>,
    /// Reasons of holds.
    pub holds: BTreeMap<String, u64>,
    /// Parcels handed over at the dock.
    pub parcels: u64,
    /// Commercial invoices.
    pub invoices: u64,
    /// Deposits: held, of these charged, given back, and charged above them.
    pub deposits_held: i64,
    pub deposits_charged: i64,
    pub deposits_refunded: i64,
    pub deposits_shortfall: i64,
    /// Returned units by disposition.
    pub dispositions: BTreeMap<String, u64>,
    /// Units back in stock.
    pub restocked: u64,
    /// Reimbursements to sellers.
    pub reimbursed: i64,
    /// Money that moved at payments.
    pub captured: i64,
    pub refunded: i64,
    pub paid_out: i64,
    /// Events heard of the services, and said to them.
    pub heard: u64,
    pub said: u64,
}

/// Keeps the counts and the open matters.
#[derive(Debug, Default)]
pub(crate) struct Chronicle {
    counts: Counts,
    destination: HashMap<String, String>,
    ends: HashMap<String, OrderEnd>,
    open_returns: HashSet<String>,
    open_refunds: HashSet<String>,
    open_payouts: HashSet<String>,
    open_deposits: HashSet<String>,
    /// Refunds and payouts that were paid: a repeated request opens nothing.
    paid: HashSet<String>,
    dispatched: BTreeSet<String>,
}

/// What is not yet final.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Open {
    /// Orders without an answer.
    pub unanswered: usize,
    /// Accepted orders that have not ended.
    pub orders: usize,
    pub returns: usize,
    pub refunds: usize,
    pub payouts: usize,
    pub deposits: usize,
}

impl Open {
    /// Everything that is not final.
    pub fn total(&self) -> usize {
        self.unanswered + self.orders + self.returns + self.refunds + self.payouts + self.deposits
    }
}

fn cents(money: Option<&Money>) -> i64 {
    money.map_or(0, |money| money.minor_units)
}

fn count<K: Ord>(map: &mut BTreeMap<K, u64>, key: K) {
    *map.entry(key).or_default() += 1;
}

impl Chronicle {
    /// Takes note of what an actor said.
    pub(crate) fn said(&mut self, said: &Said) {
        self.counts.said += 1;
        match &said.envelope {
            Envelope::Orders(event) => {
                if let Some(Orders::OrderPlaced(order)) = &event.event {
                    let country = order.ship_to.as_ref().map(|address| address.country_code.clone());
                    self.destination.insert(order.order_id.clone(), country.unwrap_or_default());
                    self.ends.insert(order.order_id.clone(), OrderEnd::Unanswered);
                }
            }
            Envelope::Payments(event) => self.paid(event.event.as_ref()),
            Envelope::Warehouse(event) => {
                if let Some(Warehouse::ShipmentPacked(packed)) = &event.event {
                    self.counts.parcels += packed.parcels.len() as u64;
                }
            }
            _ => {}
        }
    }

    fn paid(&mut self, event: Option<&Payments>) {
        match event {
            Some(Payments::PaymentCaptured(event)) => self.counts.captured += cents(event.amount.as_ref()),
            Some(Payments::RefundSettled(event)) => {
                self.counts.refunded += cents(event.amount.as_ref());
                self.open_refunds.remove(&event.refund_id);
                self.paid.insert(event.refund_id.clone());
            }
            Some(Payments::PayoutSettled(event)) => {
                self.counts.paid_out += cents(event.amount.as_ref());
                self.open_payouts.remove(&event.payout_id);
                self.paid.insert(event.payout_id.clone());
            }
            _ => {}
        }
    }

    /// Takes note of what a service said.
    pub(crate) fn heard(&mut self, heard: &Heard) {
        self.counts.heard += 1;
        match heard {
            Heard::Eligibility(Eligibility::VerdictChanged(verdict)) => {
                let known = (verdict.state.clone(), verdict.reason_codes.clone());
                self.counts.verdicts.insert(verdict.asin.clone(), known);
            }
            Heard::Fulfillment(event) => self.fulfillment(event),
            Heard::Customs(event) => self.customs(event),
            Heard::Returns(event) => self.returns(event),
            Heard::Eligibility(_) | Heard::Enrollment(_) => {}
        }
    }

    fn fulfillment(&mut self, event: &Fulfillment) {
        match event {
            Fulfillment::OrderAccepted(event) => self.end(&event.order_id, OrderEnd::Open),
            Fulfillment::OrderRejected(event) => {
                self.end(&event.order_id, OrderEnd::Rejected);
                let lines = event.lines.iter().flat_map(|line| &line.reason_codes);
                let reasons: BTreeSet<&String> = event.reason_codes.iter().chain(lines).collect();
                for reason in reasons {
                    count(&mut self.counts.rejections, reason.clone());
                }
            }
            Fulfillment::OrderCancelled(event) => {
                self.end(&event.order_id, OrderEnd::Cancelled);
                count(&mut self.counts.cancellations, event.reason.clone());
            }
            Fulfillment::OrderClosed(event) => self.end(&event.order_id, OrderEnd::Closed),
            Fulfillment::ShipmentHeld(event) => count(&mut self.counts.holds, event.reason.clone()),
            Fulfillment::ShipmentPlanned(_) => count(&mut self.counts.shipments, "PLANNED"),
            Fulfillment::ShipmentDispatched(event) => {
                self.dispatched.insert(event.shipment_id.clone());
                count(&mut self.counts.shipments, "DISPATCHED");
            }
            Fulfillment::ShipmentDelivered(_) => count(&mut self.counts.shipments, "DELIVERED"),
            Fulfillment::ShipmentLost(_) => count(&mut self.counts.shipments, "LOST"),
            Fulfillment::ShipmentReturned(_) => count(&mut self.counts.shipments, "RETURNED"),
            Fulfillment::ShipmentCancelled(_) => count(&mut self.counts.shipments, "CANCELLED"),
            Fulfillment::RefundRequested(event) => self.refund(event.refund.as_ref()),
            _ => {}
        }
    }

    fn customs(&mut self, event: &Customs) {
        match event {
            Customs::InvoiceIssued(_) => self.counts.invoices += 1,
            Customs::DepositHeld(event) => {
                self.counts.deposits_held += cents(event.deposit.as_ref());
                self.open_deposits.insert(event.shipment_id.clone());
            }
            Customs::DepositSettled(event) => {
                self.open_deposits.remove(&event.shipment_id);
                let (deposit, refund) = (cents(event.deposit.as_ref()), cents(event.refund.as_ref()));
                self.counts.deposits_charged += deposit - refund;
                self.counts.deposits_refunded += refund;
                self.counts.deposits_shortfall += cents(event.shortfall.as_ref());
            }
            Customs::RefundRequested(event) => self.refund(event.refund.as_ref()),
            _ => {}
        }
    }

    fn returns(&mut self, event: &Returns) {
        match event {
            Returns::ReturnAuthorised(event) => {
                self.open_returns.insert(event.rma_id.clone());
            }
            Returns::ReturnClosed(event) => {
                self.open_returns.remove(&event.rma_id);
            }
            Returns::ReturnUnitDisposed(event) => {
                count(&mut self.counts.dispositions, event.disposition.clone())
            }
            Returns::UnitRestocked(event) => self.counts.restocked += u64::from(event.quantity),
            Returns::UnitReimbursed(event) => self.counts.reimbursed += cents(event.amount.as_ref()),
            Returns::RefundRequested(event) => self.refund(event.refund.as_ref()),
            Returns::PayoutRequested(event) => {
                if let Some(payout) =
                    event.payout.as_ref().filter(|payout| !self.paid.contains(&payout.payout_id))
                {
                    self.open_payouts.insert(payout.payout_id.clone());
                }
            }
        }
    }

    fn refund(&mut self, refund: Option<&wire::common::v1::RefundRequest>) {
        if let Some(refund) = refund.filter(|refund| !self.paid.contains(&refund.refund_id)) {
            self.open_refunds.insert(refund.refund_id.clone());
        }
    }

    fn end(&mut self, order: &str, end: OrderEnd) {
        self.ends.insert(order.to_owned(), end);
    }

    /// What is not final.
    pub(crate) fn open(&self) -> Open {
        let orders = |wanted| self.ends.values().filter(|end| **end == wanted).count();
        Open {
            unanswered: orders(OrderEnd::Unanswered),
            orders: orders(OrderEnd::Open),
            returns: self.open_returns.len(),
            refunds: self.open_refunds.len(),
            payouts: self.open_payouts.len(),
            deposits: self.open_deposits.len(),
        }
    }

    /// Orders that were placed.
    pub(crate) fn placed_orders(&self) -> u64 {
        self.ends.len() as u64
    }

    /// Orders that have ended.
    pub(crate) fn ended_orders(&self) -> u64 {
        let open = self.open();
        (self.ends.len() - open.unanswered - open.orders) as u64
    }

    /// Shipments that have left, in the order of their ids.
    pub(crate) fn dispatched(&self) -> impl Iterator<Item = &String> {
        self.dispatched.iter()
    }

    /// The counts.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = self.counts.clone();
        for (order, end) in &self.ends {
            let country = self.destination.get(order).cloned().unwrap_or_default();
            count(&mut counts.orders, (*end, country));
        }
        counts
    }
}
