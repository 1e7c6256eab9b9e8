//! Pages of orders and of stock.

use chassis::{Error, Sellers, principal};
use jiff::Timestamp;
use kernel::{FcCode, Fnsku, OrderId, SellerId};
use sqlx::PgPool;
use tonic::Request;
use wire::convert::parse;
use wire::fulfillment::v1::{
    ListOrdersRequest, ListOrdersResponse, ListStockRequest, ListStockResponse, OrderState as WireState,
    Stock,
};

use super::errors::failed;
use super::{page, view};
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
    let (limit, state) = (page::size(request.page_size)?, state(&request)?);
    let list = format!("orders/{}", request.state);
    let after = page::place::<Timestamp, OrderId>(&list, &request.page_token)?;
    let after = after.map(|(purchased_at, order)| OrderPlace { purchased_at, order });
    let mut db = messaging::snapshot(pool).await.map_err(failed)?;
    let places = pages::orders(&mut db, sellers.as_deref(), state, after, limit).await.map_err(failed)?;
    let full = places.len() as i64 == limit;
    let next = places.last().filter(|_| full).map(|last| page::token(&list, last.purchased_at, last.order));
    let ids: Vec<OrderId> = places.iter().map(|place| place.order).collect();
    let orders = view::all_with_history(&mut db, &ids).await?;
    Ok(ListOrdersResponse { orders, next_page_token: next.unwrap_or_default() })
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
    let limit = page::size(request.page_size)?;
    let list = format!("stock/{seller}");
    let after = page::place::<Fnsku, FcCode>(&list, &request.page_token)?;
    let mut db = messaging::snapshot(pool).await.map_err(failed)?;
    let rows = pages::stock(&mut db, seller, after, limit).await.map_err(failed)?;
    let full = rows.len() as i64 == limit;
    let next = rows.last().filter(|_| full).map(|last| page::token(&list, last.fnsku, last.fc));
    let stock = rows.into_iter().map(|row| shown(seller, row)).collect();
    Ok(ListStockResponse { stock, next_page_token: next.unwrap_or_default() })
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
