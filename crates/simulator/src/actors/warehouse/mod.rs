//! The fulfillment centers: put stock away, pack what is released, receive and inspect what comes back.

pub mod parcels;
mod returns;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kernel::{SellerId, Sku, derive_uuid};
use wire::convert::timestamp;
use wire::fulfillment::events::v1::ShipmentReleased;
use wire::fulfillment::events::v1::fulfillment_event::Event as Fulfillment;
use wire::fulfillment::v1::BatchGetConsigneesRequest;
use wire::returns::events::v1::returns_event::Event as Returns;
use wire::warehouse::events::v1::{ShipmentPacked, StockReceived};

use self::parcels::{Measure, Unit, build};
use self::returns::{ReturnDeed, ReturnDesk};
use super::{Actor, Answer, Call, Deeds, Envelope, Heard};
use crate::agenda::Agenda;
use crate::chance::Chance;
use crate::world::World;

/// Stock arrives a day after the catalogue was listed.
const STOCK_AFTER_START: SignedDuration = SignedDuration::from_hours(36);
/// Most consignees that one call asks for (contract of the RPC).
const CONSIGNEES_A_CALL: usize = 500;
/// When the label cannot be printed, the center tries again so much later, and so often.
const LABEL_RETRY: SignedDuration = SignedDuration::from_hours(6);
const LABEL_ATTEMPTS: u32 = 20;

enum Deed {
    PutAway(usize),
    Pack { order: Arc<ShipmentReleased>, attempt: u32 },
    Return(ReturnDeed),
}

pub(crate) struct Warehouse {
    world: Arc<World>,
    chance: Chance,
    agenda: Agenda<Deed>,
    products: HashMap<(SellerId, Sku), usize>,
    given_up: HashSet<String>,
    /// Shipments whose labels are being printed.
    labelling: HashMap<String, (Arc<ShipmentReleased>, u32, Timestamp)>,
    returns: ReturnDesk,
}

impl Warehouse {
    pub(crate) fn new(world: Arc<World>, chance: Chance) -> Self {
        let mut agenda = Agenda::default();
        let opening = world.period.start + STOCK_AFTER_START;
        let mut products = HashMap::new();
        for (index, product) in world.products.iter().enumerate() {
            products.insert((product.seller, product.sku.clone()), index);
            let due = product
                .listed_at
                .map_or(opening, |listed| (listed + SignedDuration::from_hours(12)).max(opening));
            if !product.stock.is_empty() {
                agenda.put(due, format!("stock/{}/{}", product.seller, product.sku), Deed::PutAway(index));
            }
        }
        let returns = ReturnDesk::new(Arc::clone(&world), chance);
        Self { world, chance, agenda, products, given_up: HashSet::new(), labelling: HashMap::new(), returns }
    }

    fn put_away(&self, index: usize, due: Timestamp, deeds: &mut Deeds) {
        let product = &self.world.products[index];
        for holding in &product.stock {
            let key = format!("{}/{}", holding.fc, product.fnsku);
            let parts = [holding.fc.as_str(), product.seller.as_str(), product.sku.as_str()];
            let event = StockReceived {
                receipt_id: derive_uuid("receipt", &parts).to_string(),
                fc: holding.fc.to_string(),
                seller_id: product.seller.to_string(),
                sku: product.sku.to_string(),
                fnsku: product.fnsku.to_string(),
                quantity: holding.units,
                received_time: Some(timestamp(due)),
            };
            deeds.say(&key, &key, due, Envelope::Warehouse(event.into()));
        }
    }

    fn released(&mut self, event: &ShipmentReleased, now: Timestamp) {
        self.returns.shipped(event);
        let shipment = &event.shipment_id;
        let due = now + self.chance.minutes(self.world.behaviour.packed_after, "packed after", shipment);
        let deed = Deed::Pack { order: Arc::new(event.clone()), attempt: 1 };
        self.agenda.put(due, format!("pack/{shipment}"), deed);
    }

    /// Units of a shipment as the scales find them.
    fn units(&self, order: &ShipmentReleased) -> Vec<Unit> {
        let seller = SellerId::parse(&order.seller_id).ok();
        let mut units: BTreeMap<u32, Unit> = BTreeMap::new();
        for line in &order.lines {
            let key = seller.zip(Sku::parse(&line.sku).ok());
            let product =
                key.and_then(|key| self.products.get(&key)).map(|index| &self.world.products[*index]);
            let measure =
                product.and_then(|product| Some(Measure::new(product.weight?, product.dimensions?)));
            let measure = measure.unwrap_or(Measure::OF_THE_UNKNOWN);
            let unit =
                units.entry(line.line_no).or_insert(Unit { line_no: line.line_no, quantity: 0, measure });
            unit.quantity += line.quantity;
        }
        units.into_values().collect()
    }

