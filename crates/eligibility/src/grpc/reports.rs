//! Reports: asked for, looked at, given up.

use std::sync::Arc;

use chassis::{Error, Ids, Page, principal};
use kernel::{ReportId, SellerId};
use messaging::calls::{Begun, begin, database};
use tonic::{Request, Response};
use wire::ErrorReason;
use wire::convert::parse;
use wire::eligibility::v1::*;

use super::{EligibilityApi, convert, own_seller, report_convert};
use crate::app::{ReportRules, TooMany, cancel_report, create_report};
use crate::domain::report::Report as Known;
use crate::domain::wording::Language;
use crate::store;
use crate::store::files::Files;

/// What calls about reports need besides.
pub(crate) struct ReportsApi {
    pub(crate) files: Files,
    pub(crate) rules: Arc<ReportRules>,
    pub(crate) ids: Ids,
}

impl EligibilityApi {
    pub(super) async fn ask_for_report(
        &self,
        request: &Request<CreateReportRequest>,
    ) -> Result<Response<CreateReportResponse>, Error> {
        let asked = request.get_ref();
        let seller = own_seller(request, &asked.seller_id)?;
        offered(asked.report_type)?;
        let (caller, now) = (&principal(request)?.subject, self.clock.now());
        let begun = begin(&self.pool, caller, "CreateReport", &asked.request_id, asked, now).await?;
        let mut call = match begun {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        let id = ReportId::new(self.reports.ids.uuid());
        let created = create_report(&mut call.db, &self.reports.rules, id, seller, caller, now).await;
        match created.map_err(database)? {
            Ok(report) => {
                let report = Some(self.shown(&report, Language::English));
                call.answer(CreateReportResponse { report }).await.map(Response::new)
            }
            Err(TooMany { most }) => Err(too_many(seller, most)),
        }
    }

    pub(super) async fn report(
        &self,
        request: &Request<GetReportRequest>,
    ) -> Result<Response<GetReportResponse>, Error> {
        let report = self.known(request, &request.get_ref().report_id).await?;
        let report = Some(self.shown(&report, convert::language(request.get_ref().language())));
        Ok(Response::new(GetReportResponse { report }))
    }

    pub(super) async fn all_reports(
        &self,
        request: &Request<ListReportsRequest>,
    ) -> Result<Response<ListReportsResponse>, Error> {
        let asked = request.get_ref();
        let seller = own_seller(request, &asked.seller_id)?;
        let page = Page::parse(format!("reports/{seller}"), asked.page_size, &asked.page_token)?;
        let mut db = self.snapshot().await?;
        let rows = store::reports::page(&mut db, seller, page.start()?, page.limit()).await;
        let mut rows = rows.map_err(database)?;
        let next_page_token = page.cut(&mut rows, |(number, _)| number.to_string());
        let language = convert::language(asked.language());
        let reports = rows.iter().map(|(_, report)| self.shown(report, language)).collect();
        Ok(Response::new(ListReportsResponse { reports, next_page_token }))
    }

    pub(super) async fn give_up_report(
        &self,
        request: &Request<CancelReportRequest>,
    ) -> Result<Response<CancelReportResponse>, Error> {
        let asked = request.get_ref();
        let id = self.known(request, &asked.report_id).await?.id;
        let (caller, now) = (&principal(request)?.subject, self.clock.now());
        let begun = begin(&self.pool, caller, "CancelReport", &asked.request_id, asked, now).await?;
        let mut call = match begun {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        let locked = store::reports::lock(&mut call.db, id).await.map_err(database)?;
        let mut report = locked.ok_or_else(|| not_found(id))?;
        let cancelled = cancel_report(&mut call.db, &self.reports.rules, &mut report, caller, now).await;
        let Ok(cancelled) = cancelled.map_err(database)? else { return Err(final_already(&report)) };
        let report = Some(self.shown(&report, Language::English));
        let answer = CancelReportResponse { report, already_applied: !cancelled };
        call.answer(answer).await.map(Response::new)
    }

    /// A report that the caller may see.
    pub(super) async fn known<T>(&self, request: &Request<T>, id: &str) -> Result<Known, Error> {
        let id: ReportId = parse("report_id", id)?;
        let mut db = self.snapshot().await?;
        let report = store::reports::get(&mut db, id).await.map_err(database)?;
        let report = report.ok_or_else(|| not_found(id))?;
        principal(request)?.may_act_for(&report.seller)?;
        Ok(report)
    }

    fn shown(&self, report: &Known, language: Language) -> Report {
        report_convert::report(report, &self.reports.rules.wording, language, self.clock.now())
    }
}

/// Whether reports of this type are made.
fn offered(report_type: i32) -> Result<(), Error> {
    match ReportType::try_from(report_type) {
        Ok(ReportType::ExportableInventory) => Ok(()),
        Ok(ReportType::ExportableInventoryLegacy) => {
            let message = "report 2620 is discontinued: ask for 26600 (EXPORTABLE_INVENTORY)";
            let error = Error::new(ErrorReason::ReportTypeDiscontinued, message);
            Err(error.precondition("report_type", "must be 26600 (EXPORTABLE_INVENTORY)"))
        }
        Ok(ReportType::Unspecified) | Err(_) => Err(Error::invalid(
            "report_type",
            "must be 26600 (EXPORTABLE_INVENTORY), the one report there is",
        )),
    }
}

fn not_found(id: ReportId) -> Error {
    let message = format!("there is no report {id}: list the seller's reports, or ask for a new one");
    Error::not_found(ErrorReason::ReportNotFound, message)
}

fn too_many(seller: SellerId, most: i64) -> Error {
    let message = format!(
        "seller {seller} has {most} reports under way, as many as it may: wait until one is DONE, or cancel one"
    );
    let error = Error::new(ErrorReason::TooManyReports, message);
    error.precondition("seller_id", format!("must have fewer than {most} reports IN_QUEUE or IN_PROGRESS"))
}

fn final_already(report: &Known) -> Error {
    let (id, state) = (report.id, report.state.name());
    let message = format!("report {id} is {state}, which is final: there is nothing to cancel");
    Error::wrong_state(message).precondition("report_id", "must be IN_QUEUE or IN_PROGRESS")
}
