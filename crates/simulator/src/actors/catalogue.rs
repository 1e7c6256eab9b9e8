//! The catalogue: lists every product, most at the beginning, some later.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Actor, Deeds, Envelope, Heard};
use crate::agenda::Agenda;
use crate::world::World;

/// Listings come a day after the sellers have registered.
const AFTER_REGISTRATION: SignedDuration = SignedDuration::from_hours(24);

pub(crate) struct Catalogue {
    world: Arc<World>,
    /// Products to list, by their place in the world.
    agenda: Agenda<usize>,
}

impl Catalogue {
    pub(crate) fn new(world: Arc<World>) -> Self {
        let mut agenda = Agenda::default();
        let opening = world.period.start + AFTER_REGISTRATION;
        for (index, product) in world.products.iter().enumerate() {
            let due = product.listed_at.unwrap_or(opening).max(opening);
            agenda.put(due, format!("{}/{}", product.seller, product.sku), index);
        }
        Self { world, agenda }
    }
}

impl Actor for Catalogue {
    fn name(&self) -> &'static str {
        "catalogue"
    }

    fn hear(&mut self, _: &Heard, _: Timestamp, _: &mut Deeds) {}

    fn act(&mut self, now: Timestamp, deeds: &mut Deeds) {
        while let Some((due, id, index)) = self.agenda.take_due(now) {
            let listing = self.world.products[index].listing();
            deeds.say(&id, &id, due, Envelope::Catalog(listing.into()));
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.agenda.next_due()
    }
}
