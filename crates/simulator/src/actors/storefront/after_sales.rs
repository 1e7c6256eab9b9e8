//! What buyers do after they ordered: hand in a missing tax id, take units back, return what was delivered.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use kernel::derive_uuid;
use wire::convert::timestamp;
use wire::fulfillment::events::v1::{ShipmentDelivered, ShipmentDispatched, ShipmentHeld};
use wire::fulfillment::v1::ResolveHoldRequest;
use wire::fulfillment::v1::resolve_hold_request::Resolution;
use wire::orders::events::v1::OrderCancellationRequested;
use wire::returns::v1::{AuthoriseReturnRequest, ReturnLine};

use super::super::{Call, Deeds, Envelope};
use crate::agenda::Agenda;
use crate::chance::Chance;
use crate::world::{BuyerBook, World};

/// Holds that buyers or operators can resolve (reasons of customs).
const TAX_ID_WANTED: &str = "RECIPIENT_TAX_ID";
const FILING_REJECTED: &str = "FILING_REJECTED";
/// Claims of buyers who return units.
const DEFECTIVE: &str = "DEFECTIVE";
const UNWANTED: &str = "UNWANTED_ITEM";

enum Intent {
    SupplyTaxId { shipment: String, order: String },
    Recheck { shipment: String },
    Return { order: String, reference: String, lines: Vec<(u32, u32)> },
}

/// What the storefront knows of an order that is under way.
#[derive(Default)]
struct View {
    /// A shipment of it stands packed, or left.
    packed: bool,
    /// Rejected or cancelled.
    ended: bool,
    /// Units to be given back once they are delivered: line, units, and the source's number of the wish.
    wanted_back: Vec<(u32, u32, String)>,
}

pub(super) struct AfterSales {
    world: Arc<World>,
    chance: Chance,
    by_id: HashMap<String, usize>,
    agenda: Agenda<Intent>,
    /// The next take-back of the source.
    next: usize,
    views: HashMap<String, View>,
    /// Units by line of each shipment on its way.
    on_the_way: HashMap<String, BTreeMap<u32, u32>>,
    /// Units by line of each order that were delivered and are not being returned.
    delivered: HashMap<String, BTreeMap<u32, u32>>,
    asked_for: HashSet<String>,
}

impl AfterSales {
    pub(super) fn new(world: Arc<World>, chance: Chance, by_id: HashMap<String, usize>) -> Self {
        Self {
            world,
            chance,
            by_id,
            agenda: Agenda::default(),
            next: 0,
            views: HashMap::new(),
            on_the_way: HashMap::new(),
            delivered: HashMap::new(),
            asked_for: HashSet::new(),
        }
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let take_back = self.world.take_backs.get(self.next).map(|take_back| take_back.at);
        [take_back, self.agenda.next_due()].into_iter().flatten().min()
    }

    pub(super) fn ended(&mut self, order: &str) {
        self.views.entry(order.to_owned()).or_default().ended = true;
    }

    pub(super) fn packed(&mut self, order: &str) {
        self.views.entry(order.to_owned()).or_default().packed = true;
    }

    pub(super) fn shipment_gone(&mut self, shipment: &str) {
        self.on_the_way.remove(shipment);
    }

    pub(super) fn dispatched(&mut self, event: &ShipmentDispatched) {
        self.packed(&event.order_id);
        let units = self.on_the_way.entry(event.shipment_id.clone()).or_default();
        for line in &event.lines {
            units.insert(line.line_no, line.quantity);
        }
    }

    /// Puts on the agenda what resolves a hold, if anybody will.
    pub(super) fn held(&mut self, event: &ShipmentHeld, now: Timestamp) {
        let (shipment, order) = (event.shipment_id.clone(), event.order_id.clone());
        let habits = &self.world.behaviour;
        if event.reason.contains(FILING_REJECTED) {
            let after = self.chance.minutes(habits.filing_rechecked_after, "rechecked after", &shipment);
            self.agenda.put(now + after, format!("recheck/{shipment}"), Intent::Recheck { shipment });
        } else if event.reason.contains(TAX_ID_WANTED)
            && self.chance.happens(habits.tax_id_supplied_later, "tax id supplied", &shipment)
        {
            let after = self.chance.minutes(habits.tax_id_supplied_after, "tax id after", &shipment);
            self.agenda.put(
                now + after,
                format!("tax id/{shipment}"),
                Intent::SupplyTaxId { shipment, order },
            );
        }
    }

    /// Decides whether the buyer keeps what came.
    pub(super) fn delivered(&mut self, event: &ShipmentDelivered, now: Timestamp, deeds: &mut Deeds) {
        let (shipment, order) = (&event.shipment_id, &event.order_id);
        let Some(units) = self.on_the_way.remove(shipment) else { return };
        let kept = self.delivered.entry(order.clone()).or_default();
        for (line, quantity) in &units {
            *kept.entry(*line).or_default() += quantity;
        }
        if self.world.take_backs.is_empty() {
            self.maybe_return(shipment, order, &units, now);
        } else {
            self.give_back(order, deeds);
        }
    }

