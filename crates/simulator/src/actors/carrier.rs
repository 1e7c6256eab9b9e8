//! The carriers: take shipments over and scan their parcels until they are delivered, lost or back.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kernel::derive_uuid;
use wire::carrier::events::v1::{ParcelScanned, ScanCode};
use wire::convert::timestamp;
use wire::fulfillment::events::v1::ShipmentReadyForCarrier;
use wire::fulfillment::events::v1::fulfillment_event::Event as Fulfillment;

use super::itinerary::{End, Itinerary};
use super::{Actor, Deeds, Envelope, Heard};
use crate::agenda::Agenda;
use crate::chance::Chance;
use crate::world::World;

/// Parcels of one shipment are scanned one after the other, so many seconds apart at most.
const SECONDS_BETWEEN_PARCELS: u64 = 90;
/// Where shipments leave from.
const ORIGIN: &str = "US";

/// A shipment on its way.
#[derive(Clone)]
struct Journey {
    shipment: String,
    order: String,
    country: String,
    parcels: Arc<[String]>,
}

struct Scan {
    journey: Arc<Journey>,
    code: ScanCode,
}

pub(crate) struct Carrier {
    world: Arc<World>,
    chance: Chance,
    agenda: Agenda<Scan>,
    /// Given up before they were handed over.
    given_up: HashSet<String>,
    taken: HashSet<String>,
}

impl Carrier {
    pub(crate) fn new(world: Arc<World>, chance: Chance) -> Self {
        Self { world, chance, agenda: Agenda::default(), given_up: HashSet::new(), taken: HashSet::new() }
    }

    fn ready(&mut self, event: &ShipmentReadyForCarrier, now: Timestamp) {
        if !self.taken.insert(event.shipment_id.clone()) {
            return;
        }
        let journey = Arc::new(Journey {
            shipment: event.shipment_id.clone(),
            order: event.order_id.clone(),
            country: event.destination_country_code.clone(),
            parcels: event.tracking_numbers.clone().into(),
        });
        let after =
            self.chance.minutes(self.world.behaviour.tendered_after, "tendered after", &journey.shipment);
        self.put(now + after, &journey, ScanCode::Tendered);
    }

    fn put(&mut self, due: Timestamp, journey: &Arc<Journey>, code: ScanCode) {
        let id = format!("{}/{:02}", journey.shipment, code as i32);
        self.agenda.put(due, id, Scan { journey: Arc::clone(journey), code });
    }

    /// The scans after the hand-over.
    fn plan(&mut self, journey: &Arc<Journey>, tendered: Timestamp) {
        let way = Itinerary::of(self.chance, &self.world.behaviour, &journey.shipment, tendered);
        let mut scans = vec![(way.in_transit, ScanCode::InTransit)];
        match way.end {
            End::Vanished => {}
            End::Lost => scans.push((way.arrived, ScanCode::Lost)),
            End::Delivered | End::Refused => scans.extend([
                (way.arrived, ScanCode::ArrivedInDestination),
                (way.clearing, ScanCode::ClearanceStarted),
                (way.cleared, ScanCode::ClearanceDone),
                (way.out_for_delivery, ScanCode::OutForDelivery),
            ]),
        }
        match way.end {
            End::Delivered => scans.push((way.ended, ScanCode::Delivered)),
            End::Refused => scans.extend([
                (way.ended, ScanCode::Refused),
                (way.ended + SignedDuration::from_hours(24), ScanCode::Returning),
                (way.returned.max(way.ended + SignedDuration::from_hours(48)), ScanCode::Returned),
            ]),
            End::Lost | End::Vanished => {}
        }
        for (due, code) in scans {
            self.put(due, journey, code);
        }
    }

    /// Scans every parcel of a shipment. Of a lost one the first parcel is reported; the others are not seen again.
    fn scan(&mut self, scan: &Scan, due: Timestamp, now: Timestamp, deeds: &mut Deeds) {
        let Scan { journey, code } = scan;
        if *code == ScanCode::Tendered {
            if self.given_up.contains(&journey.shipment) {
                return;
            }
            self.plan(journey, due);
        }
        for (n, parcel) in journey.parcels.iter().enumerate() {
            if *code == ScanCode::Lost && n > 0 {
                break;
            }
            let id = derive_uuid("scan", &[parcel, code.as_str_name()]).to_string();
            let apart = self.chance.below(SECONDS_BETWEEN_PARCELS, "apart", &id);
            let apart = SignedDuration::from_secs(i64::try_from(apart).unwrap_or_default());
            // Never ahead of the clock.
            let time = (due + apart).min(now);
            self.say(journey, parcel, *code, &id, time, deeds);
            if self.chance.happens(self.world.behaviour.scan_repeated, "scan repeated", &id) {
                self.say(journey, parcel, *code, &id, time, deeds);
            }
        }
    }

    fn say(
        &self,
        journey: &Journey,
        parcel: &str,
        code: ScanCode,
        scan_id: &str,
        time: Timestamp,
        deeds: &mut Deeds,
    ) {
        let at_home =
            matches!(code, ScanCode::Tendered | ScanCode::InTransit | ScanCode::Returned | ScanCode::Lost);
        let event = ParcelScanned {
            scan_id: scan_id.to_owned(),
            tracking_number: parcel.to_owned(),
            shipment_id: journey.shipment.clone(),
            order_id: journey.order.clone(),
            code: code.into(),
            scanned_time: Some(timestamp(time)),
            country_code: if at_home { ORIGIN.to_owned() } else { journey.country.clone() },
        };
        deeds.say(&journey.order, &journey.shipment, time, Envelope::Carrier(event.into()));
    }
}

impl Actor for Carrier {
    fn name(&self) -> &'static str {
        "carrier"
    }

    fn hear(&mut self, heard: &Heard, now: Timestamp, _: &mut Deeds) {
        match heard {
            Heard::Fulfillment(Fulfillment::ShipmentReadyForCarrier(event)) => self.ready(event, now),
            Heard::Fulfillment(Fulfillment::ShipmentCancelled(event)) => {
                self.given_up.insert(event.shipment_id.clone());
            }
            _ => {}
        }
    }

    fn act(&mut self, now: Timestamp, deeds: &mut Deeds) {
        while let Some((due, _, scan)) = self.agenda.take_due(now) {
            self.scan(&scan, due, now, deeds);
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.agenda.next_due()
    }
}
