//! The API: requests parsed, callers checked, errors explained.

mod cancel;
mod consignees;
mod errors;
mod hold;
mod lists;
mod report;
mod standing;
mod view;

use std::sync::Arc;

use chassis::{Error, Principal, Role, RoleRow, principal};
use futures::stream::BoxStream;
use kernel::{OrderId, SellerId, ShipmentId};
use messaging::calls::failed;
use sqlx::{PgConnection, PgPool};
use tonic::{Request, Response, Status};
use wire::ErrorReason;
use wire::convert::parse;
use wire::fulfillment::v1::fulfillment_service_server::FulfillmentService;
use wire::fulfillment::v1::{
    BatchGetConsigneesRequest, BatchGetConsigneesResponse, CancelOrderRequest, CancelOrderResponse,
    CountOpenOrdersRequest, CountOpenOrdersResponse, DownloadShipmentsReportRequest,
    DownloadShipmentsReportResponse, GetOrderRequest, GetOrderResponse, GetShipmentRequest,
    GetShipmentResponse, ListOrdersRequest, ListOrdersResponse, ListRevokedShipmentsRequest,
    ListRevokedShipmentsResponse, ListStockRequest, ListStockResponse, ResolveHoldRequest,
    ResolveHoldResponse,
};

use crate::app::Rules;
use crate::domain::order::Order;
use crate::store;

/// Who may call what. Consignees are personal data: only who must see them.
pub(crate) const ROLES: &[RoleRow] = &[
    (
        "/fbaexport.fulfillment.v1.FulfillmentService/GetOrder",
        &[Role::Operator, Role::Auditor, Role::Seller, Role::Storefront, Role::Service],
    ),
    (
        "/fbaexport.fulfillment.v1.FulfillmentService/ListOrders",
        &[Role::Operator, Role::Auditor, Role::Seller],
    ),
    (
        "/fbaexport.fulfillment.v1.FulfillmentService/GetShipment",
        &[
            Role::Operator,
            Role::Auditor,
            Role::Seller,
            Role::Storefront,
            Role::Service,
            Role::Warehouse,
            Role::Carrier,
            Role::Broker,
        ],
    ),
    (
        "/fbaexport.fulfillment.v1.FulfillmentService/CountOpenOrders",
        &[Role::Operator, Role::Auditor, Role::Seller],
    ),
    (
        "/fbaexport.fulfillment.v1.FulfillmentService/ListRevokedShipments",
        &[Role::Operator, Role::Auditor, Role::Seller],
    ),
    (
        "/fbaexport.fulfillment.v1.FulfillmentService/CancelOrder",
        &[Role::Operator, Role::Seller, Role::Storefront],
    ),
    (
        "/fbaexport.fulfillment.v1.FulfillmentService/ResolveHold",
        &[Role::Operator, Role::Seller, Role::Storefront],
    ),
    (
        "/fbaexport.fulfillment.v1.FulfillmentService/BatchGetConsignees",
        &[Role::Operator, Role::Service, Role::Warehouse, Role::Carrier, Role::Broker],
    ),
    (
        "/fbaexport.fulfillment.v1.FulfillmentService/ListStock",
        &[Role::Operator, Role::Auditor, Role::Seller],
    ),
    ("/fbaexport.fulfillment.v1.FulfillmentService/DownloadShipmentsReport", &[Role::Operator, Role::Seller]),
];

/// The API's implementation.
pub(crate) struct FulfillmentApi {
    pub(crate) pool: PgPool,
    pub(crate) rules: Arc<Rules>,
}

#[tonic::async_trait]
impl FulfillmentService for FulfillmentApi {
    type DownloadShipmentsReportStream = BoxStream<'static, Result<DownloadShipmentsReportResponse, Status>>;

    async fn get_order(
        &self,
        request: Request<GetOrderRequest>,
    ) -> Result<Response<GetOrderResponse>, Status> {
        let caller = principal(&request)?.clone();
        let mut db = messaging::snapshot(&self.pool).await.map_err(failed)?;
        let order = order_for(&mut db, &caller, &request.get_ref().order_id).await?;
        let order = view::with_history(&mut db, order).await?;
        Ok(Response::new(GetOrderResponse { order: Some(order) }))
    }

