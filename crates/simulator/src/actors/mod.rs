//! The parts of the outside world. Each is a plain state machine on simulated time: it hears events of the services, acts
//! when something is due, says events and asks calls. It does no input or output itself, and everything left to chance
//! is decided by hashing ids, so that the order in which things arrive changes nothing.

mod broker;
mod carrier;
mod catalogue;
mod deeds;
mod itinerary;
mod payments;
mod registry;
mod storefront;
mod treasury;
mod warehouse;

use std::sync::Arc;

use jiff::Timestamp;

pub use deeds::{Answer, Call, Deeds, Envelope, Refusal, Said};
pub use warehouse::parcels;

use crate::chance::Chance;
use crate::world::World;

/// An event of a service.
#[derive(Debug, Clone)]
pub enum Heard {
    /// Of enrollment.
    Enrollment(wire::enrollment::events::v1::enrollment_event::Event),
    /// Of eligibility.
    Eligibility(wire::eligibility::events::v1::eligibility_event::Event),
    /// Of fulfillment.
    Fulfillment(wire::fulfillment::events::v1::fulfillment_event::Event),
    /// Of customs.
    Customs(wire::customs::events::v1::customs_event::Event),
    /// Of returns.
    Returns(wire::returns::events::v1::returns_event::Event),
}

/// One part of the outside world.
pub trait Actor: Send {
    /// Its name, and the `ce_source` of what it says.
    fn name(&self) -> &'static str;

    /// Takes note of an event.
    fn hear(&mut self, heard: &Heard, now: Timestamp, deeds: &mut Deeds);

    /// Does what is due.
    fn act(&mut self, now: Timestamp, deeds: &mut Deeds);

    /// Takes the answer to a call it asked.
    fn answered(&mut self, answer: Answer, now: Timestamp, deeds: &mut Deeds) {
        let _ = (answer, now, deeds);
    }

    /// When it has something to do next.
    fn next_due(&self) -> Option<Timestamp>;

    /// True when something of it is still to come that the play must wait for.
    fn has_plans(&self) -> bool {
        self.next_due().is_some()
    }
}

/// All actors of a world, in the order in which they take their turns.
pub fn cast(world: &Arc<World>, chance: Chance) -> Vec<Box<dyn Actor>> {
    vec![
        Box::new(treasury::Treasury::new(Arc::clone(world))),
        Box::new(registry::Registry::new(Arc::clone(world))),
        Box::new(catalogue::Catalogue::new(Arc::clone(world))),
        Box::new(storefront::Storefront::new(Arc::clone(world), chance)),
        Box::new(payments::Payments::new(Arc::clone(world), chance)),
        Box::new(warehouse::Warehouse::new(Arc::clone(world), chance)),
        Box::new(carrier::Carrier::new(Arc::clone(world), chance)),
        Box::new(broker::Broker::new(Arc::clone(world), chance)),
    ]
}