    /// The source does not say what came back: some buyers return some units of one line.
    fn maybe_return(&mut self, shipment: &str, order: &str, units: &BTreeMap<u32, u32>, now: Timestamp) {
        let habits = &self.world.behaviour;
        let lines: Vec<(u32, u32)> = units.iter().map(|(line, quantity)| (*line, *quantity)).collect();
        let wanted = self.chance.happens(habits.return_wanted, "return wanted", shipment);
        let Some((line, quantity)) = self.chance.pick(&lines, "returned line", shipment).filter(|_| wanted)
        else {
            return;
        };
        let quantity = 1 + self.chance.below(u64::from(*quantity), "returned units", shipment);
        let lines = vec![(*line, u32::try_from(quantity).unwrap_or(1))];
        let due = now + self.chance.minutes(habits.return_wanted_after, "return after", shipment);
        let (order, reference) = (order.to_owned(), shipment.to_owned());
        self.agenda.put(due, format!("return/{shipment}"), Intent::Return { order, reference, lines });
    }

    pub(super) fn act(&mut self, now: Timestamp, deeds: &mut Deeds) {
        while let Some(take_back) =
            self.world.take_backs.get(self.next).filter(|take_back| take_back.at <= now)
        {
            self.next += 1;
            let lines: Vec<(u32, u32)> =
                take_back.lines.iter().map(|(line, quantity)| (line.get(), quantity.get())).collect();
            let (order, reference, at) =
                (take_back.order.to_string(), take_back.reference.clone(), take_back.at);
            self.take_back(&order, &reference, &lines, at, deeds);
        }
        while let Some((_, _, intent)) = self.agenda.take_due(now) {
            match intent {
                Intent::Recheck { shipment } => recheck(shipment, deeds),
                Intent::SupplyTaxId { shipment, order } => self.supply_tax_id(shipment, &order, deeds),
                Intent::Return { order, reference, lines } => {
                    self.ask_return(&order, &reference, lines, deeds)
                }
            }
        }
    }

    /// A take-back of the source: whole lines are cancelled while nothing is packed; whatever is delivered in spite of
    /// it, or was before, is returned.
    fn take_back(
        &mut self,
        order: &str,
        reference: &str,
        lines: &[(u32, u32)],
        at: Timestamp,
        deeds: &mut Deeds,
    ) {
        let view = self.views.entry(order.to_owned()).or_default();
        if view.ended {
            return;
        }
        view.wanted_back.extend(lines.iter().map(|(line, units)| (*line, *units, reference.to_owned())));
        let packed = view.packed;
        let ordered = self.by_id.get(order).map(|index| &self.world.orders[*index]);
        let whole = |line: &u32, units: &u32| {
            ordered.is_some_and(|order| {
                order.lines.iter().any(|l| l.line_no.get() == *line && l.quantity.get() == *units)
            })
        };
        let cancelled: Vec<u32> =
            lines.iter().filter(|(line, units)| whole(line, units)).map(|(line, _)| *line).collect();
        if !packed && !cancelled.is_empty() {
            let event = OrderCancellationRequested {
                cancellation_id: derive_uuid("cancellation", &[order, reference]).to_string(),
                order_id: order.to_owned(),
                line_nos: cancelled,
                requested_time: Some(timestamp(at)),
            };
            deeds.say(order, order, at, Envelope::Orders(event.into()));
        }
        self.give_back(order, deeds);
    }

    /// Asks to return what is wanted back and was delivered.
    fn give_back(&mut self, order: &str, deeds: &mut Deeds) {
        let Some(view) = self.views.get_mut(order) else { return };
        let kept = self.delivered.entry(order.to_owned()).or_default();
        let mut asked: BTreeMap<String, Vec<(u32, u32)>> = BTreeMap::new();
        view.wanted_back.retain_mut(|(line, units, reference)| {
            let held = kept.entry(*line).or_default();
            let returned = (*units).min(*held);
            if returned > 0 {
                *held -= returned;
                *units -= returned;
                asked.entry(reference.clone()).or_default().push((*line, returned));
            }
            *units > 0
        });
        for (reference, lines) in asked {
            self.ask_return(order, &reference, lines, deeds);
        }
    }

    fn ask_return(&mut self, order: &str, reference: &str, lines: Vec<(u32, u32)>, deeds: &mut Deeds) {
        let habits = &self.world.behaviour;
        let mut key = format!("{order}/{reference}");
        while !self.asked_for.insert(key.clone()) {
            key.push('+');
        }
        let defect = self.chance.happens(habits.return_claims_defect, "claims defect", &key);
        let reason_code = if defect { DEFECTIVE } else { UNWANTED };
        let lines = lines.into_iter().map(|(line_no, quantity)| ReturnLine {
            line_no,
            quantity,
            reason_code: reason_code.to_owned(),
        });
        deeds.ask(Call::AuthoriseReturn(AuthoriseReturnRequest {
            request_id: derive_uuid("return", &[&key]).to_string(),
            order_id: order.to_owned(),
            lines: lines.collect(),
            exception_reason: String::new(),
        }));
    }

    fn supply_tax_id(&self, shipment: String, order: &str, deeds: &mut Deeds) {
        let Some(order) = self.by_id.get(order).map(|index| &self.world.orders[*index]) else { return };
        let country = order.consignee.country();
        let Some(number) = BuyerBook::tax_id(self.chance, country, &order.buyer) else { return };
        deeds.ask(Call::ResolveHold(ResolveHoldRequest {
            request_id: derive_uuid("tax id", &[&shipment]).to_string(),
            shipment_id: shipment,
            resolution: Some(Resolution::RecipientTaxId(number.as_str().to_owned())),
        }));
    }
}

fn recheck(shipment: String, deeds: &mut Deeds) {
    deeds.ask(Call::RecheckHold(ResolveHoldRequest {
        request_id: derive_uuid("recheck", &[&shipment]).to_string(),
        shipment_id: shipment,
        resolution: Some(Resolution::Recheck(true)),
    }));
}
