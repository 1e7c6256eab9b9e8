//! Topics to use cases.

use chassis::Clock;
use messaging::{Deadline, DeadlineHandler, HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::catalog::events::v1::CatalogEvent;
use wire::eligibility::events::v1::EligibilityEvent;
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::payments::events::v1::PaymentsEvent;
use wire::warehouse::events::v1::WarehouseEvent;

use crate::app::{Rules, due, mirror, payments, sold, units};

/// Handles everything that returns consumes.
#[derive(Clone)]
pub(crate) struct Consumer {
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
}

/// The events inside a batch; messaging hands over known events only.
macro_rules! inner {
    ($batch:expr) => {
        $batch.iter().filter_map(|received| received.event.event.as_ref()).collect::<Vec<_>>()
    };
}

impl Handler<CatalogEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<CatalogEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        mirror::catalogue(db, &inner!(batch)).await
    }
}

impl Handler<EligibilityEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<EligibilityEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        mirror::verdicts(db, &inner!(batch)).await
    }
}

impl Handler<FulfillmentEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<FulfillmentEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        sold::shipments(db, &inner!(batch), &self.rules, self.clock.now()).await
    }
}

impl Handler<WarehouseEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<WarehouseEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        units::units(db, &inner!(batch), &self.rules, self.clock.now()).await
    }
}

impl Handler<PaymentsEvent> for Consumer {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<PaymentsEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        payments::answers(db, &inner!(batch), &self.rules, self.clock.now()).await
    }
}

impl DeadlineHandler for Consumer {
    async fn fire(
        &self,
        db: &mut PgConnection,
        due: &[Deadline],
        now: jiff::Timestamp,
    ) -> Result<(), HandleError> {
        due::fire(db, due, &self.rules, now).await
    }
}
