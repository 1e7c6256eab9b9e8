//! Monthly cycles.

use chassis::{Error, Page, principal};
use kernel::{CycleId, YearMonth};
use messaging::calls::{Begun, begin, database};
use tonic::{Request, Response};
use wire::ErrorReason;
use wire::convert::{optional, parse};
use wire::eligibility::v1::*;

use super::{EligibilityApi, convert};
use crate::app::{Started, start_cycle};
use crate::domain::cycle;
use crate::store;

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

    pub(super) async fn cycle(&self, asked: &GetCycleRequest) -> Result<Response<GetCycleResponse>, Error> {
        let id: CycleId = parse("cycle_id", &asked.cycle_id)?;
        let mut db = self.snapshot().await?;
        let cycle = store::cycles::get(&mut db, id).await.map_err(database)?;
        let cycle = cycle.ok_or_else(|| {
            Error::not_found(ErrorReason::CycleNotFound, format!("there is no cycle {id}: list them first"))
        })?;
        Ok(Response::new(GetCycleResponse { cycle: Some(convert::cycle(&cycle)) }))
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
