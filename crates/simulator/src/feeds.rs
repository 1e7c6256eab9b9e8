//! The simulator's ears and voice: the service topics it follows, and the topics of the outside world it writes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bus::{Bus, BusError, Follower, InRecord, OutRecord, Producer, TopicSpec};
use futures::future::try_join_all;
use jiff::Timestamp;
use wire::Event;
use wire::brokerage::events::v1::BrokerageEvent;
use wire::carrier::events::v1::CarrierEvent;
use wire::catalog::events::v1::CatalogEvent;
use wire::clock::events::v1::{ClockEvent, ClockTicked};
use wire::customs::events::v1::CustomsEvent;
use wire::eligibility::events::v1::EligibilityEvent;
use wire::enrollment::events::v1::EnrollmentEvent;
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::orders::events::v1::OrdersEvent;
use wire::payments::events::v1::PaymentsEvent;
use wire::rates::events::v1::RatesEvent;
use wire::returns::events::v1::ReturnsEvent;
use wire::sellers::events::v1::SellersEvent;
use wire::warehouse::events::v1::WarehouseEvent;

use crate::actors::{Envelope, Heard, Said};

/// Records sent together; the producer waits for all of them.
const RECORDS_A_FLUSH: usize = 5_000;

/// Kafka may be away for so long.
const PATIENCE: Duration = Duration::from_secs(120);
/// Pause before it is asked again.
const PAUSE: Duration = Duration::from_millis(200);

/// Waiting for Kafka, within a bound.
struct Patience {
    since: Instant,
}

impl Patience {
    fn new() -> Self {
        Self { since: Instant::now() }
    }

    async fn wait(&mut self, error: BusError) -> Result<(), BusError> {
        if self.since.elapsed() > PATIENCE {
            return Err(error);
        }
        tracing::warn!(%error, "simulator.waiting");
        tokio::time::sleep(PAUSE).await;
        Ok(())
    }
}

/// Reads one record of a topic; `None` for an event that this build does not know.
type Decode = fn(&[u8]) -> Result<Option<Heard>, prost::DecodeError>;

fn decoder<E: Event>(
    of: fn(E) -> Option<Heard>,
) -> impl Fn(&[u8]) -> Result<Option<Heard>, prost::DecodeError> {
    move |payload| E::decode(payload).map(of)
}

/// All service topics from their beginning.
pub(crate) struct Ears {
    followed: Vec<(Follower, Decode)>,
}

impl Ears {
    /// Follows the topics of the five services.
    pub(crate) async fn open(bus: &Bus) -> anyhow::Result<Self> {
        let decoders: [(String, Decode); 5] = [
            (bus.topic::<EnrollmentEvent>(), |p| {
                decoder(|e: EnrollmentEvent| e.event.map(Heard::Enrollment))(p)
            }),
            (bus.topic::<EligibilityEvent>(), |p| {
                decoder(|e: EligibilityEvent| e.event.map(Heard::Eligibility))(p)
            }),
            (bus.topic::<FulfillmentEvent>(), |p| {
                decoder(|e: FulfillmentEvent| e.event.map(Heard::Fulfillment))(p)
            }),
            (bus.topic::<CustomsEvent>(), |p| decoder(|e: CustomsEvent| e.event.map(Heard::Customs))(p)),
            (bus.topic::<ReturnsEvent>(), |p| decoder(|e: ReturnsEvent| e.event.map(Heard::Returns))(p)),
        ];
        let mut followed = Vec::new();
        for (topic, decode) in decoders {
            followed.push((bus.follow(&topic).await.with_context(|| format!("follow {topic}"))?, decode));
        }
        Ok(Self { followed })
    }

    /// Everything that was published by now and not heard before.
    pub(crate) async fn listen(&mut self) -> anyhow::Result<Vec<Heard>> {
        let reading = self.followed.iter_mut().map(|(follower, decode)| async move {
            let mut records = Vec::new();
            let mut patience = Patience::new();
            while let Err(error) = follower.read_to_end(|record| records.push(record)).await {
                patience.wait(error).await?;
            }
            records.iter().map(|record| hear(record, *decode)).collect::<anyhow::Result<Vec<_>>>()
        });
        Ok(try_join_all(reading).await?.into_iter().flatten().flatten().collect())
    }
}

