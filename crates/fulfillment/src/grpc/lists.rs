//! Pages of orders and of stock.

use chassis::{Error, Page, Sellers, principal};
use jiff::Timestamp;
use kernel::{FcCode, Fnsku, OrderId, SellerId};
use messaging::calls::failed;
use sqlx::PgPool;
use tonic::Request;
use wire::convert::parse;
use wire::fulfillment::v1::{
    ListOrdersRequest, ListOrdersResponse, ListStockRequest, ListStockResponse, OrderState as WireState,
    Stock,
};

use super::view;
use crate::domain::order::OrderState;
use crate::store::pages::{self, OrderPlace, StockRow};

/// A page of the orders that the caller may see.
pub(super) async fn orders(
    pool: &PgPool,
    request: Request<ListOrdersRequest>,
) -> Result<ListOrdersResponse, Error> {
    let sellers: Option<Vec<SellerId>> = match &principal(&request)?.sellers {
        Sellers::All => None,
        Sellers::Only(sellers) => Some(sellers.iter().copied().collect()),
    };
    let request = request.into_inner();
    let state = state(&request)?;
    let page = Page::parse(format!("orders/{}", request.state), request.page_size, &request.page_token)?;
    let after = page.start_pair::<Timestamp, OrderId>()?;
    let after = after.map(|(purchased_at, order)| OrderPlace { purchased_at, order });
    let mut db = messaging::snapshot(pool).await.map_err(failed)?;
    let places = pages::orders(&mut db, sellers.as_deref(), state, after, page.limit()).await;
    let mut places = places.map_err(failed)?;
    let next_page_token = page.cut(&mut places, |last| format!("{}~{}", last.purchased_at, last.order));
    let ids: Vec<OrderId> = places.iter().map(|place| place.order).collect();
    let orders = view::all_with_history(&mut db, &ids).await?;
    Ok(ListOrdersResponse { orders, next_page_token })
}

fn state(request: &ListOrdersRequest) -> Result<Option<OrderState>, Error> {
    let known = WireState::try_from(request.state)
        .map_err(|_| Error::invalid("state", format!("{} is no order state", request.state)))?;
    Ok(match known {
        WireState::Unspecified => None,
        WireState::Rejected => Some(OrderState::Rejected),
        WireState::Accepted => Some(OrderState::Accepted),
        WireState::Paid => Some(OrderState::Paid),
        WireState::Cancelled => Some(OrderState::Cancelled),
        WireState::Closed => Some(OrderState::Closed),
    })
}

/// A page of a seller's stock.
pub(super) async fn stock(
    pool: &PgPool,
    request: Request<ListStockRequest>,
) -> Result<ListStockResponse, Error> {
    let seller: SellerId = parse("seller_id", &request.get_ref().seller_id)?;
    principal(&request)?.may_act_for(&seller)?;
    let request = request.into_inner();
    let page = Page::parse(format!("stock/{seller}"), request.page_size, &request.page_token)?;
    let after = page.start_pair::<Fnsku, FcCode>()?;
    let mut db = messaging::snapshot(pool).await.map_err(failed)?;
    let mut rows = pages::stock(&mut db, seller, after, page.limit()).await.map_err(failed)?;
    let next_page_token = page.cut(&mut rows, |last| format!("{}~{}", last.fnsku, last.fc));
    let stock = rows.into_iter().map(|row| shown(seller, row)).collect();
    Ok(ListStockResponse { stock, next_page_token })
}

fn shown(seller: SellerId, row: StockRow) -> Stock {
    Stock {
        fc: row.fc.to_string(),
        fnsku: row.fnsku.to_string(),
        sku: row.sku.to_string(),
        seller_id: seller.to_string(),
        on_hand: row.on_hand,
        reserved: row.reserved,
    }
}
