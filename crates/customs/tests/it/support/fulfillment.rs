//! A fulfillment that knows consignees and nothing else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};
use wire::common::v1::Address;
use wire::fulfillment::v1::fulfillment_service_server::{FulfillmentService, FulfillmentServiceServer};
use wire::fulfillment::v1::*;

#[derive(Clone, Default)]
pub(crate) struct Consignees(Arc<Mutex<HashMap<String, Consignee>>>);

impl Consignees {
    /// A shipment's consignee, or a corrected one.
    pub(crate) fn add(&self, shipment: &str, country: &str, name: &str, tax_id: &str) {
        let address = Address {
            name: name.to_owned(),
            lines: vec!["Musterweg 1".to_owned()],
            city: "Musterstadt".to_owned(),
            postal_code: "50667".to_owned(),
            country_code: country.to_owned(),
            phone: "+49 221 000000".to_owned(),
            ..Default::default()
        };
        let consignee = Consignee {
            shipment_id: shipment.to_owned(),
            ship_to: Some(address),
            recipient_tax_id: tax_id.to_owned(),
        };
        self.0.lock().unwrap().insert(shipment.to_owned(), consignee);
    }

    /// Serves them on a free port and answers its URL.
    pub(crate) async fn serve(&self) -> String {
        testbed::serve(Server::builder().add_service(FulfillmentServiceServer::new(self.clone()))).await
    }
}

type Answer<T> = Result<Response<T>, Status>;

fn absent<T>() -> Answer<T> {
    Err(Status::unimplemented("this fulfillment knows consignees only"))
}

#[tonic::async_trait]
impl FulfillmentService for Consignees {
    async fn batch_get_consignees(
        &self,
        request: Request<BatchGetConsigneesRequest>,
    ) -> Answer<BatchGetConsigneesResponse> {
        let known = self.0.lock().unwrap();
        let ids = request.get_ref().shipment_ids.iter();
        let consignees = ids.filter_map(|id| known.get(id).cloned()).collect();
        Ok(Response::new(BatchGetConsigneesResponse { consignees }))
    }

    async fn get_order(&self, _: Request<GetOrderRequest>) -> Answer<GetOrderResponse> {
        absent()
    }

    async fn list_orders(&self, _: Request<ListOrdersRequest>) -> Answer<ListOrdersResponse> {
        absent()
    }

    async fn get_shipment(&self, _: Request<GetShipmentRequest>) -> Answer<GetShipmentResponse> {
        absent()
    }

    async fn count_open_orders(&self, _: Request<CountOpenOrdersRequest>) -> Answer<CountOpenOrdersResponse> {
        absent()
    }

    async fn list_revoked_shipments(
        &self,
        _: Request<ListRevokedShipmentsRequest>,
    ) -> Answer<ListRevokedShipmentsResponse> {
        absent()
    }

    async fn cancel_order(&self, _: Request<CancelOrderRequest>) -> Answer<CancelOrderResponse> {
        absent()
    }

    async fn resolve_hold(&self, _: Request<ResolveHoldRequest>) -> Answer<ResolveHoldResponse> {
        absent()
    }

    async fn list_stock(&self, _: Request<ListStockRequest>) -> Answer<ListStockResponse> {
        absent()
    }

    type DownloadShipmentsReportStream = ReceiverStream<Result<DownloadShipmentsReportResponse, Status>>;

    async fn download_shipments_report(
        &self,
        _: Request<DownloadShipmentsReportRequest>,
    ) -> Answer<Self::DownloadShipmentsReportStream> {
        absent()
    }
}
