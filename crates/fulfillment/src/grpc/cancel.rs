//! CancelOrder.

use chassis::{Error, Role, principal};
use messaging::requests::{self, Once, RequestKey};
use prost::Message as _;
use sqlx::PgConnection;
use tonic::Request;
use wire::fulfillment::v1::{CancelOrderRequest, CancelOrderResponse};

use super::errors::{failed, refused};
use super::{FulfillmentApi, order_for, view};
use crate::app::change_orders::{Step, change_orders};
use crate::consumer::placed::line_nos;
use crate::domain::command::Command;
use crate::domain::order::Outcome;
use crate::domain::reason::{BUYER_CANCELLED, OPERATOR_CANCELLED, SELLER_CANCELLED};

/// Characters of a caller's reason.
const MAX_REASON: usize = 500;

/// Takes lines, or all, back.
pub(super) async fn cancel_order(
    api: &FulfillmentApi,
    request: Request<CancelOrderRequest>,
) -> Result<CancelOrderResponse, Error> {
    let caller = principal(&request)?.clone();
    let request = request.into_inner();
    if request.reason.is_empty() || request.reason.chars().count() > MAX_REASON {
        return Err(Error::invalid("reason", format!("must have 1 to {MAX_REASON} characters")));
    }
    let mut tx = api.pool.begin().await.map_err(failed)?;
    let order = order_for(&mut tx, &caller, &request.order_id).await?;
    let content = request.encode_to_vec();
    let key = RequestKey {
        principal: &caller.subject,
        method: "CancelOrder",
        request_id: &request.request_id,
        content: &content,
    };
    let ticket = match requests::once(&mut tx, key, api.rules.now()).await? {
        Once::Repeat(response) => return Ok(response),
        Once::First(ticket) => ticket,
    };
    let lines = line_nos(&request.line_nos)?;
    let (reason, note) = (cancel_reason(caller.role), request.reason);
    let step = Step { order: order.id, command: Command::Cancel { lines, reason, note } };
    let response = apply(api, &mut tx, &caller, step).await?;
    requests::remember(&mut tx, ticket, &response).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    Ok(response)
}

async fn apply(
    api: &FulfillmentApi,
    db: &mut PgConnection,
    caller: &chassis::Principal,
    step: Step,
) -> Result<CancelOrderResponse, Error> {
    let order = step.order;
    let mut results = change_orders(db, &api.rules, &caller.subject, &[step]).await.map_err(failed)?;
    let outcome = results.pop().ok_or_else(|| super::unknown_order(order))?.map_err(refused)?;
    let order = order_for(db, caller, order.as_str()).await?;
    let order = view::with_history(db, order).await?;
    Ok(CancelOrderResponse { order: Some(order), already_applied: outcome != Outcome::Applied })
}

/// The reason code of a cancellation by this kind of caller.
pub(super) fn cancel_reason(role: Role) -> &'static str {
    match role {
        Role::Operator => OPERATOR_CANCELLED,
        Role::Seller => SELLER_CANCELLED,
        _ => BUYER_CANCELLED,
    }
}
