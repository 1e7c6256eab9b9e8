//! Offers in bulk.

use std::sync::Arc;

use chassis::{Clock, Error};
use futures::StreamExt as _;
use futures::stream::{BoxStream, try_unfold};
use messaging::calls::database;
use sqlx::PgPool;
use tonic::{Request, Response, Status, Streaming};
use wire::eligibility::v1::*;

use super::EligibilityApi;
use crate::app::{Rules, list_offers};
use crate::consumer::listing;

/// Most events of a message: some MiB at the bounds of an offer's texts.
const MAX_EVENTS: usize = 200;

pub(super) type Taken = BoxStream<'static, Result<ImportItemsResponse, Status>>;

/// Takes one message after the other.
struct Import {
    messages: Streaming<ImportItemsRequest>,
    pool: PgPool,
    rules: Arc<Rules>,
    clock: Clock,
}

impl EligibilityApi {
    pub(super) fn items_in_bulk(&self, request: Request<Streaming<ImportItemsRequest>>) -> Response<Taken> {
        let (pool, rules, clock) = (self.pool.clone(), self.rules.clone(), self.clock.clone());
        let import = Import { messages: request.into_inner(), pool, rules, clock };
        let step = |mut import: Import| async move {
            let Some(message) = import.messages.message().await? else { return Ok(None) };
            let answer = import.take(&message).await?;
            Ok(Some((answer, import)))
        };
        Response::new(try_unfold(import, step).boxed())
    }
}

impl Import {
    async fn take(&self, message: &ImportItemsRequest) -> Result<ImportItemsResponse, Error> {
        let events = &message.events;
        match events.len() {
            0 => return Err(Error::invalid("events", "must have at least one event")),
            1..=MAX_EVENTS => {}
            count => {
                let problem = format!("has {count} events; at most {MAX_EVENTS} in a message");
                return Err(Error::limit_exceeded("events", problem));
            }
        }
        let (mut listings, mut refused) = (Vec::with_capacity(events.len()), Vec::new());
        for (index, event) in (0..).zip(events) {
            match listing(event) {
                Ok(Some(listing)) => listings.push(listing),
                Ok(None) => refused.push(RefusedItem { index, message: "is no event known here".to_owned() }),
                Err(error) => refused.push(RefusedItem { index, message: error.to_string() }),
            }
        }
        let taken_count = i32::try_from(listings.len()).unwrap_or(i32::MAX);
        let mut db = self.pool.begin().await.map_err(database)?;
        list_offers(&mut db, &self.rules, self.clock.now(), listings).await.map_err(database)?;
        db.commit().await.map_err(database)?;
        Ok(ImportItemsResponse { taken_count, refused })
    }
}
