//! Units that come back: which arrive, in which condition, with which postage.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kernel::{Country, Currency, Money};
use wire::convert::{money, timestamp};
use wire::fulfillment::events::v1::ShipmentReleased;
use wire::returns::events::v1::{AuthorisedLine, ReturnAuthorised};
use wire::warehouse::events::v1::{ReturnCondition, ReturnUnitInspected, ReturnUnitReceived};

use super::super::{Deeds, Envelope};
use crate::chance::Chance;
use crate::import::month_of;
use crate::world::World;

/// Reason of returns that no buyer asked for begins so: the carrier brought them back.
const UNDELIVERED: &str = "UNDELIVER";
/// Reason of a buyer who claims a defect.
const DEFECTIVE: &str = "DEFECTIVE";
/// Units that the carrier brought back are unpacked so much later.
const UNPACKED_AFTER: SignedDuration = SignedDuration::from_hours(20);
/// Return postage in US cents.
const LEAST_POSTAGE: u64 = 600;
const POSTAGE_SPREAD: u64 = 2_600;
/// Where units arrive when the order's center is not known.
const DEFAULT_CENTER: &str = "LEX1";

/// One unit on its way back.
#[derive(Debug, Clone)]
pub(super) struct ReturnedUnit {
    rma: String,
    lpn: String,
    order: String,
    line_no: u32,
    reason: String,
    /// The first unit of its return carries the receipt of the postage.
    first: bool,
}

pub(super) enum ReturnDeed {
    Receive(Arc<ReturnedUnit>),
    Inspect(Arc<ReturnedUnit>),
}

/// What the centers remember for returns.
pub(super) struct ReturnDesk {
    world: Arc<World>,
    chance: Chance,
    centers: HashMap<(String, u32), String>,
    destinations: HashMap<String, Country>,
}

impl ReturnDesk {
    pub(super) fn new(world: Arc<World>, chance: Chance) -> Self {
        Self { world, chance, centers: HashMap::new(), destinations: HashMap::new() }
    }

    /// Remembers where a line left and where it went.
    pub(super) fn shipped(&mut self, event: &ShipmentReleased) {
        for line in &event.lines {
            self.centers.insert((event.order_id.clone(), line.line_no), event.fc.clone());
        }
        if let Ok(country) = Country::parse(&event.destination_country_code) {
            self.destinations.insert(event.order_id.clone(), country);
        }
    }

    /// What will happen with the units of a return: those that are sent arrive and are inspected.
    pub(super) fn authorised(
        &self,
        event: &ReturnAuthorised,
        now: Timestamp,
    ) -> Vec<(Timestamp, String, ReturnDeed)> {
        let mut coming = Vec::new();
        let mut first = true;
        for line in &event.lines {
            for unit in 0..line.quantity {
                let id = format!("{}/{}/{unit}", event.rma_id, line.line_no);
                let Some(arrives) = self.arrival(&event.rma_id, &id, line, now) else { continue };
                let unit = Arc::new(ReturnedUnit {
                    rma: event.rma_id.clone(),
                    lpn: self.lpn(&id),
                    order: event.order_id.clone(),
                    line_no: line.line_no,
                    reason: line.reason_code.clone(),
                    first,
                });
                first = false;
                let inspected =
                    self.chance.minutes(self.world.behaviour.inspected_after, "inspected after", &id);
                coming.push((arrives, format!("receive/{id}"), ReturnDeed::Receive(Arc::clone(&unit))));
                coming.push((arrives + inspected, format!("inspect/{id}"), ReturnDeed::Inspect(unit)));
            }
        }
        coming
    }

    fn arrival(&self, rma: &str, unit: &str, line: &AuthorisedLine, now: Timestamp) -> Option<Timestamp> {
        let habits = &self.world.behaviour;
        if line.reason_code.starts_with(UNDELIVERED) {
            return Some(now + UNPACKED_AFTER);
        }
        if self.chance.happens(habits.return_never_comes, "return never comes", unit) {
            return None;
        }
        // The units of one return travel together.
        Some(now + self.chance.minutes(habits.return_arrives_after, "return arrives after", rma))
    }

    fn lpn(&self, unit: &str) -> String {
        format!("LPN{:016X}", self.chance.bits("license plate", unit))
    }

    pub(super) fn perform(&self, deed: &ReturnDeed, due: Timestamp, deeds: &mut Deeds) {
        match deed {
            ReturnDeed::Receive(unit) => {
                let center = self.centers.get(&(unit.order.clone(), unit.line_no));
                let event = ReturnUnitReceived {
                    rma_id: unit.rma.clone(),
                    lpn: unit.lpn.clone(),
                    line_no: unit.line_no,
                    fc: center.cloned().unwrap_or_else(|| DEFAULT_CENTER.to_owned()),
                    postage: self.postage(unit, due).map(money),
                    received_time: Some(timestamp(due)),
                };
                deeds.say(&unit.rma, &unit.lpn, due, Envelope::Warehouse(event.into()));
            }
            ReturnDeed::Inspect(unit) => {
                let event = ReturnUnitInspected {
                    rma_id: unit.rma.clone(),
                    lpn: unit.lpn.clone(),
                    condition: self.condition(unit).into(),
                    inspected_time: Some(timestamp(due)),
                };
                deeds.say(&unit.rma, &unit.lpn, due, Envelope::Warehouse(event.into()));
            }
        }
    }

    /// What the buyer proves to have paid, in dollars or in the money of the country.
    fn postage(&self, unit: &ReturnedUnit, at: Timestamp) -> Option<Money> {
        let habits = &self.world.behaviour;
        let sent_by_buyer = !unit.reason.starts_with(UNDELIVERED);
        if !unit.first
            || !sent_by_buyer
            || !self.chance.happens(habits.postage_proven, "postage proven", &unit.rma)
        {
            return None;
        }
        let cents = LEAST_POSTAGE + self.chance.below(POSTAGE_SPREAD, "postage", &unit.rma);
        let dollars = Money::usd(i64::try_from(cents).unwrap_or_default());
        if self.chance.happens(habits.postage_in_usd, "postage in dollars", &unit.rma) {
            return Some(dollars);
        }
        let country = self.destinations.get(&unit.order);
        let currency =
            country.and_then(|country| self.world.buyers.currency(*country)).unwrap_or(Currency::USD);
        self.world.rates.convert(dollars, currency, month_of(at))
    }

    fn condition(&self, unit: &ReturnedUnit) -> ReturnCondition {
        use ReturnCondition::{CarrierDamaged, CustomerDamaged, Damaged, Defective, Expired, Sellable};
        let habits = &self.world.behaviour;
        let shares: &[(u32, ReturnCondition)] = if unit.reason.starts_with(UNDELIVERED) {
            &[(habits.undelivered_sellable, Sellable), (1_000, CarrierDamaged)]
        } else if unit.reason.contains(DEFECTIVE) {
            &[
                (habits.defect_found, Defective),
                (habits.defect_is_carrier_damage, CarrierDamaged),
                (1_000, Sellable),
            ]
        } else {
            &[
                (habits.unwanted_sellable, Sellable),
                (habits.unwanted_damaged_by_buyer, CustomerDamaged),
                (habits.unwanted_damaged_by_carrier, CarrierDamaged),
                (habits.unwanted_damaged_by_center, Damaged),
                (1_000, Expired),
            ]
        };
        let mut draw = u32::try_from(self.chance.below(1_000, "condition", &unit.lpn)).unwrap_or_default();
        for (share, condition) in shares {
            if draw < *share {
                return *condition;
            }
            draw -= share;
        }
        Sellable
    }
}
