//! Facts and records as they would be read, to be changed by tests.

use std::collections::HashMap;

use bus::{Headers, InRecord, Origin, event_id};
use wire::Event;
use wire::brokerage::events::v1::BrokerageEvent;
use wire::carrier::events::v1::CarrierEvent;
use wire::catalog::events::v1::CatalogEvent;
use wire::common::v1::Money;
use wire::customs::events::v1::CustomsEvent;
use wire::eligibility::events::v1::EligibilityEvent;
use wire::enrollment::events::v1::EnrollmentEvent;
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::ops::v1::Fact;
use wire::orders::events::v1::OrdersEvent;
use wire::payments::events::v1::PaymentsEvent;
use wire::returns::events::v1::ReturnsEvent;
use wire::sellers::events::v1::SellersEvent;
use wire::warehouse::events::v1::WarehouseEvent;

use crate::facts::Facts;
use crate::topics::{Area, Record, Topics};
use crate::{Options, Report, checks};

/// What the services and the topics say.
#[derive(Default)]
pub(super) struct World {
    facts: Vec<(&'static str, Fact)>,
    pub(super) records: Vec<InRecord>,
    last: HashMap<(String, String), i64>,
    pub(super) options: Options,
}

impl World {
    /// A service's fact; the version is that of the events published about `id` so far.
    pub(super) fn fact(
        &mut self,
        service: &'static str,
        kind: &str,
        id: impl ToString,
        state: &str,
    ) -> &mut Fact {
        let id = id.to_string();
        let version = self.last.get(&(service.to_owned(), id.clone())).copied().unwrap_or_default();
        let fact = Fact { kind: kind.into(), id, version, state: state.into(), ..Default::default() };
        self.facts.push((service, fact));
        &mut self.facts.last_mut().unwrap().1
    }

    /// A fact that was said before, to be changed.
    pub(super) fn find(&mut self, kind: &str, id: impl ToString) -> &mut Fact {
        let id = id.to_string();
        let found = self.facts.iter_mut().find(|(_, fact)| fact.kind == kind && fact.id == id);
        &mut found.unwrap_or_else(|| panic!("there is no {kind} {id}")).1
    }

    pub(super) fn forget(&mut self, kind: &str, id: impl ToString) {
        let id = id.to_string();
        let before = self.facts.len();
        self.facts.retain(|(_, fact)| fact.kind != kind || fact.id != id);
        assert_eq!(self.facts.len() + 1, before, "{kind} {id}");
    }

    pub(super) fn repeat_fact(&mut self, kind: &str, id: impl ToString) {
        let fact = self.find(kind, id).clone();
        let service = self.facts.iter().find(|(_, known)| *known == fact).unwrap().0;
        self.facts.push((service, fact));
    }

    /// Publishes the next event of `source` about `subject`.
    pub(super) fn publish<E: Event>(&mut self, source: &str, subject: impl ToString, event: impl Into<E>) {
        let (event, subject): (E, _) = (event.into(), subject.to_string());
        let sequence = self.last.entry((source.to_owned(), subject.clone())).or_default();
        *sequence += 1;
        let headers = Headers {
            id: event_id(E::PACKAGE, &subject, *sequence),
            ce_type: event.ce_type().unwrap(),
            source: source.to_owned(),
            subject: subject.clone(),
            time: "2026-10-01T00:00:00Z".parse().unwrap(),
            sequence: *sequence,
            traceparent: None,
        };
        let offset = i64::try_from(self.records.len()).unwrap();
        self.records.push(InRecord {
            origin: Origin { topic: E::PACKAGE.to_owned(), partition: 0, offset },
            machine_time_ms: 0,
            key: subject,
            payload: event.encode_to_vec(),
            headers: Ok(headers),
            raw_headers: Vec::new(),
        });
    }

