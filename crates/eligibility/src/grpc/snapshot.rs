//! All verdicts, streamed from one snapshot: memory holds one page of them.

use std::sync::Arc;
use std::time::Duration;

use chassis::{Error, Page};
use futures::StreamExt as _;
use futures::stream::{BoxStream, try_unfold};
use kernel::{Asin, Country};
use messaging::calls::database;
use sqlx::{Postgres, Transaction};
use tokio::sync::OwnedSemaphorePermit;
use tonic::{Response, Status};
use wire::ErrorReason;
use wire::convert::parse_country;
use wire::eligibility::v1::*;

use super::EligibilityApi;
use crate::publish::standing_verdict;
use crate::store;
use crate::store::cycle_rows::SHARDS;
use crate::store::told::Told;

/// Streams of one process at a time: each holds a connection of the pool, which others need, too.
pub(crate) const STREAMS_MAX: usize = 2;
/// When a caller may ask again while there are as many: a stream takes minutes.
const RETRY: Duration = Duration::from_secs(30);
/// Verdicts of a message: the bound of the contract. One that may go everywhere takes some 900 bytes.
const PAGE: i64 = 500;

pub(super) type Streamed = BoxStream<'static, Result<StreamVerdictsResponse, Status>>;

/// The verdicts that were not sent yet.
struct Reading {
    db: Transaction<'static, Postgres>,
    generation: i32,
    country: Option<Country>,
    /// Makes tokens.
    page: Page,
    shard: i32,
    /// The last ASIN of the shard that was sent.
    after: String,
    sent: i64,
    ended: bool,
    _permit: OwnedSemaphorePermit,
}

impl EligibilityApi {
    pub(super) async fn all_verdicts(
        &self,
        asked: &StreamVerdictsRequest,
    ) -> Result<Response<Streamed>, Error> {
        let country = match asked.country_code.as_str() {
            "" => None,
            code => Some(parse_country("country_code", code)?),
        };
        let page = Page::parse(format!("verdicts/{}", asked.country_code), 0, &asked.resume_token)?;
        let start = page.start_pair::<u8, Asin>()?;
        let (shard, after) =
            start.map_or((0, String::new()), |(shard, asin)| (shard.into(), asin.to_string()));
        let permit = Arc::clone(&self.snapshots).try_acquire_owned().map_err(|_| too_many())?;
        let mut db = self.snapshot().await?;
        let generation = store::standing::look(&mut db).await.map_err(database)?.number;
        let (sent, ended) = (0, false);
        let reading = Reading { db, generation, country, page, shard, after, sent, ended, _permit: permit };
        let step = |mut reading: Reading| async move {
            let message = reading.next().await.map_err(|error| Status::from(database(error)))?;
            Ok(message.map(|message| (message, reading)))
        };
        Ok(Response::new(try_unfold(reading, step).boxed()))
    }
}

impl Reading {
    /// The next message; `None` after the last.
    async fn next(&mut self) -> sqlx::Result<Option<StreamVerdictsResponse>> {
        while self.shard < SHARDS {
            let slice = self.generation * SHARDS + self.shard;
            let told = store::told::page(&mut self.db, slice, &self.after, PAGE).await?;
            let Some(last) = told.last() else {
                (self.shard, self.after) = (self.shard + 1, String::new());
                continue;
            };
            self.after.clone_from(&last.asin);
            let wanted = |told: &&Told| self.country.is_none_or(|country| told.eligible.contains(country));
            let verdicts: Vec<_> = told.iter().filter(wanted).map(standing_verdict).collect();
            if !verdicts.is_empty() {
                self.sent += verdicts.len() as i64;
                let resume_token = self.page.token(&format!("{}~{}", self.shard, self.after));
                return Ok(Some(StreamVerdictsResponse { verdicts, resume_token, verdict_count: None }));
            }
        }
        let last = StreamVerdictsResponse { verdict_count: Some(self.sent), ..Default::default() };
        Ok((!std::mem::replace(&mut self.ended, true)).then_some(last))
    }
}

pub(super) fn too_many() -> Error {
    let message = format!(
        "this server reads the whole catalogue for {STREAMS_MAX} callers already, as many as it may: try again later"
    );
    Error { retry_after: Some(RETRY), ..Error::new(ErrorReason::Overloaded, message) }
}
