//! `eligibility.v1`: who may call, and which function answers.

mod check;
mod classification;
mod convert;
mod cycles;
mod deliverable;
mod explain;
mod import;
mod inventory;
mod named;
mod past;
mod preview;
mod preview_product;
mod report_convert;
mod report_document;
mod reports;
mod reviews;
mod rules;
mod snapshot;
mod steps;
mod verdicts;

use std::sync::Arc;

use chassis::{Clock, Error, Role, RoleRow, principal};
use futures::stream::BoxStream;
use kernel::SellerId;
use sqlx::{PgPool, Postgres, Transaction};
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status, Streaming};
use wire::common::v1::Language;
use wire::convert::parse;
use wire::eligibility::v1::eligibility_service_server::EligibilityService;
use wire::eligibility::v1::*;

use convert::Teller;
pub(crate) use reports::ReportsApi;
pub(crate) use reviews::ReviewsApi;
pub(crate) use snapshot::STREAMS_MAX;

use crate::app::{Book, Rules, Suggester};
use crate::domain::past::PastDays;
use crate::memory::Memory;

/// Who may call what; everything else is denied.
pub(crate) const ROLES: &[RoleRow] = &[
    (
        "/fbaexport.eligibility.v1.EligibilityService/CheckEligibility",
        &[Role::Operator, Role::Service, Role::Storefront],
    ),
    (
        "/fbaexport.eligibility.v1.EligibilityService/ExplainEligibility",
        &[Role::Operator, Role::Service, Role::Storefront, Role::Seller, Role::Auditor],
    ),
    (
        "/fbaexport.eligibility.v1.EligibilityService/GetVerdict",
        &[Role::Operator, Role::Service, Role::Storefront, Role::Seller, Role::Auditor],
    ),
    (
        "/fbaexport.eligibility.v1.EligibilityService/StreamVerdicts",
        &[Role::Operator, Role::Service, Role::Storefront],
    ),
    (
        "/fbaexport.eligibility.v1.EligibilityService/ListDeliverable",
        &[Role::Operator, Role::Service, Role::Storefront],
    ),
    (
        "/fbaexport.eligibility.v1.EligibilityService/ListItems",
        &[Role::Operator, Role::Seller, Role::Auditor],
    ),
    ("/fbaexport.eligibility.v1.EligibilityService/ImportItems", &[Role::Operator, Role::Service]),
    (
        "/fbaexport.eligibility.v1.EligibilityService/PreviewExclusions",
        &[Role::Operator, Role::Service, Role::Seller],
    ),
    (
        "/fbaexport.eligibility.v1.EligibilityService/PreviewProduct",
        &[Role::Operator, Role::Service, Role::Seller],
    ),
    ("/fbaexport.eligibility.v1.EligibilityService/RequestReview", &[Role::Operator, Role::Seller]),
    (
        "/fbaexport.eligibility.v1.EligibilityService/GetReview",
        &[Role::Operator, Role::Seller, Role::Auditor],
    ),
    ("/fbaexport.eligibility.v1.EligibilityService/ImportRuleSet", &[Role::Operator]),
    ("/fbaexport.eligibility.v1.EligibilityService/ListRuleSets", &[Role::Operator, Role::Auditor]),
    ("/fbaexport.eligibility.v1.EligibilityService/DiffRuleSets", &[Role::Operator, Role::Auditor]),
    ("/fbaexport.eligibility.v1.EligibilityService/ActivateRuleSet", &[Role::Operator]),
    ("/fbaexport.eligibility.v1.EligibilityService/StartCycle", &[Role::Operator]),
    ("/fbaexport.eligibility.v1.EligibilityService/CancelCycle", &[Role::Operator]),
    ("/fbaexport.eligibility.v1.EligibilityService/WatchCycle", &[Role::Operator, Role::Auditor]),
    ("/fbaexport.eligibility.v1.EligibilityService/GetCycle", &[Role::Operator, Role::Auditor]),
    ("/fbaexport.eligibility.v1.EligibilityService/ListCycles", &[Role::Operator, Role::Auditor]),
    (
        "/fbaexport.eligibility.v1.EligibilityService/DownloadExportableInventory",
        &[Role::Operator, Role::Seller, Role::Auditor],
    ),
    ("/fbaexport.eligibility.v1.EligibilityService/CreateReport", &[Role::Operator, Role::Seller]),
    (
        "/fbaexport.eligibility.v1.EligibilityService/GetReport",
        &[Role::Operator, Role::Seller, Role::Auditor],
    ),
    (
        "/fbaexport.eligibility.v1.EligibilityService/ListReports",
        &[Role::Operator, Role::Seller, Role::Auditor],
    ),
    ("/fbaexport.eligibility.v1.EligibilityService/CancelReport", &[Role::Operator, Role::Seller]),
    (
        "/fbaexport.eligibility.v1.EligibilityService/DownloadReportDocument",
        &[Role::Operator, Role::Seller, Role::Auditor],
    ),
    (
        "/fbaexport.eligibility.v1.EligibilityService/SuggestClassification",
        &[Role::Operator, Role::Seller, Role::Classifier],
    ),
    ("/fbaexport.eligibility.v1.EligibilityService/ConfirmClassification", &[Role::Seller, Role::Classifier]),
    (
        "/fbaexport.eligibility.v1.EligibilityService/GetClassification",
        &[Role::Operator, Role::Seller, Role::Classifier, Role::Auditor],
    ),
    (
        "/fbaexport.eligibility.v1.EligibilityService/ListClassificationHistory",
        &[Role::Operator, Role::Seller, Role::Classifier, Role::Auditor],
    ),
];

