//! What happened to a shipment, as the event others see.

use jiff::Timestamp;
use messaging::Outgoing;
use wire::common::v1::{RefundKind, RefundRequest};
use wire::convert::{money, timestamp};
use wire::customs::events::v1 as wire_events;
use wire::customs::events::v1::CustomsEvent;

use crate::NAME;
use crate::domain::shipment::{Event, FilingLine, Shipment};

/// The event for the outbox: key is the order, subject the shipment, sequence the shipment's version after it.
pub(crate) fn outgoing(shipment: &Shipment, event: &Event, now: Timestamp) -> Outgoing {
    Outgoing::event::<CustomsEvent>(
        shipment.order_id.as_str(),
        &shipment.id.to_string(),
        shipment.version,
        now,
        wire_event(shipment, event),
    )
}

fn wire_event(shipment: &Shipment, event: &Event) -> CustomsEvent {
    let (shipment_id, order_id) = (shipment.id.to_string(), shipment.order_id.to_string());
    match event {
        Event::Cleared { citation } => {
            wire_events::ShipmentCleared { shipment_id, order_id, export_citation: citation.clone() }.into()
        }
        Event::Held(hold) => wire_events::ShipmentHeld {
            shipment_id,
            order_id,
            reason: hold.reason.as_str().to_owned(),
            remedy: hold.remedy.clone(),
            deadline: Some(timestamp(hold.deadline)),
        }
        .into(),
        Event::FilingRequested(lines) => filing(shipment, lines).into(),
        Event::InvoiceIssued(invoice) => wire_events::InvoiceIssued {
            shipment_id,
            order_id,
            invoice_number: invoice.number.clone(),
            sha256: invoice.sha256.clone(),
            authority_id: shipment
                .plan
                .as_ref()
                .map(|plan| plan.authority_id.to_string())
                .unwrap_or_default(),
            total: Some(money(invoice.total)),
            issued_time: Some(timestamp(invoice.issued)),
        }
        .into(),
        Event::DepositHeld(deposit) => {
            wire_events::DepositHeld { shipment_id, order_id, deposit: Some(money(*deposit)) }.into()
        }
        Event::DepositSettled { deposit, settlement } => wire_events::DepositSettled {
            shipment_id,
            order_id,
            deposit: Some(money(*deposit)),
            charges: Some(money(settlement.charges)),
            refund: Some(money(settlement.refund)),
            shortfall: Some(money(settlement.shortfall)),
        }
        .into(),
        Event::RefundRequested { refund_id, amount } => wire_events::RefundRequested {
            refund: Some(RefundRequest {
                refund_id: refund_id.to_string(),
                order_id,
                shipment_id,
                amount: Some(money(*amount)),
                kind: RefundKind::ImportFeesDeposit.into(),
                requested_by: NAME.to_owned(),
            }),
        }
        .into(),
    }
}

fn filing(shipment: &Shipment, lines: &[FilingLine]) -> wire_events::ExportFilingRequested {
    let plan = shipment.plan.as_ref();
    let text = |of: fn(&crate::domain::shipment::Plan) -> String| plan.map(of).unwrap_or_default();
    wire_events::ExportFilingRequested {
        shipment_id: shipment.id.to_string(),
        order_id: shipment.order_id.to_string(),
        seller_id: text(|plan| plan.seller_id.to_string()),
        authority_id: text(|plan| plan.authority_id.to_string()),
        destination_country_code: text(|plan| plan.destination.to_string()),
        carrier: text(|plan| plan.carrier.clone()),
        lines: lines
            .iter()
            .map(|line| wire_events::FilingLine {
                hs_code: line.hs_code.to_string(),
                quantity: line.quantity,
                value: Some(money(line.value)),
                country_of_origin: line.origin.map(|country| country.to_string()).unwrap_or_default(),
            })
            .collect(),
    }
}
