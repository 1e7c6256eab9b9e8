//! What fulfillment counts. No personal data, no ids.

use crate::app::change_orders::Refused;
use crate::domain::order::{Order, OrderState, Outcome};

/// Counts decided orders.
pub(crate) fn placed(orders: &[Order]) {
    let rejected = orders.iter().filter(|order| order.state == OrderState::Rejected).count();
    metrics::counter!("fulfillment_orders_total", "outcome" => "rejected").increment(rejected as u64);
    metrics::counter!("fulfillment_orders_total", "outcome" => "accepted")
        .increment((orders.len() - rejected) as u64);
}

/// Counts what became of a command of an area.
pub(crate) fn command(actor: &str, result: &Result<Outcome, Refused>) {
    let outcome = match result {
        Ok(Outcome::Applied) => "applied",
        Ok(Outcome::AlreadyApplied) => "already_applied",
        Ok(Outcome::Late) => "late",
        Err(_) => "refused",
    };
    // Principals are many; areas are few.
    let area = if AREAS.contains(&actor) { actor } else { "caller" };
    metrics::counter!("fulfillment_commands_total", "area" => area.to_owned(), "outcome" => outcome)
        .increment(1);
}

const AREAS: [&str; 6] = ["orders", "payments", "warehouse", "carrier", "customs", "deadline"];
