//! Giving shipments up before they leave: by the buyer, by the seller, or because time ran out.
//!
//! Customs and the center know a shipment as a whole, so a shipment is cancelled as a whole: lines may be cancelled when
//! they make up whole shipments.

use std::collections::BTreeSet;

use kernel::LineNo;

use super::event::{Event, Recipient};
use super::order::{Context, Fault, Order, OrderState, Outcome};
use super::reason::TOO_LATE;
use super::shipment::{Shipment, Stage};
use super::stock::StockDelta;

impl Order {
    /// Takes lines, or all, back before they are packed. Of a whole order, what is packed goes on. `note` is what the
    /// caller said of it.
    ///
    /// # Errors
    /// When a line is not of this order, is packed, or shares a shipment with a line that is to stay; when nothing of
    /// the whole order can be cancelled any more.
    pub(crate) fn cancel(
        &mut self,
        lines: &BTreeSet<LineNo>,
        reason: &'static str,
        note: &str,
        context: &Context<'_>,
    ) -> Result<Outcome, Fault> {
        if self.state == OrderState::Rejected {
            return Err(Fault::WrongState(format!(
                "order {} was rejected: there is nothing to cancel",
                self.id
            )));
        }
        let wanted = if lines.is_empty() { self.all_cancellable()? } else { self.shipments_of(lines)? };
        if wanted.is_empty() {
            return Ok(Outcome::AlreadyApplied);
        }
        self.record("CANCELLATION_REQUESTED", None, note.to_owned(), context);
        self.cancel_shipments(&wanted, reason, context);
        Ok(Outcome::Applied)
    }

    /// As [`Order::cancel`] for a buyer who asked by event: where it is too late, the buyer is told.
    ///
    /// # Errors
    /// When a line is not of this order.
    pub(crate) fn cancel_or_tell(
        &mut self,
        lines: &BTreeSet<LineNo>,
        reason: &'static str,
        context: &Context<'_>,
    ) -> Result<Outcome, Fault> {
        match self.cancel(lines, reason, "", context) {
            Err(Fault::WrongState(problem)) => {
                self.record("CANCELLATION_REFUSED", None, problem, context);
                let reasons = vec![TOO_LATE.to_owned()];
                let (recipient, template) = (Recipient::Buyer, "cancellation_refused");
                self.emit(Event::Notified { recipient, template, reasons }, context);
                Ok(Outcome::Late)
            }
            result => result,
        }
    }

    /// Shipments that are not yet packed; an error when there is none but not all are cancelled.
    fn all_cancellable(&self) -> Result<Vec<usize>, Fault> {
        let open: Vec<usize> = self.positions(Shipment::is_before_packing);
        if open.is_empty() && self.state != OrderState::Cancelled {
            let problem = format!("order {} is packed or has left: it can only be returned", self.id);
            return Err(Fault::WrongState(problem));
        }
        Ok(open)
    }

    /// Shipments that the lines make up and that are not cancelled yet.
    fn shipments_of(&self, lines: &BTreeSet<LineNo>) -> Result<Vec<usize>, Fault> {
        if let Some(unknown) = lines.iter().find(|line_no| self.line(**line_no).is_none()) {
            return Err(Fault::Invalid(format!("order {} has no line {unknown}", self.id)));
        }
        let has_one = |shipment: &Shipment| shipment.lines.iter().any(|line| lines.contains(&line.line_no));
        let open = self.positions(|shipment| shipment.stage != Stage::Cancelled && has_one(shipment));
        for &position in &open {
            let shipment = &self.shipments[position];
            if !shipment.is_before_packing() {
                let problem =
                    format!("shipment {} is packed or has left: it can only be returned", shipment.id);
                return Err(Fault::WrongState(problem));
            }
            let staying = shipment.lines.iter().find(|line| !lines.contains(&line.line_no));
            if let Some(line) = staying {
                let problem = format!(
                    "line {} is in the same shipment {} and would stay: cancel it too, or return the others later",
                    line.line_no, shipment.id
                );
                return Err(Fault::WrongState(problem));
            }
        }
        Ok(open)
    }

    /// Cancels every shipment that has not left.
    pub(super) fn cancel_open_shipments(&mut self, reason: &'static str, context: &Context<'_>) {
        let open = self.positions(|shipment| shipment.stage.is_in_center());
        self.cancel_shipments(&open, reason, context);
    }

    /// Gives shipments up: stock is let go, what was paid for goods and shipping is paid back, both sides are told.
    pub(super) fn cancel_shipments(
        &mut self,
        positions: &[usize],
        reason: &'static str,
        context: &Context<'_>,
    ) {
        for &position in positions {
            let paid_for = self.retained(&self.shipments[position]);
            let id = self.shipments[position].id;
            self.change_stock(position, |units| StockDelta { reserved: -units, ..StockDelta::default() });
            self.enter(position, Stage::Cancelled, context);
            self.emit(Event::ShipmentCancelled(position, reason), context);
            self.request_refund(Some(id), paid_for, context);
        }
        self.notify("shipment_cancelled", &[reason.to_owned()], context);
        self.close_if_done(Some(reason), context);
    }

    fn positions(&self, choose: impl Fn(&Shipment) -> bool) -> Vec<usize> {
        (0..self.shipments.len()).filter(|position| choose(&self.shipments[*position])).collect()
    }
}
