//! What a use case leads to, gathered and saved together: events, reimbursements, requests for money, bookings,
//! deadlines.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{OrderId, ReimbursementId, RmaId, SellerId, ShipmentId};
use ledger::Transaction;
use messaging::{Deadline, HandleError, Outgoing, deadlines, outbox};
use sqlx::PgConnection;
use uuid::Uuid;
use wire::returns::events::v1::ReturnsEvent;

use super::{Rules, SERVICE};
use crate::domain::{
    Cause, Line, MoneyKind, MoneyRequest, MoneyState, Outcome, Product, Reimbursement, ReimbursementState,
    Rma, books,
};
use crate::publish;
use crate::store;

/// A return whose units must have arrived.
pub(crate) const ARRIVAL: &str = "return-arrival";
/// A refund or payout to be asked for again.
pub(crate) const RETRY: &str = "money-retry";
/// A reimbursement that lacks a fact.
pub(crate) const REVIEW: &str = "reimbursement-review";

/// What follows; saved by [`Effects::save`].
pub(crate) struct Effects<'a> {
    rules: &'a Rules,
    now: Timestamp,
    /// By aggregate, in order: returns and lost shipments.
    events: BTreeMap<Uuid, Vec<ReturnsEvent>>,
    reimbursements: Vec<Reimbursement>,
    requests: Vec<MoneyRequest>,
    bookings: Vec<Transaction>,
    deadlines: Vec<Deadline>,
}

impl<'a> Effects<'a> {
    pub(crate) fn new(rules: &'a Rules, now: Timestamp) -> Self {
        Self {
            rules,
            now,
            events: BTreeMap::new(),
            reimbursements: Vec::new(),
            requests: Vec::new(),
            bookings: Vec::new(),
            deadlines: Vec::new(),
        }
    }

    /// An event of an aggregate, after those it has.
    pub(crate) fn publish(&mut self, subject: Uuid, event: impl Into<ReturnsEvent>) {
        self.events.entry(subject).or_default().push(event.into());
    }

    /// Something to be done later.
    pub(crate) fn remind(&mut self, kind: &'static str, subject: impl ToString, due: Timestamp) {
        self.deadlines.push(Deadline::new(kind, subject.to_string(), due));
    }

    /// A return was authorised.
    pub(crate) fn authorised(&mut self, rma: &Rma) {
        self.publish(rma.id.into(), publish::authorised(rma));
        self.remind(ARRIVAL, rma.id, rma.deadline);
    }

    /// A unit was judged: restocked, reimbursed, refunded.
    pub(crate) fn judged(
        &mut self,
        rma: &Rma,
        outcome: &Outcome,
        product: &Product,
    ) -> Result<(), HandleError> {
        let unit = &outcome.unit;
        let subject = rma.id.into();
        let line = rma.line(unit.line).ok_or_else(|| HandleError::failed("a unit without its line"))?;
        self.publish(subject, publish::disposed(rma, outcome));
        if outcome.judgement.restock {
            self.publish(subject, publish::restocked(rma, line, unit));
        }
        for (kind, amount) in
            [(MoneyKind::Return, unit.refund), (MoneyKind::ReturnPostage, unit.postage_refund)]
        {
            if !amount.is_zero() {
                self.refund(rma, line, kind, unit.lpn.to_string().as_str(), amount)?;
            }
        }
        if let Some(id) = unit.reimbursement {
            let owed = self.owed(id, subject, (rma.seller, rma.order), line, Cause::CustomerReturn);
            self.reimburse(Reimbursement { quantity: 1, paid: unit.price, ..owed }, product)?;
        }
        Ok(())
    }

    /// A reimbursement that is yet to be valued.
    pub(crate) fn owed(
        &self,
        id: ReimbursementId,
        subject: Uuid,
        (seller, order): (SellerId, OrderId),
        line: &Line,
        cause: Cause,
    ) -> Reimbursement {
        let zero = kernel::Money::usd(0);
        let paid = line.prices.iter().fold(zero, |sum, price| sum.checked_add(*price).unwrap_or(sum));
        Reimbursement {
            id,
            subject,
            seller,
            order,
            asin: line.asin,
            sku: line.sku.clone(),
            quantity: line.quantity,
            cause,
            paid,
            occurred: self.now,
            state: ReimbursementState::Undecided,
            amount: zero,
            explanation: Vec::new(),
        }
    }

