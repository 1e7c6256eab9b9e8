//! How evenly the services work through a steady flow: what each order waited for, and when nothing moved.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::time::{Duration, Instant};

use wire::customs::events::v1::customs_event::Event as Customs;
use wire::fulfillment::events::v1::fulfillment_event::Event as Fulfillment;
use wire::orders::events::v1::orders_event::Event as Orders;
use wire::payments::events::v1::payments_event::Event as Payments;

use crate::actors::{Envelope, Heard, Said};

/// Keeps the machine's time of what was said and heard.
#[derive(Debug)]
pub(crate) struct Flow {
    begun: Instant,
    unanswered: HashMap<String, Instant>,
    paid: HashMap<String, Instant>,
    /// Orders that wait for a person or a broker: they are not stuck.
    excused: HashSet<String>,
    report: FlowReport,
    last_answer: Instant,
}

/// How a steady flow went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlowReport {
    /// Orders placed, and how long that took.
    pub placed: u64,
    pub took: Duration,
    /// Orders that were accepted or rejected.
    pub answered: u64,
    /// The longest time from an order to its answer; and from a payment to the first shipment that goes on, where nothing
    /// waits for a person or a broker.
    pub longest_answer: Duration,
    pub longest_release: Duration,
    /// The longest time without any answer while orders were waiting, and when it ended, from the beginning.
    pub longest_gap: Duration,
    pub gap_ended: Duration,
    /// Answers in each second from the beginning on.
    pub answers: BTreeMap<u64, u64>,
}

impl Flow {
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        Self {
            begun: now,
            unanswered: HashMap::new(),
            paid: HashMap::new(),
            excused: HashSet::new(),
            report: FlowReport::default(),
            last_answer: now,
        }
    }

    pub(crate) fn said(&mut self, said: &Said) {
        match &said.envelope {
            Envelope::Orders(event) => {
                if let Some(Orders::OrderPlaced(order)) = &event.event {
                    let now = Instant::now();
                    if self.unanswered.is_empty() {
                        self.last_answer = now;
                    }
                    self.unanswered.insert(order.order_id.clone(), now);
                    self.report.placed += 1;
                    self.report.took = self.begun.elapsed();
                }
            }
            Envelope::Payments(event) => {
                if let Some(Payments::PaymentCaptured(payment)) = &event.event
                    && !self.excused.contains(&payment.order_id)
                {
                    self.paid.insert(payment.order_id.clone(), Instant::now());
                }
            }
            _ => {}
        }
    }

    pub(crate) fn heard(&mut self, heard: &Heard) {
        let event = match heard {
            Heard::Customs(Customs::ExportFilingRequested(event)) => return self.excuse(&event.order_id),
            Heard::Fulfillment(event) => event,
            _ => return,
        };
        match event {
            Fulfillment::OrderAccepted(event) => self.answered(&event.order_id),
            Fulfillment::OrderRejected(event) => self.answered(&event.order_id),
            Fulfillment::ShipmentHeld(event) => self.excuse(&event.order_id),
            Fulfillment::OrderCancelled(event) => self.excuse(&event.order_id),
            Fulfillment::ShipmentReleased(event) => {
                if let Some(paid) = self.paid.remove(&event.order_id) {
                    self.report.longest_release = self.report.longest_release.max(paid.elapsed());
                }
            }
            _ => {}
        }
    }

    fn excuse(&mut self, order: &str) {
        self.paid.remove(order);
        self.excused.insert(order.to_owned());
    }

    fn answered(&mut self, order: &str) {
        let Some(placed) = self.unanswered.remove(order) else { return };
        let (now, report) = (Instant::now(), &mut self.report);
        let (gap, since_begin) = (now - self.last_answer, now - self.begun);
        report.answered += 1;
        report.longest_answer = report.longest_answer.max(now - placed);
        if gap > report.longest_gap {
            (report.longest_gap, report.gap_ended) = (gap, since_begin);
        }
        self.last_answer = now;
        *report.answers.entry(since_begin.as_secs()).or_default() += 1;
    }

    pub(crate) fn report(self) -> FlowReport {
        self.report
    }
}

impl fmt::Display for FlowReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |time: Duration| format!("{}.{:01} s", time.as_secs(), time.subsec_millis() / 100);
        let rate = u128::from(self.placed) * 1_000 / self.took.as_millis().max(1);
        writeln!(f, "steady flow: {} orders in {}, {rate} a second", self.placed, seconds(self.took))?;
        writeln!(f, "    longest from an order to its answer: {}", seconds(self.longest_answer))?;
        writeln!(f, "    longest from a payment to a released shipment: {}", seconds(self.longest_release))?;
        let (gap, ended) = (seconds(self.longest_gap), seconds(self.gap_ended));
        writeln!(f, "    longest time without an answer: {gap}, until {ended}")?;
        write!(f, "    answers by second:")?;
        self.answers.iter().try_for_each(|(second, answers)| write!(f, " {second}:{answers}"))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use wire::fulfillment::events::v1::OrderAccepted;
    use wire::orders::events::v1::OrderPlaced;

    use super::*;

    fn placed(order: &str) -> Said {
        let event = OrderPlaced { order_id: order.to_owned(), ..Default::default() };
        let (key, time) = (order.to_owned(), Timestamp::UNIX_EPOCH);
        Said { envelope: Envelope::Orders(event.into()), subject: key.clone(), key, time }
    }

    fn accepted(order: &str) -> Heard {
        let event = OrderAccepted { order_id: order.to_owned(), ..Default::default() };
        Heard::Fulfillment(Fulfillment::OrderAccepted(event))
    }

    #[test]
    fn an_order_is_answered_once_and_waits_from_its_placing_on() {
        let mut flow = Flow::new();
        ["A", "B"].into_iter().for_each(|order| flow.said(&placed(order)));
        ["A", "A", "unknown"].into_iter().for_each(|order| flow.heard(&accepted(order)));
        let report = flow.report();
        assert_eq!((report.placed, report.answered), (2, 1));
        assert_eq!(report.answers.values().sum::<u64>(), 1);
        assert!(report.longest_answer >= report.longest_gap, "{report}");
    }
}
