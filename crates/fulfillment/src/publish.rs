//! Events of the domain as the events that others see, and states as the wire names them.

use messaging::Outgoing;
use wire::common::v1::{RefundKind, RefundRequest};
use wire::convert::{money, timestamp};
use wire::fulfillment::events::v1 as events;
use wire::fulfillment::events::v1::FulfillmentEvent;
use wire::fulfillment::v1 as api;

use crate::NAME;
use crate::domain::event::Event;
use crate::domain::order::{Order, OrderState};
use crate::domain::refund::Refund;
use crate::domain::shipment::{Shipment, ShipmentState};

/// The order's new events: key and subject are the order, the sequence is its version after each.
pub(crate) fn outgoing(order: &Order) -> impl Iterator<Item = Outgoing> + '_ {
    let new = &order.changes.events;
    let before = order.version - i64::try_from(new.len()).unwrap_or(0);
    let at = order.changes.history.last().map_or(order.decided_at, |entry| entry.at);
    new.iter().zip(before + 1..).map(move |(event, sequence)| {
        let id = order.id.as_str();
        Outgoing::event::<FulfillmentEvent>(id, id, sequence, at, wire_event(order, event))
    })
}

fn wire_event(order: &Order, event: &Event) -> FulfillmentEvent {
    let order_id = order.id.to_string();
    let ship = |position: &usize| &order.shipments[*position];
    let id = |position: &usize| ship(position).id.to_string();
    match event {
        Event::OrderAccepted => accepted(order).into(),
        Event::OrderRejected => rejected(order).into(),
        Event::ShipmentPlanned(at) => planned(order, ship(at)).into(),
        Event::ShipmentPaid(at) => events::ShipmentPaid {
            shipment_id: id(at),
            order_id,
            deposit_share: Some(money(ship(at).deposit_share)),
            paid_time: order.paid_at.map(timestamp),
        }
        .into(),
        Event::ShipmentHeld { shipment, reason, remedy, deadline } => events::ShipmentHeld {
            shipment_id: id(shipment),
            order_id,
            reason: reason.clone(),
            remedy: remedy.clone(),
            deadline: Some(timestamp(*deadline)),
        }
        .into(),
        Event::HoldResolved(at, resolved) => {
            events::HoldResolved { shipment_id: id(at), order_id, resolution: resolved.as_str().to_owned() }
                .into()
        }
        Event::ShipmentReleased(at) => released(order, ship(at)).into(),
        Event::ShipmentReady(at) => ready(order, ship(at)).into(),
        Event::ShipmentDispatched(at) => dispatched(order, ship(at)).into(),
        Event::ShipmentDelivered(at, time) => events::ShipmentDelivered {
            shipment_id: id(at),
            order_id,
            delivered_time: Some(timestamp(*time)),
        }
        .into(),
        Event::ShipmentLost(at, time) => {
            events::ShipmentLost { shipment_id: id(at), order_id, lost_time: Some(timestamp(*time)) }.into()
        }
        Event::ShipmentRefused(at, time) => {
            events::ShipmentRefused { shipment_id: id(at), order_id, refused_time: Some(timestamp(*time)) }
                .into()
        }
        Event::ShipmentReturned(at, time) => {
            events::ShipmentReturned { shipment_id: id(at), order_id, returned_time: Some(timestamp(*time)) }
                .into()
        }
        Event::ShipmentCancelled(at, reason) => {
            events::ShipmentCancelled { shipment_id: id(at), order_id, reason: (*reason).to_owned() }.into()
        }
        Event::OrderCancelled(reason) => {
            events::OrderCancelled { order_id, reason: (*reason).to_owned() }.into()
        }
        Event::OrderClosed => events::OrderClosed { order_id }.into(),
        Event::RefundRequested(refund) => events::RefundRequested { refund: Some(request(refund)) }.into(),
        Event::Notified { recipient, template, reasons } => events::NotificationRequested {
            order_id,
            recipient: recipient.as_str().to_owned(),
            template: (*template).to_owned(),
            reason_codes: reasons.clone(),
        }
        .into(),
    }
}

fn accepted(order: &Order) -> events::OrderAccepted {
    events::OrderAccepted {
        order_id: order.id.to_string(),
        seller_id: order.seller.to_string(),
        authority_id: authority(order),
        destination_country_code: order.destination.to_string(),
        amount_due: Some(money(order.amount_due())),
        shipment_count: u32::try_from(order.shipments.len()).unwrap_or(u32::MAX),
    }
}

fn rejected(order: &Order) -> events::OrderRejected {
    let codes = |reasons: &[crate::domain::reason::Reason]| {
        reasons.iter().map(|reason| reason.code.to_string()).collect()
    };
    let refused = order.lines.iter().filter(|line| !line.reasons.is_empty());
    events::OrderRejected {
        order_id: order.id.to_string(),
        seller_id: order.seller.to_string(),
        destination_country_code: order.destination.to_string(),
        reason_codes: codes(&order.reasons),
        lines: refused
            .map(|line| events::RejectedLine {
                line_no: line.line_no.get(),
                reason_codes: codes(&line.reasons),
            })
            .collect(),
    }
}

