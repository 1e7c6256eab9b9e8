//! The buyer's money: in, or not coming. Money for what is no longer sold goes back.

use jiff::Timestamp;
use kernel::Money;

use super::event::Event;
use super::order::{Context, Fault, Order, OrderState, Outcome};
use super::reason::PAYMENT_FAILED;
use super::shipment::Stage;

impl Order {
    /// Books the buyer's payment and releases what is cleared. What was cancelled before is paid back, the deposit
    /// included: customs never had it.
    ///
    /// # Errors
    /// When another amount than what is due was captured.
    pub(crate) fn capture_payment(
        &mut self,
        amount: Money,
        captured_at: Timestamp,
        context: &Context<'_>,
    ) -> Result<Outcome, Fault> {
        if self.is_paid() {
            return Ok(Outcome::AlreadyApplied);
        }
        let nothing_sold = matches!(self.state, OrderState::Rejected | OrderState::Cancelled);
        if !nothing_sold && amount != self.amount_due() {
            let due = self.amount_due();
            return Err(Fault::Invalid(format!(
                "captured {amount}, but {due} are due for order {}",
                self.id
            )));
        }
        self.paid_at = Some(captured_at);
        self.captured = amount;
        self.payment_due = None;
        if nothing_sold {
            self.record("PAYMENT_CAPTURED_LATE", None, amount.to_string(), context);
            self.request_refund(None, amount, context);
            return Ok(Outcome::Applied);
        }
        self.record("PAYMENT_CAPTURED", None, amount.to_string(), context);
        self.state = OrderState::Paid;
        for position in 0..self.shipments.len() {
            self.pay_shipment(position, context);
        }
        Ok(Outcome::Applied)
    }

    fn pay_shipment(&mut self, position: usize, context: &Context<'_>) {
        let shipment = &self.shipments[position];
        if shipment.stage == Stage::Cancelled {
            let parts = [self.goods(shipment), shipment.shipping_share, shipment.deposit_share];
            let id = shipment.id;
            self.request_refund(Some(id), Money::usd(parts.iter().map(Money::minor).sum()), context);
            return;
        }
        self.emit(Event::ShipmentPaid(position), context);
        self.set_due(position, context);
        self.advance(position, context);
    }

    /// Gives the order up because the buyer's money will not come.
    ///
    /// # Errors
    /// When the money is in.
    pub(crate) fn fail_payment(&mut self, context: &Context<'_>) -> Result<Outcome, Fault> {
        match self.state {
            OrderState::Accepted => {
                self.cancel_open_shipments(PAYMENT_FAILED, context);
                Ok(Outcome::Applied)
            }
            OrderState::Rejected | OrderState::Cancelled => Ok(Outcome::Late),
            OrderState::Paid | OrderState::Closed => {
                Err(Fault::WrongState(format!("order {} is paid: its payment cannot fail any more", self.id)))
            }
        }
    }
}
