//! What happens when nothing happens: every state has a deadline and a compensation.

use super::order::{Context, Order, OrderState, Outcome};
use super::reason::{CLEARANCE_TIMEOUT, HANDOVER_TIMEOUT, HOLD_EXPIRED, PACK_TIMEOUT, PAYMENT_TIMEOUT};
use super::shipment::ShipmentState;

impl Order {
    /// Compensates for every deadline of the order that has passed. Those that were met or moved are left alone.
    pub(crate) fn expire(&mut self, context: &Context<'_>) -> Outcome {
        let before = self.version;
        if self.state == OrderState::Accepted && self.payment_due.is_some_and(|due| due <= context.now) {
            self.cancel_open_shipments(PAYMENT_TIMEOUT, context);
        }
        for position in 0..self.shipments.len() {
            if self.shipments[position].due.is_some_and(|due| due <= context.now) {
                self.expire_shipment(position, context);
            }
        }
        if self.version == before { Outcome::AlreadyApplied } else { Outcome::Applied }
    }

    fn expire_shipment(&mut self, position: usize, context: &Context<'_>) {
        let reason = match self.shipments[position].state() {
            ShipmentState::Held => HOLD_EXPIRED,
            ShipmentState::Planned | ShipmentState::Cleared => CLEARANCE_TIMEOUT,
            ShipmentState::Released => PACK_TIMEOUT,
            ShipmentState::Packed | ShipmentState::Ready => HANDOVER_TIMEOUT,
            ShipmentState::Dispatched | ShipmentState::Refused => {
                self.lose(position, context.now, context);
                return;
            }
            ShipmentState::Delivered
            | ShipmentState::Lost
            | ShipmentState::Returned
            | ShipmentState::Cancelled => return,
        };
        self.cancel_shipments(&[position], reason, context);
    }
}