/// Moves the simulated clock, and does nothing else. A clock never goes back.
///
/// # Errors
/// When Kafka does not take the tick within two minutes.
pub async fn tick(bus: &Bus, now: Timestamp) -> anyhow::Result<()> {
    Voice::open(bus).await?.tick(now).await
}

fn hear(record: &InRecord, decode: Decode) -> anyhow::Result<Option<Heard>> {
    decode(&record.payload).with_context(|| format!("{} is no event of its topic", record.origin))
}

/// Writes what the actors say.
pub(crate) struct Voice {
    bus: Bus,
    producer: Producer,
    /// The last sequence of each (package, subject).
    sequences: HashMap<(&'static str, String), i64>,
}

impl Voice {
    /// Opens the producer and makes the topics that are missing.
    pub(crate) async fn open(bus: &Bus) -> anyhow::Result<Self> {
        let topics = [
            TopicSpec::of::<ClockEvent>(),
            TopicSpec::of::<SellersEvent>(),
            TopicSpec::of::<CatalogEvent>(),
            TopicSpec::of::<OrdersEvent>(),
            TopicSpec::of::<PaymentsEvent>(),
            TopicSpec::of::<WarehouseEvent>(),
            TopicSpec::of::<CarrierEvent>(),
            TopicSpec::of::<BrokerageEvent>(),
            TopicSpec::of::<RatesEvent>(),
        ];
        bus.ensure_topics(&topics).await.context("make the topics of the outside world")?;
        Ok(Self { bus: bus.clone(), producer: Producer::new(bus)?, sequences: HashMap::new() })
    }

    /// Moves business time.
    pub(crate) async fn tick(&mut self, now: Timestamp) -> anyhow::Result<()> {
        let event = ClockTicked { now: Some(wire::convert::timestamp(now)) };
        let record = self.record::<ClockEvent>("conductor", "clock", "clock", now, event.into());
        self.send(vec![record]).await
    }

    /// Sends events and returns when all are stored.
    pub(crate) async fn say(&mut self, source: &str, said: Vec<Said>) -> anyhow::Result<()> {
        let mut records: Vec<OutRecord> = said.into_iter().map(|said| self.of(source, said)).collect();
        while !records.is_empty() {
            let rest = records.split_off(records.len().min(RECORDS_A_FLUSH));
            self.send(std::mem::replace(&mut records, rest)).await?;
        }
        Ok(())
    }

    /// Sends until it is acknowledged. What was stored before it failed is stored again, under the same ids.
    async fn send(&self, records: Vec<OutRecord>) -> anyhow::Result<()> {
        let mut patience = Patience::new();
        while let Err(error) = self.producer.send_all(records.clone()).await {
            patience.wait(error).await.context("publish events")?;
        }
        Ok(())
    }

    fn of(&mut self, source: &str, said: Said) -> OutRecord {
        let Said { envelope, key, subject, time } = said;
        match envelope {
            Envelope::Sellers(event) => self.record::<SellersEvent>(source, &key, &subject, time, event),
            Envelope::Catalog(event) => self.record::<CatalogEvent>(source, &key, &subject, time, event),
            Envelope::Orders(event) => self.record::<OrdersEvent>(source, &key, &subject, time, event),
            Envelope::Payments(event) => self.record::<PaymentsEvent>(source, &key, &subject, time, event),
            Envelope::Warehouse(event) => self.record::<WarehouseEvent>(source, &key, &subject, time, event),
            Envelope::Carrier(event) => self.record::<CarrierEvent>(source, &key, &subject, time, event),
            Envelope::Brokerage(event) => self.record::<BrokerageEvent>(source, &key, &subject, time, event),
            Envelope::Rates(event) => self.record::<RatesEvent>(source, &key, &subject, time, event),
        }
    }

    fn record<E: Event>(
        &mut self,
        source: &str,
        key: &str,
        subject: &str,
        time: Timestamp,
        event: E,
    ) -> OutRecord {
        let sequence = self.sequences.entry((E::PACKAGE, subject.to_owned())).or_default();
        *sequence += 1;
        OutRecord::event::<E>(&self.bus, key, subject, *sequence, source, time, event)
    }
}
