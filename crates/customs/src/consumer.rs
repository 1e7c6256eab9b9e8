//! What arrives on topics, handed to the use cases. A record with a field that cannot be taken is refused alone.

mod facts;
mod mirrors;

use std::collections::BTreeMap;

use kernel::RefundId;
use messaging::{Deadline, DeadlineHandler, HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::brokerage::events::v1::BrokerageEvent;
use wire::catalog::events::v1::CatalogEvent;
use wire::eligibility::events::v1::EligibilityEvent;
use wire::enrollment::events::v1::EnrollmentEvent;
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::payments::events::v1::PaymentsEvent;
use wire::rates::events::v1::RatesEvent;
use wire::sellers::events::v1::SellersEvent;
use wire::warehouse::events::v1::WarehouseEvent;
use wire::{ErrorReason, WireError};

use crate::app::{self, Customs, Noted};
use crate::domain::shipment::Fact;
use crate::store;

/// Every topic that customs reads, and its deadlines.
#[derive(Clone)]
pub(crate) struct Consumer(pub(crate) Customs);

/// Parses each record of a batch; what cannot be taken is refused.
fn each<E, T>(
    batch: &[Received<E>],
    parse: impl Fn(&Received<E>) -> Result<Option<T>, WireError>,
) -> (Vec<(usize, T)>, Vec<Refusal>) {
    let (mut taken, mut refused) = (Vec::with_capacity(batch.len()), Vec::new());
    for (index, received) in batch.iter().enumerate() {
        match parse(received) {
            Ok(Some(value)) => taken.push((index, value)),
            Ok(None) => {}
            Err(error) => refused.push(Refusal::new(index, ErrorReason::InvalidRecord, error.to_string())),
        }
    }
    (taken, refused)
}

impl Handler<CatalogEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<CatalogEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (listed, refused) = each(batch, |r| mirrors::listed(&r.event));
        // Of several versions of a product the last one counts.
        let mut latest = BTreeMap::new();
        for (_, listed) in listed {
            let key = (listed.seller_id, listed.sku.clone());
            let known = latest.get(&key).map_or(0, |known: &store::items::Listed| known.version);
            if listed.version > known {
                latest.insert(key, listed);
            }
        }
        store::items::upsert(db, &latest.into_values().collect::<Vec<_>>()).await?;
        Ok(refused)
    }
}

impl Handler<EligibilityEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<EligibilityEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (confirmed, mut refused) = each(batch, |r| mirrors::confirmed(&r.event));
        let (suggested, also_refused) = each(batch, |r| mirrors::suggested(&r.event));
        refused.extend(also_refused);
        // In order per product: the last one counts.
        let latest: BTreeMap<_, _> = confirmed.into_iter().map(|(_, confirmed)| confirmed).collect();
        store::confirmed_codes::upsert(db, &latest).await?;
        let latest: BTreeMap<_, _> = suggested.into_iter().map(|(_, suggested)| suggested).collect();
        store::suggested_codes::upsert(db, &latest).await?;
        Ok(refused)
    }
}

impl Handler<SellersEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<SellersEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (exporters, refused) = each(batch, |r| mirrors::exporter(&r.event));
        let latest: BTreeMap<_, _> = exporters.into_iter().map(|(_, e)| (e.seller_id, e)).collect();
        store::exporters::upsert(db, &latest.into_values().collect::<Vec<_>>()).await?;
        Ok(refused)
    }
}

impl Handler<EnrollmentEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<EnrollmentEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (changes, refused) = each(batch, |r| mirrors::authority(&r.event));
        let (mut granted, mut revoked) = (Vec::new(), BTreeMap::new());
        for (_, change) in changes {
            match change {
                mirrors::AuthorityChange::Granted(authority) => granted.push(authority),
                mirrors::AuthorityChange::Revoked(id, time) => {
                    revoked.entry(id).or_insert(time);
                }
            }
        }
        store::authorities::insert(db, &granted).await?;
        store::authorities::revoke(db, &revoked.into_iter().collect::<Vec<_>>()).await?;
        Ok(refused)
    }
}

impl Handler<RatesEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<RatesEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (published, refused) = each(batch, |r| mirrors::rates(&r.event));
        let latest: BTreeMap<_, _> = published.into_iter().map(|(_, p)| (p.month, p)).collect();
        store::exchange_rates::replace(db, &latest.into_values().collect::<Vec<_>>()).await?;
        Ok(refused)
    }
}

impl Handler<FulfillmentEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<FulfillmentEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (facts, refused) = each(batch, |r| facts::of_fulfillment(&r.event, r.headers.time));
        self.note(db, facts, refused).await
    }
}

/// Shipments that are signed at once. Each invoice takes milliseconds to draw, and its seller's counter is locked until
/// all of them are on disk.
const SIGNED_AT_ONCE: u16 = 64;

impl Handler<WarehouseEvent> for Consumer {
    const MOST: usize = SIGNED_AT_ONCE as usize;

    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<WarehouseEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (facts, refused) = each(batch, |r| facts::of_warehouse(&r.event));
        self.note(db, facts, refused).await
    }
}

impl Handler<BrokerageEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<BrokerageEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (facts, refused) = each(batch, |r| facts::of_brokerage(&r.event));
        self.note(db, facts, refused).await
    }
}

impl Handler<PaymentsEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<PaymentsEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (answers, mut refused) = each(batch, |r| facts::of_payments(&r.event));
        let ids: Vec<RefundId> = answers.iter().map(|(_, (refund, _))| *refund).collect();
        let shipments = store::shipments::of_refunds(db, &ids).await?;
        let mut facts = Vec::with_capacity(answers.len());
        for (index, (refund, fact)) in answers {
            match shipments.get(&refund) {
                Some((shipment, order)) => facts.push((index, (*shipment, *order, fact))),
                None => {
                    let detail = format!("refund_id: customs asked for no refund {refund}");
                    refused.push(Refusal::new(index, ErrorReason::InvalidRecord, detail));
                }
            }
        }
        self.note(db, facts, refused).await
    }
}

impl DeadlineHandler for Consumer {
    const MOST: u16 = SIGNED_AT_ONCE;

    async fn fire(
        &self,
        db: &mut PgConnection,
        due: &[Deadline],
        now: jiff::Timestamp,
    ) -> Result<(), HandleError> {
        let ids: Result<Vec<_>, _> = due.iter().map(|deadline| deadline.subject.parse()).collect();
        app::advance(&self.0, db, &ids.map_err(HandleError::failed)?, now).await
    }
}

impl Consumer {
    async fn note(
        &self,
        db: &mut PgConnection,
        facts: Vec<(usize, facts::OfShipment)>,
        mut refused: Vec<Refusal>,
    ) -> Result<Vec<Refusal>, HandleError> {
        let noted =
            |(index, (shipment, order, fact)): (usize, (_, _, Fact))| Noted { index, shipment, order, fact };
        refused.extend(app::note(&self.0, db, facts.into_iter().map(noted).collect()).await?);
        Ok(refused)
    }
}