/// The service's API.
pub(crate) struct EligibilityApi {
    pub(crate) pool: PgPool,
    pub(crate) rules: Arc<Rules>,
    pub(crate) memory: Arc<Memory>,
    pub(crate) clock: Clock,
    pub(crate) reports: ReportsApi,
    pub(crate) suggester: Arc<Suggester>,
    pub(crate) reviews: ReviewsApi,
    pub(crate) past: Arc<PastDays>,
    /// Of streams that read the whole catalogue.
    pub(crate) snapshots: Arc<Semaphore>,
}

/// What a method of the API answers.
type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl EligibilityService for EligibilityApi {
    type DownloadExportableInventoryStream =
        BoxStream<'static, Result<DownloadExportableInventoryResponse, Status>>;
    type DownloadReportDocumentStream = BoxStream<'static, Result<DownloadReportDocumentResponse, Status>>;

    async fn check_eligibility(
        &self,
        request: Request<CheckEligibilityRequest>,
    ) -> Answer<CheckEligibilityResponse> {
        Ok(self.check(request.get_ref()).await?)
    }

    async fn explain_eligibility(
        &self,
        request: Request<ExplainEligibilityRequest>,
    ) -> Answer<ExplainEligibilityResponse> {
        Ok(self.explanation(&request).await?)
    }

    async fn get_verdict(&self, request: Request<GetVerdictRequest>) -> Answer<GetVerdictResponse> {
        Ok(self.verdict(request.get_ref()).await?)
    }

    type StreamVerdictsStream = snapshot::Streamed;

    async fn stream_verdicts(
        &self,
        request: Request<StreamVerdictsRequest>,
    ) -> Answer<Self::StreamVerdictsStream> {
        Ok(self.all_verdicts(request.get_ref()).await?)
    }

    async fn list_deliverable(
        &self,
        request: Request<ListDeliverableRequest>,
    ) -> Answer<ListDeliverableResponse> {
        Ok(self.deliverable(request.get_ref()).await?)
    }

    async fn list_items(&self, request: Request<ListItemsRequest>) -> Answer<ListItemsResponse> {
        Ok(self.items(&request).await?)
    }

    type ImportItemsStream = import::Taken;

    async fn import_items(
        &self,
        request: Request<Streaming<ImportItemsRequest>>,
    ) -> Answer<Self::ImportItemsStream> {
        Ok(self.items_in_bulk(request))
    }

    async fn preview_exclusions(
        &self,
        request: Request<PreviewExclusionsRequest>,
    ) -> Answer<PreviewExclusionsResponse> {
        Ok(self.preview(&request).await?)
    }

    async fn preview_product(
        &self,
        request: Request<PreviewProductRequest>,
    ) -> Answer<PreviewProductResponse> {
        Ok(self.product_preview(&request).await?)
    }

    async fn request_review(&self, request: Request<RequestReviewRequest>) -> Answer<RequestReviewResponse> {
        Ok(self.ask_for_review(&request).await?)
    }

    async fn get_review(&self, request: Request<GetReviewRequest>) -> Answer<GetReviewResponse> {
        Ok(self.review(&request).await?)
    }

    async fn import_rule_set(&self, request: Request<ImportRuleSetRequest>) -> Answer<ImportRuleSetResponse> {
        Ok(self.import(&request).await?)
    }

    async fn list_rule_sets(&self, _: Request<ListRuleSetsRequest>) -> Answer<ListRuleSetsResponse> {
        Ok(self.rule_sets().await?)
    }

    type DiffRuleSetsStream = rules::Compared;

    async fn diff_rule_sets(
        &self,
        request: Request<DiffRuleSetsRequest>,
    ) -> Answer<Self::DiffRuleSetsStream> {
        Ok(self.compare(request.get_ref()).await?)
    }

    async fn activate_rule_set(
        &self,
        request: Request<ActivateRuleSetRequest>,
    ) -> Answer<ActivateRuleSetResponse> {
        Ok(self.put_in_force(&request).await?)
    }

    async fn start_cycle(&self, request: Request<StartCycleRequest>) -> Answer<StartCycleResponse> {
        Ok(self.start(&request).await?)
    }

    type WatchCycleStream = cycles::Watched;

    async fn cancel_cycle(&self, request: Request<CancelCycleRequest>) -> Answer<CancelCycleResponse> {
        Ok(self.cancel(&request).await?)
    }

    async fn watch_cycle(&self, request: Request<WatchCycleRequest>) -> Answer<Self::WatchCycleStream> {
        Ok(self.watch(request.get_ref()).await?)
    }

    async fn get_cycle(&self, request: Request<GetCycleRequest>) -> Answer<GetCycleResponse> {
        Ok(self.cycle(request.get_ref()).await?)
    }

    async fn list_cycles(&self, request: Request<ListCyclesRequest>) -> Answer<ListCyclesResponse> {
        Ok(self.cycles(request.get_ref()).await?)
    }

    async fn download_exportable_inventory(
        &self,
        request: Request<DownloadExportableInventoryRequest>,
    ) -> Answer<Self::DownloadExportableInventoryStream> {
        Ok(self.exportable_inventory(&request).await?)
    }

    async fn create_report(&self, request: Request<CreateReportRequest>) -> Answer<CreateReportResponse> {
        Ok(self.ask_for_report(&request).await?)
    }

    async fn get_report(&self, request: Request<GetReportRequest>) -> Answer<GetReportResponse> {
        Ok(self.report(&request).await?)
    }

    async fn list_reports(&self, request: Request<ListReportsRequest>) -> Answer<ListReportsResponse> {
        Ok(self.all_reports(&request).await?)
    }

    async fn cancel_report(&self, request: Request<CancelReportRequest>) -> Answer<CancelReportResponse> {
        Ok(self.give_up_report(&request).await?)
    }

    async fn download_report_document(
        &self,
        request: Request<DownloadReportDocumentRequest>,
    ) -> Answer<Self::DownloadReportDocumentStream> {
        Ok(self.report_document(&request).await?)
    }

    async fn suggest_classification(
        &self,
        request: Request<SuggestClassificationRequest>,
    ) -> Answer<SuggestClassificationResponse> {
        Ok(self.suggest(&request).await?)
    }

    async fn confirm_classification(
        &self,
        request: Request<ConfirmClassificationRequest>,
    ) -> Answer<ConfirmClassificationResponse> {
        Ok(self.confirm(&request).await?)
    }

    async fn get_classification(
        &self,
        request: Request<GetClassificationRequest>,
    ) -> Answer<GetClassificationResponse> {
        Ok(self.classification(&request).await?)
    }

    async fn list_classification_history(
        &self,
        request: Request<ListClassificationHistoryRequest>,
    ) -> Answer<ListClassificationHistoryResponse> {
        Ok(self.classification_history(&request).await?)
    }
}

impl EligibilityApi {
    async fn snapshot(&self) -> Result<Transaction<'static, Postgres>, Error> {
        messaging::snapshot(&self.pool).await.map_err(messaging::calls::database)
    }
}

/// Tells reasons by the tables in force.
fn teller(book: &Book, language: Language) -> Teller<'_> {
    Teller { wording: book.wording(), language: convert::language(language) }
}

/// The seller a request is about, when the caller may act for it.
fn own_seller<T>(request: &Request<T>, seller: &str) -> Result<SellerId, Error> {
    let seller = parse("seller_id", seller)?;
    principal(request)?.may_act_for(&seller)?;
    Ok(seller)
}