    /// Position of the only record of this type about `subject`.
    pub(super) fn record(&self, name: &str, subject: impl ToString) -> usize {
        let subject = subject.to_string();
        let is_it = |record: &InRecord| {
            let headers = record.headers.as_ref().unwrap();
            headers.ce_type.ends_with(&format!(".{name}")) && headers.subject == subject
        };
        self.records.iter().position(is_it).unwrap_or_else(|| panic!("no {name} of {subject}"))
    }

    pub(super) fn lose(&mut self, name: &str, subject: impl ToString) {
        self.records.remove(self.record(name, subject));
    }

    pub(super) fn repeat(&mut self, name: &str, subject: impl ToString) {
        let record = self.records[self.record(name, subject)].clone();
        self.records.push(record);
    }

    pub(super) fn report(&self) -> Report {
        let mut facts = Facts::default();
        for (service, fact) in &self.facts {
            facts.take(service, fact);
        }
        let mut topics = Topics::new(facts.dead_letters.clone());
        self.records.iter().for_each(|record| replay(&mut topics, record));
        checks::all(&facts, &topics, &self.options)
    }

    /// Names of the checks that did not hold.
    pub(super) fn failing(&self) -> Vec<&'static str> {
        self.report().checks.into_iter().filter(|check| !check.held).map(|check| check.name).collect()
    }
}

fn replay(topics: &mut Topics, record: &InRecord) {
    match record.origin.topic.as_str() {
        SellersEvent::PACKAGE => outside(record, |record| topics.take_sellers(record)),
        CatalogEvent::PACKAGE => outside(record, |record| topics.take_catalog(record)),
        OrdersEvent::PACKAGE => outside(record, |record| topics.take_orders(record)),
        PaymentsEvent::PACKAGE => outside(record, |record| topics.take_payments(record)),
        WarehouseEvent::PACKAGE => outside(record, |record| topics.take_warehouse(record)),
        CarrierEvent::PACKAGE => outside(record, |record| topics.take_carrier(record)),
        BrokerageEvent::PACKAGE => outside(record, |record| topics.take_brokerage(record)),
        EnrollmentEvent::PACKAGE => {
            topics.take_ours::<EnrollmentEvent>(Area::Enrollment, record, |_, _| Ok(()))
        }
        EligibilityEvent::PACKAGE => {
            topics.take_ours::<EligibilityEvent>(Area::Eligibility, record, |_, _| Ok(()));
        }
        FulfillmentEvent::PACKAGE => topics.take_ours(Area::Fulfillment, record, Topics::take_fulfillment),
        CustomsEvent::PACKAGE => topics.take_ours(Area::Customs, record, Topics::take_customs),
        ReturnsEvent::PACKAGE => topics.take_ours(Area::Returns, record, Topics::take_returns),
        other => panic!("{other}"),
    }
}

fn outside<E: Event>(record: &InRecord, take: impl FnOnce(Record<'_, E>)) {
    let event = E::decode(record.payload.as_slice()).unwrap();
    take(Record { headers: record.headers.as_ref().unwrap(), origin: &record.origin, event });
}

pub(super) fn usd(cents: i64) -> Money {
    Money { currency_code: "USD".to_owned(), minor_units: cents }
}

/// Short ways to fill a fact.
pub(super) trait Fill {
    fn is_final(&mut self) -> &mut Self;
    fn units(&mut self, name: &str, units: i64) -> &mut Self;
    fn usd(&mut self, name: &str, cents: i64) -> &mut Self;
    fn link(&mut self, name: &str, id: impl ToString) -> &mut Self;
}

impl Fill for Fact {
    fn is_final(&mut self) -> &mut Self {
        self.r#final = true;
        self
    }

    fn units(&mut self, name: &str, units: i64) -> &mut Self {
        self.units.insert(name.to_owned(), units);
        self
    }

    fn usd(&mut self, name: &str, cents: i64) -> &mut Self {
        self.amounts.insert(name.to_owned(), usd(cents));
        self
    }

    fn link(&mut self, name: &str, id: impl ToString) -> &mut Self {
        self.refs.insert(name.to_owned(), id.to_string());
        self
    }
}