    /// Values a reimbursement, says so, and asks for its payout, if anything is to be paid; without a fact it is looked at
    /// again later.
    pub(crate) fn reimburse(
        &mut self,
        mut owed: Reimbursement,
        product: &Product,
    ) -> Result<(), HandleError> {
        let rules = self.rules;
        let decided = owed.decide(&rules.valuation, product, &rules.policies).map_err(HandleError::failed)?;
        if !decided {
            let again = rules.policies.review_at(self.now).map_err(HandleError::failed)?;
            self.remind(REVIEW, owed.id, again);
        } else {
            self.publish(owed.subject, publish::reimbursed(&owed, self.now));
            if owed.state == ReimbursementState::Approved {
                self.bookings.push(books::approved(&owed, self.now).map_err(HandleError::failed)?);
                self.payout(&owed);
            }
        }
        self.reimbursements.push(owed);
        Ok(())
    }

    fn payout(&mut self, owed: &Reimbursement) {
        self.ask(MoneyRequest {
            id: owed.payout().into(),
            subject: owed.subject,
            kind: MoneyKind::Payout,
            order: owed.order,
            shipment: None,
            seller: owed.seller,
            amount: owed.amount,
            reference: owed.id.to_string(),
            state: MoneyState::Requested,
            attempts: 0,
        });
    }

    fn refund(
        &mut self,
        rma: &Rma,
        line: &Line,
        kind: MoneyKind,
        of: &str,
        amount: kernel::Money,
    ) -> Result<(), HandleError> {
        let request = MoneyRequest {
            id: kernel::derive_uuid("refund", &[kind.name(), of]),
            subject: rma.id.into(),
            kind,
            order: rma.order,
            shipment: Some(line.shipment),
            seller: rma.seller,
            amount,
            reference: String::new(),
            state: MoneyState::Requested,
            attempts: 0,
        };
        self.bookings.push(books::refund_owed(&request, self.now).map_err(HandleError::failed)?);
        self.ask(request);
        Ok(())
    }

    /// Asks payments (again).
    pub(crate) fn ask(&mut self, mut request: MoneyRequest) {
        request.attempts += 1;
        self.publish(request.subject, publish::asked(&request));
        self.requests.push(request);
    }

    /// Payments answered.
    pub(crate) fn answered(&mut self, request: MoneyRequest, booking: Option<Transaction>) {
        self.requests.push(request);
        self.bookings.extend(booking);
    }

    /// A shipment is lost: all its units are reimbursed.
    pub(crate) fn lost(
        &mut self,
        shipment: ShipmentId,
        of: (SellerId, OrderId),
        line: &Line,
        product: &Product,
    ) -> Result<(), HandleError> {
        let name = [shipment.to_string(), line.line.to_string()];
        let id = kernel::derive_uuid("reimbursement", &[&name[0], &name[1]]).into();
        let owed = self.owed(id, shipment.into(), of, line, Cause::LostOutbound);
        self.reimburse(owed, product)
    }

    /// Ends a return when it is complete.
    pub(crate) fn close_when_complete(&mut self, rma: &mut Rma) {
        if rma.close_when_complete() {
            self.publish(rma.id.into(), publish::closed(rma));
        }
    }

    /// Ends a return whose time is over.
    pub(crate) fn close(&mut self, rma: &mut Rma) {
        if rma.close() {
            self.publish(rma.id.into(), publish::closed(rma));
        }
    }

    /// Writes everything; the aggregates must be saved before.
    pub(crate) async fn save(self, db: &mut PgConnection) -> Result<(), HandleError> {
        store::reimbursements::save(db, &self.reimbursements, self.now).await?;
        store::money::save(db, &self.requests).await?;
        ledger::record(db, &self.bookings)
            .await
            .map_err(|error| HandleError::from(anyhow::Error::from(error)))?;
        deadlines::set(db, &self.deadlines).await?;
        let counts = self.events.iter().map(|(subject, events)| (*subject, events.len() as i64)).collect();
        let before = store::subjects::advance(db, &counts).await?;
        let mut outgoing = Vec::new();
        for (subject, events) in self.events {
            let mut sequence =
                *before.get(&subject).ok_or_else(|| HandleError::failed("events of nothing"))?;
            let name = RmaId::from(subject).to_string();
            for event in events {
                sequence += 1;
                outgoing.push(Outgoing::event::<ReturnsEvent>(&name, &name, sequence, self.now, event));
            }
        }
        outbox::enqueue(db, SERVICE, &outgoing).await?;
        Ok(())
    }
}
