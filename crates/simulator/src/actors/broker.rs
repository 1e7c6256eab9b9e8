//! The customs brokers: file exports with AES and report what the destination charged.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use kernel::{Country, Money, Rounding};
use rust_decimal::Decimal;
use wire::brokerage::events::v1::{ExportFilingAccepted, ExportFilingRejected, ImportChargesAssessed};
use wire::convert::{money, parse_usd, timestamp};
use wire::customs::events::v1::ExportFilingRequested;
use wire::customs::events::v1::customs_event::Event as Customs;
use wire::fulfillment::events::v1::fulfillment_event::Event as Fulfillment;
use wire::fulfillment::events::v1::{ShipmentDispatched, ShipmentPlanned};
use wire::fulfillment::v1::BatchGetConsigneesRequest;

use super::itinerary::Itinerary;
use super::{Actor, Answer, Call, Deeds, Envelope, Heard};
use crate::agenda::Agenda;
use crate::chance::Chance;
use crate::import::month_of;
use crate::world::World;

/// Most consignees that one call asks for (contract of the RPC).
const CONSIGNEES_A_CALL: usize = 500;
/// Actual charges below the deposit are at least this share of it, in per cent.
const LEAST_SHARE: u64 = 70;
/// Actual charges above the deposit are at most so much more, in per cent.
const MOST_EXCESS: u64 = 15;

enum Deed {
    File { shipment: String, order: String, attempt: u32 },
    Bill { shipment: String, order: String, country: String, deposit: Money },
}

pub(crate) struct Broker {
    world: Arc<World>,
    chance: Chance,
    agenda: Agenda<Deed>,
    deposits: HashMap<String, Money>,
    attempts: BTreeMap<String, u32>,
    /// Filings whose consignee was asked for: order, attempt and when it was due.
    filing: HashMap<String, (String, u32, Timestamp)>,
}

impl Broker {
    pub(crate) fn new(world: Arc<World>, chance: Chance) -> Self {
        Self {
            world,
            chance,
            agenda: Agenda::default(),
            deposits: HashMap::new(),
            attempts: BTreeMap::new(),
            filing: HashMap::new(),
        }
    }

    fn planned(&mut self, event: &ShipmentPlanned) {
        if let Ok(deposit) = parse_usd("deposit_share", event.deposit_share.clone()) {
            self.deposits.insert(event.shipment_id.clone(), deposit);
        }
    }

    fn filing_requested(&mut self, event: &ExportFilingRequested, now: Timestamp) {
        let attempt = self.attempts.entry(event.shipment_id.clone()).or_default();
        *attempt += 1;
        let (shipment, order, attempt) = (event.shipment_id.clone(), event.order_id.clone(), *attempt);
        let key = format!("{shipment}/{attempt}");
        let due = now + self.chance.minutes(self.world.behaviour.filing_after, "filing after", &key);
        self.agenda.put(due, format!("filing/{key}"), Deed::File { shipment, order, attempt });
    }

    /// The bill comes some time after the shipment has cleared its destination.
    fn dispatched(&mut self, event: &ShipmentDispatched, now: Timestamp) {
        let shipment = event.shipment_id.clone();
        let way = Itinerary::of(self.chance, &self.world.behaviour, &shipment, now);
        let Some(deposit) = self.deposits.remove(&shipment).filter(|_| way.reaches_destination()) else {
            return;
        };
        let after =
            self.chance.minutes(self.world.behaviour.charges_assessed_after, "billed after", &shipment);
        let (order, country) = (event.order_id.clone(), event.destination_country_code.clone());
        let id = format!("bill/{shipment}");
        self.agenda.put(way.cleared + after, id, Deed::Bill { shipment, order, country, deposit });
    }

    fn bill(
        &self,
        (shipment, order, country): (&str, &str, &str),
        deposit: Money,
        due: Timestamp,
        deeds: &mut Deeds,
    ) {
        let charges = self.local(self.actual_charges(shipment, deposit), country, due);
        let (duty, tax, fees) = self.parts(shipment, charges);
        let event = ImportChargesAssessed {
            shipment_id: shipment.to_owned(),
            order_id: order.to_owned(),
            duty: Some(money(duty)),
            tax: Some(money(tax)),
            fees: Some(money(fees)),
            entry_time: Some(timestamp(due)),
        };
        deeds.say(order, shipment, due, Envelope::Brokerage(event.into()));
    }

