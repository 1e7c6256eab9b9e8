//! Reading the topics to their end.

use bus::{Bus, BusError, InRecord};
use wire::Event;
use wire::brokerage::events::v1::BrokerageEvent;
use wire::carrier::events::v1::CarrierEvent;
use wire::catalog::events::v1::CatalogEvent;
use wire::customs::events::v1::CustomsEvent;
use wire::eligibility::events::v1::EligibilityEvent;
use wire::enrollment::events::v1::EnrollmentEvent;
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::orders::events::v1::OrdersEvent;
use wire::payments::events::v1::PaymentsEvent;
use wire::returns::events::v1::ReturnsEvent;
use wire::sellers::events::v1::SellersEvent;
use wire::warehouse::events::v1::WarehouseEvent;

use super::{Area, Record, Topics};
use crate::{Error, Step};

/// Reads every topic that says something about aggregates.
pub(crate) async fn read(
    bus: &Bus,
    topics: &mut Topics,
    progress: &mut impl FnMut(Step),
) -> Result<(), Error> {
    outside::<SellersEvent>(bus, progress, |record| topics.take_sellers(record)).await?;
    outside::<CatalogEvent>(bus, progress, |record| topics.take_catalog(record)).await?;
    outside::<OrdersEvent>(bus, progress, |record| topics.take_orders(record)).await?;
    outside::<PaymentsEvent>(bus, progress, |record| topics.take_payments(record)).await?;
    outside::<WarehouseEvent>(bus, progress, |record| topics.take_warehouse(record)).await?;
    outside::<CarrierEvent>(bus, progress, |record| topics.take_carrier(record)).await?;
    outside::<BrokerageEvent>(bus, progress, |record| topics.take_brokerage(record)).await?;
    ours::<EnrollmentEvent>(bus, topics, progress, Area::Enrollment, |_, _| Ok(())).await?;
    ours::<EligibilityEvent>(bus, topics, progress, Area::Eligibility, |_, _| Ok(())).await?;
    ours::<FulfillmentEvent>(bus, topics, progress, Area::Fulfillment, Topics::take_fulfillment).await?;
    ours::<CustomsEvent>(bus, topics, progress, Area::Customs, Topics::take_customs).await?;
    ours::<ReturnsEvent>(bus, topics, progress, Area::Returns, Topics::take_returns).await?;
    Ok(())
}

/// Reads a topic of the outside world. What cannot be read there is nobody's event: its consumers refused it.
async fn outside<E: Event>(
    bus: &Bus,
    progress: &mut impl FnMut(Step),
    mut take: impl FnMut(Record<'_, E>),
) -> Result<(), Error> {
    let read = |record: InRecord| {
        if let (Ok(headers), Ok(event)) = (&record.headers, E::decode(record.payload.as_slice())) {
            take(Record { headers, origin: &record.origin, event });
        }
    };
    progress(Step::Topic { package: E::PACKAGE, records: each::<E>(bus, read).await? });
    Ok(())
}

/// Reads a topic of ours: every record must be readable, and repeats count once.
async fn ours<E: Event>(
    bus: &Bus,
    topics: &mut Topics,
    progress: &mut impl FnMut(Step),
    area: Area,
    take: impl Fn(&mut Topics, E) -> Result<(), String>,
) -> Result<(), Error> {
    let records = each::<E>(bus, |record| topics.take_ours(area, &record, &take)).await?;
    progress(Step::Topic { package: E::PACKAGE, records });
    Ok(())
}

async fn each<E: Event>(bus: &Bus, mut take: impl FnMut(InRecord)) -> Result<u64, BusError> {
    let mut records = 0;
    let mut follower = bus.follow(&bus.topic::<E>()).await?;
    follower
        .read_to_end(|record| {
            records += 1;
            take(record);
        })
        .await?;
    Ok(records)
}

impl Topics {
    /// Takes a record of our own topic.
    pub(crate) fn take_ours<E: Event>(
        &mut self,
        area: Area,
        record: &InRecord,
        take: impl Fn(&mut Self, E) -> Result<(), String>,
    ) {
        self.readable.checked += 1;
        let event = match (&record.headers, E::decode(record.payload.as_slice())) {
            (Err(problem), _) => Err(problem.to_string()),
            (_, Err(problem)) => Err(problem.to_string()),
            (Ok(headers), Ok(event)) if self.sequences.take::<E>(area, headers) => take(self, event),
            (Ok(_), Ok(_)) => Ok(()),
        };
        if let Err(problem) = event {
            self.readable.violate(format!("{}: {problem}", record.origin));
        }
    }
}