fn planned(order: &Order, shipment: &Shipment) -> events::ShipmentPlanned {
    events::ShipmentPlanned {
        shipment_id: shipment.id.to_string(),
        order_id: order.id.to_string(),
        seller_id: order.seller.to_string(),
        authority_id: authority(order),
        destination_country_code: order.destination.to_string(),
        fc: shipment.route.fc.to_string(),
        gateway: shipment.route.gateway.to_string(),
        carrier: shipment.route.carrier.to_string(),
        service: shipment.route.service.to_string(),
        lines: lines(order, shipment),
        shipping_share: Some(money(shipment.shipping_share)),
        deposit_share: Some(money(shipment.deposit_share)),
        quote_id: order.quote.to_string(),
        planned_time: Some(timestamp(shipment.planned_at)),
    }
}

fn released(order: &Order, shipment: &Shipment) -> events::ShipmentReleased {
    events::ShipmentReleased {
        shipment_id: shipment.id.to_string(),
        order_id: order.id.to_string(),
        seller_id: order.seller.to_string(),
        fc: shipment.route.fc.to_string(),
        carrier: shipment.route.carrier.to_string(),
        service: shipment.route.service.to_string(),
        destination_country_code: order.destination.to_string(),
        lines: lines(order, shipment),
    }
}

fn ready(order: &Order, shipment: &Shipment) -> events::ShipmentReadyForCarrier {
    events::ShipmentReadyForCarrier {
        shipment_id: shipment.id.to_string(),
        order_id: order.id.to_string(),
        fc: shipment.route.fc.to_string(),
        carrier: shipment.route.carrier.to_string(),
        tracking_numbers: shipment.tracking_numbers().map(|number| number.to_string()).collect(),
        invoice_number: shipment.invoice.clone().unwrap_or_default(),
        destination_country_code: order.destination.to_string(),
    }
}

fn dispatched(order: &Order, shipment: &Shipment) -> events::ShipmentDispatched {
    events::ShipmentDispatched {
        shipment_id: shipment.id.to_string(),
        order_id: order.id.to_string(),
        seller_id: order.seller.to_string(),
        destination_country_code: order.destination.to_string(),
        carrier: shipment.route.carrier.to_string(),
        tracking_numbers: shipment.tracking_numbers().map(|number| number.to_string()).collect(),
        lines: lines(order, shipment),
        dispatched_time: shipment.dispatched_at.map(timestamp),
    }
}

fn lines(order: &Order, shipment: &Shipment) -> Vec<events::PlannedLine> {
    let planned = |line: &crate::domain::shipment::ShipmentLine| {
        let ordered = order.line(line.line_no)?;
        Some(events::PlannedLine {
            line_no: line.line_no.get(),
            sku: ordered.sku.to_string(),
            asin: ordered.asin.map(|asin| asin.to_string()).unwrap_or_default(),
            fnsku: line.fnsku.to_string(),
            quantity: line.quantity.get(),
            unit_price: Some(money(ordered.unit_price)),
            discount: Some(money(line.discount)),
        })
    };
    shipment.lines.iter().filter_map(planned).collect()
}

fn request(refund: &Refund) -> RefundRequest {
    RefundRequest {
        refund_id: refund.id.to_string(),
        order_id: refund.order.to_string(),
        shipment_id: refund.shipment.map(|shipment| shipment.to_string()).unwrap_or_default(),
        amount: Some(money(refund.amount)),
        kind: RefundKind::Order.into(),
        requested_by: NAME.to_owned(),
    }
}

fn authority(order: &Order) -> String {
    order.authority.map(|authority| authority.to_string()).unwrap_or_default()
}

/// The wire's name of an order's state.
pub(crate) fn order_state(state: OrderState) -> api::OrderState {
    match state {
        OrderState::Rejected => api::OrderState::Rejected,
        OrderState::Accepted => api::OrderState::Accepted,
        OrderState::Paid => api::OrderState::Paid,
        OrderState::Cancelled => api::OrderState::Cancelled,
        OrderState::Closed => api::OrderState::Closed,
    }
}

/// The wire's name of a shipment's state.
pub(crate) fn shipment_state(state: ShipmentState) -> api::ShipmentState {
    match state {
        ShipmentState::Planned => api::ShipmentState::Planned,
        ShipmentState::Cleared => api::ShipmentState::Cleared,
        ShipmentState::Held => api::ShipmentState::Held,
        ShipmentState::Released => api::ShipmentState::Released,
        ShipmentState::Packed => api::ShipmentState::Packed,
        ShipmentState::Ready => api::ShipmentState::Ready,
        ShipmentState::Dispatched => api::ShipmentState::Dispatched,
        ShipmentState::Delivered => api::ShipmentState::Delivered,
        ShipmentState::Lost => api::ShipmentState::Lost,
        ShipmentState::Refused => api::ShipmentState::Refused,
        ShipmentState::Returned => api::ShipmentState::Returned,
        ShipmentState::Cancelled => api::ShipmentState::Cancelled,
    }
}
