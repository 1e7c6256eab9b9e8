//! Eligibility and customs as fulfillment asks them: SKUs that start with `BANNED` may go nowhere, quotes that start
//! with `dead` are not known.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status, Streaming};
use wire::customs::v1 as customs;
use wire::customs::v1::customs_service_server::{CustomsService, CustomsServiceServer};
use wire::eligibility::v1 as eligibility;
use wire::eligibility::v1::eligibility_service_server::{EligibilityService, EligibilityServiceServer};

#[derive(Clone, Default)]
pub(crate) struct Neighbours(Arc<State>);

#[derive(Default)]
struct State {
    away: AtomicBool,
    eligibility_calls: AtomicUsize,
    customs_calls: AtomicUsize,
}

impl Neighbours {
    /// Lets both be away, or come back.
    pub(crate) fn set_away(&self, away: bool) {
        self.0.away.store(away, Ordering::SeqCst);
    }

    /// Calls so far: eligibility, customs.
    pub(crate) fn calls(&self) -> (usize, usize) {
        let State { eligibility_calls, customs_calls, .. } = &*self.0;
        (eligibility_calls.load(Ordering::SeqCst), customs_calls.load(Ordering::SeqCst))
    }

    fn here(&self, calls: &AtomicUsize) -> Result<(), Status> {
        calls.fetch_add(1, Ordering::SeqCst);
        if self.0.away.load(Ordering::SeqCst) { Err(Status::unavailable("away for a test")) } else { Ok(()) }
    }

    /// Serves both on free ports and answers their URLs.
    pub(crate) async fn serve(&self) -> (String, String) {
        let eligibility = Server::builder().add_service(EligibilityServiceServer::new(self.clone()));
        let customs = Server::builder().add_service(CustomsServiceServer::new(self.clone()));
        (testbed::serve(eligibility).await, testbed::serve(customs).await)
    }
}

type Answer<T> = Result<Response<T>, Status>;

fn absent<T>() -> Answer<T> {
    Err(Status::unimplemented("fulfillment does not ask this"))
}

#[tonic::async_trait]
impl EligibilityService for Neighbours {
    type DownloadExportableInventoryStream =
        ReceiverStream<Result<eligibility::DownloadExportableInventoryResponse, Status>>;
    type StreamVerdictsStream = ReceiverStream<Result<eligibility::StreamVerdictsResponse, Status>>;
    type ImportItemsStream = ReceiverStream<Result<eligibility::ImportItemsResponse, Status>>;
    type DiffRuleSetsStream = ReceiverStream<Result<eligibility::DiffRuleSetsResponse, Status>>;
    type WatchCycleStream = ReceiverStream<Result<eligibility::WatchCycleResponse, Status>>;
    type DownloadReportDocumentStream =
        ReceiverStream<Result<eligibility::DownloadReportDocumentResponse, Status>>;

    async fn check_eligibility(
        &self,
        request: Request<eligibility::CheckEligibilityRequest>,
    ) -> Answer<eligibility::CheckEligibilityResponse> {
        self.here(&self.0.eligibility_calls)?;
        let banned =
            eligibility::EligibilityReason { code: "IMP_RESTRICTED".to_owned(), ..Default::default() };
        let result = |line: eligibility::EligibilityLine| {
            let eligible = !line.sku.starts_with("BANNED");
            let reasons = if eligible { Vec::new() } else { vec![banned.clone()] };
            eligibility::EligibilityResult { eligible, reasons, ..Default::default() }
        };
        let results = request.into_inner().lines.into_iter().map(result).collect();
        Ok(Response::new(eligibility::CheckEligibilityResponse {
            results,
            rule_set_version: "test".to_owned(),
            rules: Vec::new(),
        }))
    }

    async fn explain_eligibility(
        &self,
        _: Request<eligibility::ExplainEligibilityRequest>,
    ) -> Answer<eligibility::ExplainEligibilityResponse> {
        absent()
    }

    async fn get_verdict(
        &self,
        _: Request<eligibility::GetVerdictRequest>,
    ) -> Answer<eligibility::GetVerdictResponse> {
        absent()
    }

    async fn list_items(
        &self,
        _: Request<eligibility::ListItemsRequest>,
    ) -> Answer<eligibility::ListItemsResponse> {
        absent()
    }

    async fn preview_exclusions(
        &self,
        _: Request<eligibility::PreviewExclusionsRequest>,
    ) -> Answer<eligibility::PreviewExclusionsResponse> {
        absent()
    }

    async fn start_cycle(
        &self,
        _: Request<eligibility::StartCycleRequest>,
    ) -> Answer<eligibility::StartCycleResponse> {
        absent()
    }

    async fn cancel_cycle(
        &self,
        _: Request<eligibility::CancelCycleRequest>,
    ) -> Answer<eligibility::CancelCycleResponse> {
        absent()
    }

    async fn watch_cycle(
        &self,
        _: Request<eligibility::WatchCycleRequest>,
    ) -> Answer<Self::WatchCycleStream> {
        absent()
    }

    async fn preview_product(
        &self,
        _: Request<eligibility::PreviewProductRequest>,
    ) -> Answer<eligibility::PreviewProductResponse> {
        absent()
    }

    async fn stream_verdicts(
        &self,
        _: Request<eligibility::StreamVerdictsRequest>,
    ) -> Answer<Self::StreamVerdictsStream> {
        absent()
    }

    async fn list_deliverable(
        &self,
        _: Request<eligibility::ListDeliverableRequest>,
    ) -> Answer<eligibility::ListDeliverableResponse> {
        absent()
    }

