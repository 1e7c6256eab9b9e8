//! What arrives on topics and what is due, handed to the use cases.

use std::sync::Arc;

use chassis::Clock;
use jiff::Timestamp;
use messaging::{Deadline, DeadlineHandler, HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::convert::{parse, parse_timestamp};
use wire::sellers::events::v1::{SellerRegistered, SellersEvent, sellers_event::Event};
use wire::{ErrorReason, WireError};

use crate::app::{self, follow_regions, register_sellers};
use crate::domain::{Policy, Registration};

/// The registry's events.
pub(crate) struct SellersHandler {
    pub(crate) policy: Arc<Policy>,
    pub(crate) clock: Clock,
}

impl Handler<SellersEvent> for SellersHandler {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<SellersEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let mut refused = Vec::new();
        let mut registrations = Vec::with_capacity(batch.len());
        for (index, received) in batch.iter().enumerate() {
            match &received.event.event {
                Some(Event::SellerRegistered(event)) => match registration(event) {
                    Ok(registration) => registrations.push(registration),
                    Err(error) => refused.push(refusal(index, &error)),
                },
                None => {}
            }
        }
        register_sellers(db, &self.policy, self.clock.now(), registrations).await?;
        Ok(refused)
    }
}

/// The daily look at who belongs to the regions that sellers excluded.
pub(crate) struct RegionsHandler {
    pub(crate) policy: Arc<Policy>,
}

impl DeadlineHandler for RegionsHandler {
    async fn fire(&self, db: &mut PgConnection, due: &[Deadline], now: Timestamp) -> Result<(), HandleError> {
        for deadline in due {
            let seller = deadline.subject.parse().map_err(HandleError::failed)?;
            follow_regions(db, &self.policy, seller, now).await?;
        }
        Ok(())
    }
}

fn registration(event: &SellerRegistered) -> Result<Registration, WireError> {
    Ok(Registration {
        seller: parse("seller_id", &event.seller_id)?,
        marketplace: parse("marketplace_id", &event.marketplace_id)?,
        registered: parse_timestamp("registered_time", event.registered_time)?,
    })
}

/// A record with a field that cannot be taken is an invalid record.
fn refusal(index: usize, error: &WireError) -> Refusal {
    Refusal::new(index, ErrorReason::InvalidRecord, error.to_string())
}

impl From<app::Error> for HandleError {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Database(error) => error.into(),
            other => Self::failed(other),
        }
    }
}
