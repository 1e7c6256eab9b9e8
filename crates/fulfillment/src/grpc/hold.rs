//! ResolveHold.

use chassis::{Error, Principal, Role, principal};
use messaging::calls::{Begun, begin, failed};
use tonic::Request;
use wire::ErrorReason;
use wire::convert::{parse, parse_address};
use wire::fulfillment::v1::resolve_hold_request::Resolution;
use wire::fulfillment::v1::{ResolveHoldRequest, ResolveHoldResponse};

use super::cancel::cancel_reason;
use super::errors::refused;
use super::{FulfillmentApi, shipment_for, view};
use crate::app::resolve_hold::{Given, resolve_hold as resolve};
use crate::domain::order::{Order, Outcome};
use crate::domain::reason::AUTHORITY_REVOKED;
use crate::domain::shipment::Shipment;

/// Gives what a held shipment lacks, or gives it up.
pub(super) async fn resolve_hold(
    api: &FulfillmentApi,
    request: Request<ResolveHoldRequest>,
) -> Result<ResolveHoldResponse, Error> {
    let caller = principal(&request)?.clone();
    let request = request.into_inner();
    let (id, now) = (&request.request_id, api.rules.now());
    let begun = begin(&api.pool, &caller.subject, "ResolveHold", id, &request, now).await?;
    let mut call = match begun {
        Begun::Repeat(response) => return Ok(response),
        Begun::First(call) => call,
    };
    let (order, shipment) = shipment_for(&mut call.db, &caller, &request.shipment_id).await?;
    let given = given(request.resolution, &caller)?;
    let position = order.position(shipment).map_err(|fault| refused(fault.into()))?;
    may_give(&caller, &given, &order.shipments[position])?;
    let result = resolve(&mut call.db, &api.rules, &caller.subject, order.id, shipment, given).await;
    let outcome = result.map_err(failed)?.map_err(refused)?;
    let (order, _): (Order, _) = shipment_for(&mut call.db, &caller, &shipment.to_string()).await?;
    let shipment = Some(view::shipment_of(&order, shipment)?);
    call.answer(ResolveHoldResponse { shipment, already_applied: outcome != Outcome::Applied }).await
}

fn given(resolution: Option<Resolution>, caller: &Principal) -> Result<Given, Error> {
    let problem = "give recipient_tax_id, ship_to, recheck = true or cancel = true";
    Ok(match resolution {
        Some(Resolution::RecipientTaxId(tax_id)) => Given::TaxId(parse("recipient_tax_id", &tax_id)?),
        Some(Resolution::ShipTo(address)) => {
            Given::Address(Box::new(parse_address("ship_to", Some(address))?))
        }
        Some(Resolution::Recheck(true)) => Given::Recheck,
        Some(Resolution::Cancel(true)) => Given::Cancel(cancel_reason(caller.role)),
        Some(Resolution::Recheck(false) | Resolution::Cancel(false)) | None => {
            return Err(Error::invalid("resolution", problem));
        }
    })
}

/// A seller decides what becomes of a revocation, an operator what customs looks at again; the buyer, by the
/// storefront, only completes what is his.
fn may_give(caller: &Principal, given: &Given, shipment: &Shipment) -> Result<(), Error> {
    let allowed = match (given, caller.role) {
        (_, Role::Operator) | (Given::Cancel(_), _) => true,
        (Given::Recheck, Role::Seller) => {
            shipment.hold().is_some_and(|hold| hold.reason == AUTHORITY_REVOKED)
        }
        (Given::Recheck, _) => false,
        (Given::TaxId(_) | Given::Address(_), role) => role == Role::Storefront,
    };
    if allowed {
        return Ok(());
    }
    Err(Error::new(
        ErrorReason::RoleNotAllowed,
        format!(
            "role {} may not resolve this hold so: the buyer's data come by the storefront, a recheck of customs by an \
             operator, the choice after a revocation by the seller",
            caller.role
        ),
    ))
}