    /// What customs, tax and the broker take, in US dollars: below, just as or above what was deposited.
    fn actual_charges(&self, shipment: &str, deposit: Money) -> Money {
        let habits = &self.world.behaviour;
        let draw = self.chance.below(1_000, "charges", shipment);
        let (below, above) =
            (u64::from(habits.charges_below_deposit), u64::from(habits.charges_above_deposit));
        let percent = if draw < below {
            LEAST_SHARE + self.chance.below(100 - LEAST_SHARE, "share", shipment)
        } else if draw < below + above {
            101 + self.chance.below(MOST_EXCESS, "excess", shipment)
        } else {
            100
        };
        deposit.percent(Decimal::from(percent), Rounding::HalfUp).unwrap_or(deposit)
    }

    /// In the destination's currency; US dollars where no rate is known.
    fn local(&self, charges: Money, country: &str, at: Timestamp) -> Money {
        let currency = Country::parse(country).ok().and_then(|country| self.world.buyers.currency(country));
        currency
            .and_then(|currency| self.world.rates.convert(charges, currency, month_of(at)))
            .unwrap_or(charges)
    }

    /// Fees, then duty, then tax: the parts add up exactly.
    fn parts(&self, shipment: &str, charges: Money) -> (Money, Money, Money) {
        let weight = |what| 10 + self.chance.below(40, what, shipment);
        let weights = [weight("duty part"), weight("tax part"), weight("fee part")];
        match charges.allocate(&weights).as_deref() {
            Ok([duty, tax, fees]) => (*duty, *tax, *fees),
            _ => (Money::zero(charges.currency()), charges, Money::zero(charges.currency())),
        }
    }

    /// AES answers: a filing needs the consignee's country, and is refused now and then.
    fn file(
        &self,
        shipment: &str,
        (order, attempt): (&str, u32),
        known: bool,
        due: Timestamp,
        deeds: &mut Deeds,
    ) {
        let key = format!("{shipment}/{attempt}");
        let rejected =
            attempt == 1 && self.chance.happens(self.world.behaviour.filing_rejected, "filing", &key);
        let envelope = if rejected || !known {
            let reason =
                if known { "AES 8H1: quantity and unit do not agree" } else { "consignee is not known" };
            let (shipment_id, order_id) = (shipment.to_owned(), order.to_owned());
            ExportFilingRejected { shipment_id, order_id, reason: reason.to_owned() }.into()
        } else {
            let day = due.to_zoned(TimeZone::UTC).date();
            let number = self.chance.below(1_000_000, "itn", &key);
            let itn = format!("X{:04}{:02}{:02}{number:06}", day.year(), day.month(), day.day());
            ExportFilingAccepted {
                shipment_id: shipment.to_owned(),
                order_id: order.to_owned(),
                itn,
                accepted_time: Some(timestamp(due)),
            }
            .into()
        };
        deeds.say(order, shipment, due, Envelope::Brokerage(envelope));
    }
}

impl Actor for Broker {
    fn name(&self) -> &'static str {
        "broker"
    }

    fn hear(&mut self, heard: &Heard, now: Timestamp, _: &mut Deeds) {
        match heard {
            Heard::Fulfillment(Fulfillment::ShipmentPlanned(event)) => self.planned(event),
            Heard::Fulfillment(Fulfillment::ShipmentDispatched(event)) => self.dispatched(event, now),
            Heard::Fulfillment(Fulfillment::ShipmentCancelled(event)) => {
                self.deposits.remove(&event.shipment_id);
            }
            Heard::Customs(Customs::ExportFilingRequested(event)) => self.filing_requested(event, now),
            _ => {}
        }
    }

    fn act(&mut self, now: Timestamp, deeds: &mut Deeds) {
        let mut to_file = Vec::new();
        while let Some((due, _, deed)) = self.agenda.take_due(now) {
            match deed {
                Deed::Bill { shipment, order, country, deposit } => {
                    self.bill((&shipment, &order, &country), deposit, due, deeds);
                }
                Deed::File { shipment, order, attempt } => {
                    self.filing.insert(shipment.clone(), (order, attempt, due));
                    to_file.push(shipment);
                }
            }
        }
        for ids in to_file.chunks(CONSIGNEES_A_CALL) {
            deeds.ask(Call::ConsigneesToFile(BatchGetConsigneesRequest { shipment_ids: ids.to_vec() }));
        }
    }

    fn answered(&mut self, answer: Answer, _: Timestamp, deeds: &mut Deeds) {
        let Answer::Consignees { shipment_ids, outcome } = answer else { return };
        let consignees = outcome.map(|response| response.consignees).unwrap_or_default();
        for shipment in shipment_ids {
            let Some((order, attempt, due)) = self.filing.remove(&shipment) else { continue };
            let known = consignees.iter().any(|consignee| consignee.shipment_id == shipment);
            self.file(&shipment, (&order, attempt), known, due, deeds);
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.agenda.next_due()
    }
}
