//! How a seller stands: orders on their way, shipments that wait for its choice.

use chassis::{Error, Page, principal};
use kernel::{OrderId, SellerId};
use messaging::calls::failed;
use sqlx::PgPool;
use tonic::Request;
use wire::convert::{parse, timestamp};
use wire::fulfillment::v1::{
    CountOpenOrdersRequest, CountOpenOrdersResponse, ListRevokedShipmentsRequest,
    ListRevokedShipmentsResponse, RevokedShipment,
};

use crate::store::standing;

/// What is on its way.
pub(super) async fn count_open_orders(
    pool: &PgPool,
    request: Request<CountOpenOrdersRequest>,
) -> Result<CountOpenOrdersResponse, Error> {
    let seller: SellerId = parse("seller_id", &request.get_ref().seller_id)?;
    principal(&request)?.may_act_for(&seller)?;
    let mut db = messaging::snapshot(pool).await.map_err(failed)?;
    let open = standing::count(&mut db, seller).await.map_err(failed)?;
    Ok(CountOpenOrdersResponse {
        accepted_orders: open.accepted,
        paid_orders: open.paid,
        revoked_shipments: open.revoked_shipments,
    })
}

/// A page of what a revocation holds.
pub(super) async fn revoked_shipments(
    pool: &PgPool,
    request: Request<ListRevokedShipmentsRequest>,
) -> Result<ListRevokedShipmentsResponse, Error> {
    let seller: SellerId = parse("seller_id", &request.get_ref().seller_id)?;
    principal(&request)?.may_act_for(&seller)?;
    let request = request.into_inner();
    let page = Page::parse(format!("revoked/{seller}"), request.page_size, &request.page_token)?;
    let after = page.start_pair::<OrderId, i16>()?;
    let mut db = messaging::snapshot(pool).await.map_err(failed)?;
    let mut held = standing::revoked(&mut db, seller, after, page.limit()).await.map_err(failed)?;
    let next_page_token = page.cut(&mut held, |last| format!("{}~{}", last.order, last.position));
    let shipments = held.into_iter().map(|held| RevokedShipment {
        shipment_id: held.shipment.to_string(),
        order_id: held.order.to_string(),
        deadline: Some(timestamp(held.deadline)),
    });
    Ok(ListRevokedShipmentsResponse { shipments: shipments.collect(), next_page_token })
}