    async fn request_review(
        &self,
        _: Request<eligibility::RequestReviewRequest>,
    ) -> Answer<eligibility::RequestReviewResponse> {
        absent()
    }

    async fn get_review(
        &self,
        _: Request<eligibility::GetReviewRequest>,
    ) -> Answer<eligibility::GetReviewResponse> {
        absent()
    }

    async fn import_items(
        &self,
        _: Request<Streaming<eligibility::ImportItemsRequest>>,
    ) -> Answer<Self::ImportItemsStream> {
        absent()
    }

    async fn import_rule_set(
        &self,
        _: Request<eligibility::ImportRuleSetRequest>,
    ) -> Answer<eligibility::ImportRuleSetResponse> {
        absent()
    }

    async fn list_rule_sets(
        &self,
        _: Request<eligibility::ListRuleSetsRequest>,
    ) -> Answer<eligibility::ListRuleSetsResponse> {
        absent()
    }

    async fn diff_rule_sets(
        &self,
        _: Request<eligibility::DiffRuleSetsRequest>,
    ) -> Answer<Self::DiffRuleSetsStream> {
        absent()
    }

    async fn activate_rule_set(
        &self,
        _: Request<eligibility::ActivateRuleSetRequest>,
    ) -> Answer<eligibility::ActivateRuleSetResponse> {
        absent()
    }

    async fn get_cycle(
        &self,
        _: Request<eligibility::GetCycleRequest>,
    ) -> Answer<eligibility::GetCycleResponse> {
        absent()
    }

    async fn list_cycles(
        &self,
        _: Request<eligibility::ListCyclesRequest>,
    ) -> Answer<eligibility::ListCyclesResponse> {
        absent()
    }

    async fn download_exportable_inventory(
        &self,
        _: Request<eligibility::DownloadExportableInventoryRequest>,
    ) -> Answer<Self::DownloadExportableInventoryStream> {
        absent()
    }

    async fn create_report(
        &self,
        _: Request<eligibility::CreateReportRequest>,
    ) -> Answer<eligibility::CreateReportResponse> {
        absent()
    }

    async fn get_report(
        &self,
        _: Request<eligibility::GetReportRequest>,
    ) -> Answer<eligibility::GetReportResponse> {
        absent()
    }

    async fn list_reports(
        &self,
        _: Request<eligibility::ListReportsRequest>,
    ) -> Answer<eligibility::ListReportsResponse> {
        absent()
    }

    async fn cancel_report(
        &self,
        _: Request<eligibility::CancelReportRequest>,
    ) -> Answer<eligibility::CancelReportResponse> {
        absent()
    }

    async fn download_report_document(
        &self,
        _: Request<eligibility::DownloadReportDocumentRequest>,
    ) -> Answer<Self::DownloadReportDocumentStream> {
        absent()
    }

    async fn suggest_classification(
        &self,
        _: Request<eligibility::SuggestClassificationRequest>,
    ) -> Answer<eligibility::SuggestClassificationResponse> {
        absent()
    }

    async fn confirm_classification(
        &self,
        _: Request<eligibility::ConfirmClassificationRequest>,
    ) -> Answer<eligibility::ConfirmClassificationResponse> {
        absent()
    }

    async fn get_classification(
        &self,
        _: Request<eligibility::GetClassificationRequest>,
    ) -> Answer<eligibility::GetClassificationResponse> {
        absent()
    }

    async fn list_classification_history(
        &self,
        _: Request<eligibility::ListClassificationHistoryRequest>,
    ) -> Answer<eligibility::ListClassificationHistoryResponse> {
        absent()
    }
}

#[tonic::async_trait]
impl CustomsService for Neighbours {
    type DownloadInvoiceStream = ReceiverStream<Result<customs::DownloadInvoiceResponse, Status>>;
    type ExportLedgerStream = ReceiverStream<Result<customs::ExportLedgerResponse, Status>>;

    async fn batch_check_quotes(
        &self,
        request: Request<customs::BatchCheckQuotesRequest>,
    ) -> Answer<customs::BatchCheckQuotesResponse> {
        self.here(&self.0.customs_calls)?;
        let result = |check: customs::QuoteCheck| {
            let valid = !check.quote_id.starts_with("dead");
            let reason = if valid { String::new() } else { "QUOTE_NOT_FOUND".to_owned() };
            customs::QuoteCheckResult { valid, reason, detail: String::new() }
        };
        let results = request.into_inner().checks.into_iter().map(result).collect();
        Ok(Response::new(customs::BatchCheckQuotesResponse { results }))
    }

    async fn batch_quote_landed_cost(
        &self,
        _: Request<customs::BatchQuoteLandedCostRequest>,
    ) -> Answer<customs::BatchQuoteLandedCostResponse> {
        absent()
    }

    async fn get_quote(&self, _: Request<customs::GetQuoteRequest>) -> Answer<customs::GetQuoteResponse> {
        absent()
    }

    async fn screen_party(
        &self,
        _: Request<customs::ScreenPartyRequest>,
    ) -> Answer<customs::ScreenPartyResponse> {
        absent()
    }

    async fn get_customs_shipment(
        &self,
        _: Request<customs::GetCustomsShipmentRequest>,
    ) -> Answer<customs::GetCustomsShipmentResponse> {
        absent()
    }

    async fn download_invoice(
        &self,
        _: Request<customs::DownloadInvoiceRequest>,
    ) -> Answer<Self::DownloadInvoiceStream> {
        absent()
    }

    async fn export_ledger(
        &self,
        _: Request<customs::ExportLedgerRequest>,
    ) -> Answer<Self::ExportLedgerStream> {
        absent()
    }
}
