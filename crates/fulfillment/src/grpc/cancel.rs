//! CancelOrder.

use chassis::{Error, Role, principal};
use messaging::calls::{Begun, begin, failed};
use sqlx::PgConnection;
use tonic::Request;
use wire::fulfillment::v1::{CancelOrderRequest, CancelOrderResponse};

use super::errors::refused;
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
    let (id, now) = (&request.request_id, api.rules.now());
    let begun = begin(&api.pool, &caller.subject, "CancelOrder", id, &request, now).await?;
    let mut call = match begun {
        Begun::Repeat(response) => return Ok(response),
        Begun::First(call) => call,
    };
    let order = order_for(&mut call.db, &caller, &request.order_id).await?;
    let lines = line_nos(&request.line_nos)?;
    let (reason, note) = (cancel_reason(caller.role), request.reason);
    let step = Step { order: order.id, command: Command::Cancel { lines, reason, note } };
    let response = apply(api, &mut call.db, &caller, step).await?;
    call.answer(response).await
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
