//! A buyer asks to send units back.

use chassis::{Error, Principal, Role};
use jiff::Timestamp;
use kernel::OrderId;
use messaging::calls::{database, failed};
use sqlx::PgConnection;
use wire::ErrorReason;

use super::{Effects, Rules};
use crate::domain::{Authorisation, Refused, Rma, Wish};
use crate::store;

/// What is asked for.
pub(crate) struct Asked {
    /// Makes the return's id, so that a repeat makes the same.
    pub(crate) request_id: String,
    pub(crate) order: OrderId,
    pub(crate) wishes: Vec<Wish>,
    /// Why it is accepted past the window; operators only. Empty = no exception.
    pub(crate) exception: String,
}

/// Authorises a return, in the caller's transaction.
pub(crate) async fn authorise(
    db: &mut PgConnection,
    asked: &Asked,
    caller: &Principal,
    rules: &Rules,
    now: Timestamp,
) -> Result<Rma, Error> {
    if !asked.exception.is_empty() && caller.role != Role::Operator {
        let message = "an exception past the window is recorded by an operator: leave exception_reason empty";
        return Err(Error::new(ErrorReason::RoleNotAllowed, message));
    }
    let mut shipments = store::sold::lock_order(db, &asked.order).await.map_err(database)?;
    let Some(first) = shipments.first() else {
        let message = format!("order {} has no shipments: check the order's number", asked.order);
        return Err(Error::not_found(ErrorReason::OrderNotFound, message));
    };
    caller.may_act_for(&first.seller)?;
    let id = kernel::derive_uuid("rma", &[asked.order.as_ref(), &caller.subject, &asked.request_id]).into();
    let how = Authorisation { id, at: now, by: &caller.subject, exception: &asked.exception };
    let rma = Rma::authorise(how, &asked.wishes, &mut shipments, &rules.reasons, &rules.policies)
        .map_err(refused)?;
    store::sold::update(db, &shipments.iter().collect::<Vec<_>>()).await.map_err(database)?;
    store::rmas::save(db, &[&rma]).await.map_err(database)?;
    let mut effects = Effects::new(rules, now);
    effects.authorised(&rma);
    effects.save(db).await.map_err(failed)?;
    Ok(rma)
}

fn refused(error: Refused) -> Error {
    match error {
        Refused::UnknownReason(_) => Error::invalid("lines.reason_code", error),
        Refused::Policy(_) | Refused::Money(_) => Error::internal(&error),
        _ => Error::new(ErrorReason::NotReturnable, error.to_string()),
    }
}
