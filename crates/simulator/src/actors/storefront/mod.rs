//! The storefront: quotes and places orders for its buyers, takes them back, asks for returns, and hands in what a held
//! shipment lacks.

mod after_sales;
mod orders;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use wire::fulfillment::events::v1::fulfillment_event::Event as Fulfillment;

use self::after_sales::AfterSales;
use self::orders::Counter;
use super::{Actor, Answer, Deeds, Heard};
use crate::chance::Chance;
use crate::world::World;

pub(crate) struct Storefront {
    counter: Counter,
    after_sales: AfterSales,
}

impl Storefront {
    pub(crate) fn new(world: Arc<World>, chance: Chance) -> Self {
        let by_id: HashMap<String, usize> =
            world.orders.iter().enumerate().map(|(index, order)| (order.id.to_string(), index)).collect();
        Self {
            counter: Counter::new(Arc::clone(&world), chance),
            after_sales: AfterSales::new(world, chance, by_id),
        }
    }
}

impl Actor for Storefront {
    fn name(&self) -> &'static str {
        "storefront"
    }

    fn hear(&mut self, heard: &Heard, now: Timestamp, deeds: &mut Deeds) {
        let Heard::Fulfillment(event) = heard else { return };
        match event {
            Fulfillment::OrderRejected(event) => self.after_sales.ended(&event.order_id),
            Fulfillment::OrderCancelled(event) => self.after_sales.ended(&event.order_id),
            Fulfillment::ShipmentHeld(event) => self.after_sales.held(event, now),
            Fulfillment::ShipmentReadyForCarrier(event) => self.after_sales.packed(&event.order_id),
            Fulfillment::ShipmentDispatched(event) => self.after_sales.dispatched(event),
            Fulfillment::ShipmentDelivered(event) => self.after_sales.delivered(event, now, deeds),
            Fulfillment::ShipmentCancelled(event) => self.after_sales.shipment_gone(&event.shipment_id),
            Fulfillment::ShipmentLost(event) => self.after_sales.shipment_gone(&event.shipment_id),
            Fulfillment::ShipmentReturned(event) => self.after_sales.shipment_gone(&event.shipment_id),
            _ => {}
        }
    }

    fn act(&mut self, now: Timestamp, deeds: &mut Deeds) {
        self.counter.act(now, deeds);
        // Nobody takes back what is not ordered yet: an order is placed when its quote is there.
        if !self.counter.is_quoting() {
            self.after_sales.act(now, deeds);
        }
    }

    fn answered(&mut self, answer: Answer, _: Timestamp, deeds: &mut Deeds) {
        match answer {
            Answer::Quoted { request_id, outcome } => self.counter.quoted(&request_id, outcome, deeds),
            Answer::ReturnAuthorised { request_id, outcome: Err(refusal) } => {
                tracing::debug!(request_id, reason = refusal.reason.name(), "a return was refused");
            }
            Answer::HoldResolved { shipment_id, outcome: Err(refusal) } => {
                tracing::debug!(shipment_id, reason = refusal.reason.name(), "a hold could not be resolved");
            }
            _ => {}
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        [self.counter.next_due(), self.after_sales.next_due()].into_iter().flatten().min()
    }
}