    fn pack(&self, order: &ShipmentReleased, due: Timestamp, deeds: &mut Deeds) {
        let Some(boxes) = build(&self.units(order)) else {
            tracing::warn!(shipment = order.shipment_id, "does not fit into the parcels of one shipment");
            return;
        };
        let number = |n: usize| self.tracking_number(&order.carrier, &format!("{}/{n}", order.shipment_id));
        let event = ShipmentPacked {
            shipment_id: order.shipment_id.clone(),
            order_id: order.order_id.clone(),
            parcels: boxes.iter().enumerate().map(|(n, parcel)| parcel.to_wire(number(n))).collect(),
            packed_time: Some(timestamp(due)),
        };
        deeds.say(&order.order_id, &order.shipment_id, due, Envelope::Warehouse(event.into()));
    }

    /// A number of the carrier's form.
    fn tracking_number(&self, carrier: &str, parcel: &str) -> String {
        let serial = self.chance.bits("tracking number", parcel);
        if carrier.starts_with("DHL") {
            format!("JD01{:016}", serial % 10_000_000_000_000_000)
        } else {
            format!("7{:014}", serial % 100_000_000_000_000)
        }
    }

    /// Asks for the labels of everything that is due to be packed.
    fn ask_for_labels(&mut self, due: Vec<(Timestamp, Arc<ShipmentReleased>, u32)>, deeds: &mut Deeds) {
        let ids: Vec<String> = due.iter().map(|(_, order, _)| order.shipment_id.clone()).collect();
        for (time, order, attempt) in due {
            self.labelling.insert(order.shipment_id.clone(), (order, attempt, time));
        }
        for ids in ids.chunks(CONSIGNEES_A_CALL) {
            deeds.ask(Call::ConsigneesToPack(BatchGetConsigneesRequest { shipment_ids: ids.to_vec() }));
        }
    }
}

impl Actor for Warehouse {
    fn name(&self) -> &'static str {
        "warehouse"
    }

    fn hear(&mut self, heard: &Heard, now: Timestamp, _: &mut Deeds) {
        match heard {
            Heard::Fulfillment(Fulfillment::ShipmentReleased(event)) => self.released(event, now),
            Heard::Fulfillment(Fulfillment::ShipmentCancelled(event)) => {
                self.given_up.insert(event.shipment_id.clone());
            }
            Heard::Returns(Returns::ReturnAuthorised(event)) => {
                for (due, id, deed) in self.returns.authorised(event, now) {
                    self.agenda.put(due, id, Deed::Return(deed));
                }
            }
            _ => {}
        }
    }

    fn act(&mut self, now: Timestamp, deeds: &mut Deeds) {
        let mut to_pack = Vec::new();
        while let Some((due, _, deed)) = self.agenda.take_due(now) {
            match deed {
                Deed::PutAway(product) => self.put_away(product, due, deeds),
                Deed::Pack { order, attempt } if !self.given_up.contains(&order.shipment_id) => {
                    to_pack.push((due, order, attempt));
                }
                Deed::Pack { .. } => {}
                Deed::Return(deed) => self.returns.perform(&deed, due, deeds),
            }
        }
        self.ask_for_labels(to_pack, deeds);
    }

    fn answered(&mut self, answer: Answer, _: Timestamp, deeds: &mut Deeds) {
        let Answer::Consignees { shipment_ids, outcome } = answer else { return };
        let consignees = outcome.map(|response| response.consignees).unwrap_or_default();
        for shipment in shipment_ids {
            let Some((order, attempt, due)) = self.labelling.remove(&shipment) else { continue };
            let label = consignees.iter().find(|consignee| consignee.shipment_id == shipment);
            let country = label.and_then(|label| label.ship_to.as_ref()).map(|address| &address.country_code);
            if country == Some(&order.destination_country_code) {
                self.pack(&order, due, deeds);
            } else if attempt < LABEL_ATTEMPTS {
                tracing::warn!(shipment, attempt, "no label can be printed");
                let deed = Deed::Pack { order, attempt: attempt + 1 };
                self.agenda.put(due + LABEL_RETRY, format!("pack/{shipment}"), deed);
            }
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.agenda.next_due()
    }
}
