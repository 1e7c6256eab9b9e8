//! Gives what a held shipment lacks. What is personal goes to the consignee, not through the order.

use kernel::{Address, OrderId, ShipmentId, TaxId};
use messaging::HandleError;
use sqlx::PgConnection;

use super::Rules;
use super::change_orders::{Refused, Step, change_orders};
use crate::domain::clearance::Resolution;
use crate::domain::command::Command;
use crate::domain::order::{Fault, Outcome};
use crate::store;

/// What is given.
#[derive(Debug)]
pub(crate) enum Given {
    TaxId(TaxId),
    Address(Box<Address>),
    Recheck,
    /// Given up, for this reason.
    Cancel(&'static str),
}

/// Stores what is given and lets the order go on.
pub(crate) async fn resolve_hold(
    db: &mut PgConnection,
    rules: &Rules,
    actor: &str,
    order: OrderId,
    shipment: ShipmentId,
    given: Given,
) -> Result<Result<Outcome, Refused>, HandleError> {
    if let Given::Address(address) = &given
        && let Some(known) = store::consignees::load(db, &[order]).await?.get(&order)
        && known.ship_to.country() != address.country()
    {
        let problem = format!("the address is in {}, not in {}", address.country(), known.ship_to.country());
        return Ok(Err(Fault::Invalid(problem).into()));
    }
    let (resolution, cancel_reason) = match &given {
        Given::TaxId(_) => (Resolution::TaxId, ""),
        Given::Address(_) => (Resolution::Address, ""),
        Given::Recheck => (Resolution::Recheck, ""),
        Given::Cancel(reason) => (Resolution::Cancel, *reason),
    };
    let command = Command::ResolveHold { shipment, resolution, cancel_reason };
    let mut results = change_orders(db, rules, actor, &[Step { order, command }]).await?;
    let result = results.pop().unwrap_or(Err(Refused::UnknownOrder(order)));
    if result.is_ok() {
        match &given {
            Given::TaxId(tax_id) => store::consignees::set_tax_id(db, order, tax_id).await?,
            Given::Address(address) => store::consignees::set_address(db, order, address).await?,
            Given::Recheck | Given::Cancel(_) => {}
        }
    }
    Ok(result)
}
