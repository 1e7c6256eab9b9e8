//! Metrics of this crate, all of them. No label holds anything of a person.

use metrics::{counter, describe_counter};

use crate::domain::shipment::Event;

const QUOTES: &str = "customs_quotes_total";
const CLEARED: &str = "customs_shipments_cleared_total";
const HELD: &str = "customs_shipments_held_total";
const INVOICES: &str = "customs_invoices_issued_total";
const DEPOSITS: &str = "customs_deposits_settled_total";

/// Tells the recorder what the metrics mean.
pub(crate) fn describe() {
    describe_counter!(QUOTES, "Baskets quoted or refused, by outcome");
    describe_counter!(CLEARED, "Shipments cleared");
    describe_counter!(HELD, "Shipments held, by reason");
    describe_counter!(INVOICES, "Commercial invoices issued");
    describe_counter!(DEPOSITS, "Import-fee deposits settled or given back");
}

/// A basket was answered: `QUOTED`, or why not.
pub(crate) fn quoted(outcome: &'static str) {
    counter!(QUOTES, "outcome" => outcome).increment(1);
}

/// Something happened to a shipment.
pub(crate) fn happened(event: &Event) {
    match event {
        Event::Cleared { .. } => counter!(CLEARED).increment(1),
        Event::Held(hold) => counter!(HELD, "reason" => hold.reason.as_str()).increment(1),
        Event::InvoiceIssued(_) => counter!(INVOICES).increment(1),
        Event::DepositSettled { .. } => counter!(DEPOSITS).increment(1),
        Event::FilingRequested(_) | Event::DepositHeld(_) | Event::RefundRequested { .. } => {}
    }
}
