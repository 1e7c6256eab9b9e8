//! Monthly cycles.

use std::time::{Duration, Instant};

use chassis::{Error, Page, principal};
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt as _};
use kernel::{CycleId, YearMonth};
use messaging::calls::{Begun, begin, database};
use sqlx::PgPool;
use tonic::{Request, Response, Status};
use wire::ErrorReason;
use wire::convert::{optional, parse};
use wire::eligibility::v1::*;

use super::{EligibilityApi, convert};
use crate::app::{Ended, Started, cancel_cycle, start_cycle};
use crate::domain::cycle::{self, Cancelled, Cycle};
use crate::store;

/// How often it is looked what of a cycle is done.
const LOOK: Duration = Duration::from_secs(1);

impl EligibilityApi {
    pub(super) async fn start(
        &self,
        request: &Request<StartCycleRequest>,
    ) -> Result<Response<StartCycleResponse>, Error> {
        let asked = request.get_ref();
        let caller = &principal(request)?.subject;
        let now = self.clock.now();
        let month: YearMonth = optional("month", &asked.month)?.unwrap_or_else(|| cycle::month(now));
        let begun = begin(&self.pool, caller, "StartCycle", &asked.request_id, asked, now).await?;
        let mut call = match begun {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        let started = start_cycle(&mut call.db, &self.rules, now, month).await.map_err(database)?;
        let (cycle, already_applied) = match started {
            Started::New(cycle) => (cycle, false),
            Started::Already(cycle) => (cycle, true),
            Started::NotNow { current } => {
                let message = format!("{month} has no cycle and only {current} can begin now");
                return Err(Error::wrong_state(message).precondition("month", format!("must be {current}")));
            }
        };
        call.answer(StartCycleResponse { cycle: Some(convert::cycle(&cycle)), already_applied })
            .await
            .map(Response::new)
    }

    pub(super) async fn cancel(
        &self,
        request: &Request<CancelCycleRequest>,
    ) -> Result<Response<CancelCycleResponse>, Error> {
        let asked = request.get_ref();
        let caller = &principal(request)?.subject;
        let now = self.clock.now();
        let id: CycleId = parse("cycle_id", &asked.cycle_id)?;
        let begun = begin(&self.pool, caller, "CancelCycle", &asked.request_id, asked, now).await?;
        let mut call = match begun {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        let by = Cancelled { at: now, by: caller.to_string() };
        let ended =
            cancel_cycle(&mut call.db, id, by).await.map_err(database)?.ok_or_else(|| not_found(id))?;
        let (cycle, already_applied) = match ended {
            Ended::Now(cycle) => (cycle, false),
            Ended::Already(cycle) => (cycle, true),
            Ended::Completed => {
                let message = format!("cycle {id} is completed: its verdicts hold");
                return Err(Error::wrong_state(message).precondition("cycle_id", "must be running"));
            }
        };
        call.answer(CancelCycleResponse { cycle: Some(convert::cycle(&cycle)), already_applied })
            .await
            .map(Response::new)
    }

    pub(super) async fn cycle(&self, asked: &GetCycleRequest) -> Result<Response<GetCycleResponse>, Error> {
        let id: CycleId = parse("cycle_id", &asked.cycle_id)?;
        let cycle = progress(&self.pool, id).await?;
        Ok(Response::new(GetCycleResponse { cycle: Some(convert::cycle(&cycle)) }))
    }

    pub(super) async fn watch(&self, asked: &WatchCycleRequest) -> Result<Response<Watched>, Error> {
        let id: CycleId = parse("cycle_id", &asked.cycle_id)?;
        let first = progress(&self.pool, id).await?;
        let watch = Watch { pool: self.pool.clone(), began: Instant::now(), before: 0, done: false };
        Ok(Response::new(watch.follow(first).boxed()))
    }

    pub(super) async fn cycles(
        &self,
        asked: &ListCyclesRequest,
    ) -> Result<Response<ListCyclesResponse>, Error> {
        let page = Page::parse("cycles", asked.page_size, &asked.page_token)?;
        let mut db = self.snapshot().await?;
        let mut rows = store::cycles::page(&mut db, &page.after, page.limit()).await.map_err(database)?;
        let next_page_token = page.cut(&mut rows, |cycle| cycle.month.to_string());
        let cycles = rows.iter().map(convert::cycle).collect();
        Ok(Response::new(ListCyclesResponse { cycles, next_page_token }))
    }
}

/// A cycle with what of it is done.
async fn progress(pool: &PgPool, id: CycleId) -> Result<Cycle, Error> {
    let mut db = messaging::snapshot(pool).await.map_err(database)?;
    let cycle = store::cycles::get(&mut db, id).await.map_err(database)?;
    let mut cycle = cycle.ok_or_else(|| not_found(id))?;
    if cycle.is_running() {
        cycle.counts = store::shards::progress(&mut db, (id, cycle.attempt)).await.map_err(database)?.1;
    }
    Ok(cycle)
}

fn not_found(id: CycleId) -> Error {
    Error::not_found(ErrorReason::CycleNotFound, format!("there is no cycle {id}: list them first"))
}

/// The answers about a cycle that somebody watches.
pub(super) type Watched = BoxStream<'static, Result<WatchCycleResponse, Status>>;

/// Somebody who watches a cycle.
struct Watch {
    pool: PgPool,
    began: Instant,
    /// Products that were done at the last answer.
    before: i64,
    done: bool,
}

impl Watch {
    fn follow(self, first: Cycle) -> impl Stream<Item = Result<WatchCycleResponse, Status>> {
        let id = first.id;
        let base = first.counts.evaluated();
        stream::unfold((self, Some(first)), move |(mut watch, first)| async move {
            if watch.done {
                return None;
            }
            let cycle = match first {
                Some(first) => Ok(first),
                None => watch.next(id).await,
            };
            let answer = cycle.map(|cycle| watch.answer(&cycle, base));
            watch.done |= answer.is_err();
            Some((answer.map_err(Status::from), (watch, None)))
        })
    }

    /// The cycle once more of it is done, or it is over.
    async fn next(&self, id: CycleId) -> Result<Cycle, Error> {
        loop {
            tokio::time::sleep(LOOK).await;
            let cycle = progress(&self.pool, id).await?;
            if !cycle.is_running() || cycle.counts.evaluated() > self.before {
                return Ok(cycle);
            }
        }
    }

    fn answer(&mut self, cycle: &Cycle, base: i64) -> WatchCycleResponse {
        let done = cycle.counts.evaluated();
        (self.before, self.done) = (done, !cycle.is_running());
        let millis = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX).max(1);
        let rate_per_second = (done - base).max(0).saturating_mul(1_000) / millis;
        let remaining = (cycle.total - done).max(0);
        let remaining_seconds = (rate_per_second > 0).then(|| remaining / rate_per_second);
        WatchCycleResponse { cycle: Some(convert::cycle(cycle)), rate_per_second, remaining_seconds }
    }
}