    async fn list_orders(
        &self,
        request: Request<ListOrdersRequest>,
    ) -> Result<Response<ListOrdersResponse>, Status> {
        Ok(lists::orders(&self.pool, request).await.map(Response::new)?)
    }

    async fn get_shipment(
        &self,
        request: Request<GetShipmentRequest>,
    ) -> Result<Response<GetShipmentResponse>, Status> {
        let caller = principal(&request)?.clone();
        let mut db = messaging::snapshot(&self.pool).await.map_err(failed)?;
        let (order, shipment) = shipment_for(&mut db, &caller, &request.get_ref().shipment_id).await?;
        Ok(Response::new(GetShipmentResponse { shipment: Some(view::shipment_of(&order, shipment)?) }))
    }

    async fn count_open_orders(
        &self,
        request: Request<CountOpenOrdersRequest>,
    ) -> Result<Response<CountOpenOrdersResponse>, Status> {
        Ok(standing::count_open_orders(&self.pool, request).await.map(Response::new)?)
    }

    async fn list_revoked_shipments(
        &self,
        request: Request<ListRevokedShipmentsRequest>,
    ) -> Result<Response<ListRevokedShipmentsResponse>, Status> {
        Ok(standing::revoked_shipments(&self.pool, request).await.map(Response::new)?)
    }

    async fn cancel_order(
        &self,
        request: Request<CancelOrderRequest>,
    ) -> Result<Response<CancelOrderResponse>, Status> {
        Ok(cancel::cancel_order(self, request).await.map(Response::new)?)
    }

    async fn resolve_hold(
        &self,
        request: Request<ResolveHoldRequest>,
    ) -> Result<Response<ResolveHoldResponse>, Status> {
        Ok(hold::resolve_hold(self, request).await.map(Response::new)?)
    }

    async fn batch_get_consignees(
        &self,
        request: Request<BatchGetConsigneesRequest>,
    ) -> Result<Response<BatchGetConsigneesResponse>, Status> {
        Ok(consignees::batch_get(&self.pool, request.into_inner()).await.map(Response::new)?)
    }

    async fn list_stock(
        &self,
        request: Request<ListStockRequest>,
    ) -> Result<Response<ListStockResponse>, Status> {
        Ok(lists::stock(&self.pool, request).await.map(Response::new)?)
    }

    async fn download_shipments_report(
        &self,
        request: Request<DownloadShipmentsReportRequest>,
    ) -> Result<Response<Self::DownloadShipmentsReportStream>, Status> {
        Ok(report::download(self.pool.clone(), request).map(Response::new)?)
    }
}

/// The order, if the caller may see it.
async fn order_for(db: &mut PgConnection, caller: &Principal, order_id: &str) -> Result<Order, Error> {
    let id: OrderId = parse("order_id", order_id)?;
    let found = store::orders::load(db, &[id]).await.map_err(failed)?.remove(&id);
    let order = found.ok_or_else(|| unknown_order(id))?;
    caller.may_act_for(&order.seller)?;
    Ok(order)
}

/// The order of the shipment, if the caller may see it.
async fn shipment_for(
    db: &mut PgConnection,
    caller: &Principal,
    shipment_id: &str,
) -> Result<(Order, ShipmentId), Error> {
    let id: ShipmentId = parse("shipment_id", shipment_id)?;
    let found = store::orders::of_shipments(db, &[id.as_uuid()]).await.map_err(failed)?;
    let unknown = || Error::not_found(ErrorReason::ShipmentNotFound, format!("shipment {id} is not known"));
    let (_, order, seller): &(_, OrderId, SellerId) = found.first().ok_or_else(unknown)?;
    caller.may_act_for(seller)?;
    let order = store::orders::load(db, &[*order]).await.map_err(failed)?.remove(order);
    order.map(|order| (order, id)).ok_or_else(unknown)
}

fn unknown_order(id: OrderId) -> Error {
    Error::not_found(ErrorReason::OrderNotFound, format!("order {id} is not known: check its number"))
}
