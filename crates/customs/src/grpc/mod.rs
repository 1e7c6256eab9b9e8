//! `customs.v1`: who may call, and which function answers.

mod convert;
mod documents;
mod errors;
mod quotes;
mod shipments;

use chassis::{Role, RoleRow};
use futures::stream::BoxStream;
use sqlx::PgPool;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use wire::customs::v1::customs_service_server::CustomsService;
use wire::customs::v1::*;

use crate::app::Customs;

/// Who may call what; everything else is denied.
pub(crate) const ROLES: &[RoleRow] = &[
    (
        "/fbaexport.customs.v1.CustomsService/BatchQuoteLandedCost",
        &[Role::Operator, Role::Seller, Role::Storefront, Role::Service],
    ),
    (
        "/fbaexport.customs.v1.CustomsService/GetQuote",
        &[Role::Operator, Role::Seller, Role::Storefront, Role::Service, Role::Auditor],
    ),
    ("/fbaexport.customs.v1.CustomsService/BatchCheckQuotes", &[Role::Operator, Role::Service]),
    ("/fbaexport.customs.v1.CustomsService/ScreenParty", &[Role::Operator]),
    (
        "/fbaexport.customs.v1.CustomsService/GetCustomsShipment",
        &[Role::Operator, Role::Seller, Role::Storefront, Role::Broker, Role::Service, Role::Auditor],
    ),
    (
        "/fbaexport.customs.v1.CustomsService/DownloadInvoice",
        &[Role::Operator, Role::Seller, Role::Warehouse, Role::Carrier, Role::Broker, Role::Auditor],
    ),
    ("/fbaexport.customs.v1.CustomsService/ExportLedger", &[Role::Operator, Role::Auditor]),
];

/// The service's API.
pub(crate) struct CustomsApi {
    pub(crate) pool: PgPool,
    pub(crate) customs: Customs,
    pub(crate) tasks: chassis::Tasks,
}

/// What a method of the API answers.
type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl CustomsService for CustomsApi {
    async fn batch_quote_landed_cost(
        &self,
        request: Request<BatchQuoteLandedCostRequest>,
    ) -> Answer<BatchQuoteLandedCostResponse> {
        Ok(Response::new(self.quote(&request).await?))
    }

    async fn get_quote(&self, request: Request<GetQuoteRequest>) -> Answer<GetQuoteResponse> {
        Ok(Response::new(self.stored_quote(&request).await?))
    }

    async fn batch_check_quotes(
        &self,
        request: Request<BatchCheckQuotesRequest>,
    ) -> Answer<BatchCheckQuotesResponse> {
        Ok(Response::new(self.check(request.into_inner()).await?))
    }

    async fn screen_party(&self, request: Request<ScreenPartyRequest>) -> Answer<ScreenPartyResponse> {
        Ok(Response::new(self.screen(request.get_ref())?))
    }

    async fn get_customs_shipment(
        &self,
        request: Request<GetCustomsShipmentRequest>,
    ) -> Answer<GetCustomsShipmentResponse> {
        Ok(Response::new(self.shipment(&request).await?))
    }

    type DownloadInvoiceStream = BoxStream<'static, Result<DownloadInvoiceResponse, Status>>;

    async fn download_invoice(
        &self,
        request: Request<DownloadInvoiceRequest>,
    ) -> Answer<Self::DownloadInvoiceStream> {
        Ok(Response::new(self.invoice(&request).await?))
    }

    type ExportLedgerStream = ReceiverStream<Result<ExportLedgerResponse, Status>>;

    async fn export_ledger(&self, _: Request<ExportLedgerRequest>) -> Answer<Self::ExportLedgerStream> {
        Ok(Response::new(self.ledger()))
    }
}
