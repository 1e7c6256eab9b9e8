//! Customs' events about shipments.

use std::sync::Arc;

use kernel::ShipmentId;
use messaging::{HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::WireError;
use wire::convert::{parse, parse_timestamp};
use wire::customs::events::v1::customs_event::Event;
use wire::customs::events::v1::{CustomsEvent, InvoiceIssued, ShipmentHeld};

use super::Steps;
use crate::app::Rules;
use crate::app::change_orders::Step;
use crate::domain::command::Command;
use crate::domain::shipment::Hold;

/// Actor in the history.
const AREA: &str = "customs";

/// Takes clearances, holds and invoices.
pub(crate) struct CustomsHandler {
    pub(crate) rules: Arc<Rules>,
}

impl Handler<CustomsEvent> for CustomsHandler {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<CustomsEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let mut steps = Steps::default();
        for (record, received) in batch.iter().enumerate() {
            match &received.event.event {
                Some(Event::ShipmentCleared(event)) => {
                    let command = shipment(&event.shipment_id).map(Command::Clear);
                    steps.push(record, step(&event.order_id, command));
                }
                Some(Event::ShipmentHeld(event)) => steps.push(record, step(&event.order_id, held(event))),
                Some(Event::InvoiceIssued(event)) => {
                    steps.push(record, step(&event.order_id, invoice(event)))
                }
                // Filings, deposits and their refunds are customs' own.
                _ => {}
            }
        }
        steps.run(db, &self.rules, AREA).await
    }
}

fn step(order_id: &str, command: Result<Command, WireError>) -> Result<Step, WireError> {
    Ok(Step { order: parse("order_id", order_id)?, command: command? })
}

fn shipment(id: &str) -> Result<ShipmentId, WireError> {
    parse("shipment_id", id)
}

fn held(event: &ShipmentHeld) -> Result<Command, WireError> {
    let hold = Hold {
        reason: event.reason.clone(),
        remedy: event.remedy.clone(),
        deadline: parse_timestamp("deadline", event.deadline)?,
    };
    Ok(Command::Hold(shipment(&event.shipment_id)?, hold))
}

fn invoice(event: &InvoiceIssued) -> Result<Command, WireError> {
    if event.invoice_number.is_empty() {
        return Err(WireError::invalid("invoice_number", "is required"));
    }
    Ok(Command::IssueInvoice {
        shipment: shipment(&event.shipment_id)?,
        number: event.invoice_number.clone(),
        at: parse_timestamp("issued_time", event.issued_time)?,
    })
}
