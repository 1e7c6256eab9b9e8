//! Events as facts of shipments.

use jiff::Timestamp;
use kernel::{Currency, Money, OrderId, RefundId, ShipmentId};
use wire::WireError;
use wire::brokerage::events::v1::{BrokerageEvent, ImportChargesAssessed, brokerage_event};
use wire::convert::{
    optional, parse, parse_country, parse_dimensions, parse_money, parse_quantity, parse_timestamp,
    parse_usd, parse_weight,
};
use wire::fulfillment::events::v1::{FulfillmentEvent, PlannedLine, ShipmentPlanned, fulfillment_event};
use wire::payments::events::v1::{PaymentsEvent, payments_event};
use wire::warehouse::events::v1::{Parcel, WarehouseEvent, warehouse_event};

use crate::NAME;
use crate::domain::deposit::Charges;
use crate::domain::export_filing::Itn;
use crate::domain::shipment::{self, Ending, Fact, Plan};

/// A fact with its shipment and order.
pub(super) type OfShipment = (ShipmentId, OrderId, Fact);

/// Parcels a shipment can have.
const MAX_PARCELS: usize = 50;
/// Lines a shipment can have.
const MAX_LINES: usize = 2_000;

/// `time` is the event's own: a resolved hold names no other.
pub(super) fn of_fulfillment(
    event: &FulfillmentEvent,
    time: Timestamp,
) -> Result<Option<OfShipment>, WireError> {
    use fulfillment_event::Event as E;
    let Some(event) = &event.event else { return Ok(None) };
    let (shipment, order, fact) = match event {
        E::ShipmentPlanned(e) => (&e.shipment_id, &e.order_id, Fact::Planned(Box::new(plan(e)?))),
        E::ShipmentPaid(e) => {
            (&e.shipment_id, &e.order_id, Fact::Paid(parse_timestamp("paid_time", e.paid_time)?))
        }
        E::HoldResolved(e) => (&e.shipment_id, &e.order_id, Fact::HoldResolved(time)),
        E::ShipmentDispatched(e) => {
            let time = parse_timestamp("dispatched_time", e.dispatched_time)?;
            (&e.shipment_id, &e.order_id, Fact::Dispatched(time))
        }
        E::ShipmentCancelled(e) => (&e.shipment_id, &e.order_id, Fact::Ended(Ending::Cancelled)),
        E::ShipmentLost(e) => (&e.shipment_id, &e.order_id, Fact::Ended(Ending::Lost)),
        E::ShipmentReturned(e) => (&e.shipment_id, &e.order_id, Fact::Ended(Ending::Returned)),
        E::OrderAccepted(_)
        | E::OrderRejected(_)
        | E::ShipmentHeld(_)
        | E::ShipmentReleased(_)
        | E::ShipmentReadyForCarrier(_)
        | E::ShipmentDelivered(_)
        | E::ShipmentRefused(_)
        | E::OrderCancelled(_)
        | E::OrderClosed(_)
        | E::RefundRequested(_)
        | E::NotificationRequested(_) => return Ok(None),
    };
    of_shipment(shipment, order, fact).map(Some)
}

pub(super) fn of_warehouse(event: &WarehouseEvent) -> Result<Option<OfShipment>, WireError> {
    let Some(warehouse_event::Event::ShipmentPacked(packed)) = &event.event else { return Ok(None) };
    if packed.parcels.is_empty() || packed.parcels.len() > MAX_PARCELS {
        return Err(WireError::invalid("parcels", format!("must be 1 to {MAX_PARCELS}")));
    }
    let parcels = packed.parcels.iter().enumerate().map(|(index, parcel)| parse_parcel(index, parcel));
    let fact = Fact::Packed(parcels.collect::<Result<_, _>>()?);
    of_shipment(&packed.shipment_id, &packed.order_id, fact).map(Some)
}

pub(super) fn of_brokerage(event: &BrokerageEvent) -> Result<Option<OfShipment>, WireError> {
    use brokerage_event::Event as E;
    let Some(event) = &event.event else { return Ok(None) };
    let (shipment, order, fact) = match event {
        E::ExportFilingAccepted(e) => {
            let itn = Itn::parse(&e.itn).map_err(|error| WireError::invalid("itn", error))?;
            (&e.shipment_id, &e.order_id, Fact::FilingAccepted(itn))
        }
        E::ExportFilingRejected(e) => (&e.shipment_id, &e.order_id, Fact::FilingRejected),
        E::ImportChargesAssessed(e) => (&e.shipment_id, &e.order_id, Fact::Charged(charges(e)?)),
    };
    of_shipment(shipment, order, fact).map(Some)
}

/// Answers of payments to our own requests; those of others are theirs to book.
pub(super) fn of_payments(event: &PaymentsEvent) -> Result<Option<(RefundId, Fact)>, WireError> {
    use payments_event::Event as E;
    match &event.event {
        Some(E::RefundSettled(e)) if e.requested_by == NAME => {
            let amount = parse_usd("amount", e.amount.clone())?;
            Ok(Some((parse("refund_id", &e.refund_id)?, Fact::RefundSettled(amount))))
        }
        Some(E::RefundFailed(e)) if e.requested_by == NAME => {
            Ok(Some((parse("refund_id", &e.refund_id)?, Fact::RefundFailed)))
        }
        _ => Ok(None),
    }
}

fn of_shipment(shipment: &str, order: &str, fact: Fact) -> Result<OfShipment, WireError> {
    Ok((parse("shipment_id", shipment)?, parse("order_id", order)?, fact))
}

fn plan(event: &ShipmentPlanned) -> Result<Plan, WireError> {
    if event.lines.is_empty() || event.lines.len() > MAX_LINES {
        return Err(WireError::invalid("lines", format!("must be 1 to {MAX_LINES}")));
    }
    let lines = event.lines.iter().enumerate().map(|(index, line)| planned_line(index, line));
    Ok(Plan {
        seller_id: parse("seller_id", &event.seller_id)?,
        authority_id: parse("authority_id", &event.authority_id)?,
        destination: parse_country("destination_country_code", &event.destination_country_code)?,
        carrier: event.carrier.clone(),
        service: event.service.clone(),
        gateway: event.gateway.clone(),
        lines: lines.collect::<Result<_, _>>()?,
        shipping_share: parse_usd("shipping_share", event.shipping_share.clone())?,
        deposit_share: parse_usd("deposit_share", event.deposit_share.clone())?,
        quote_id: optional("quote_id", &event.quote_id)?,
        planned: parse_timestamp("planned_time", event.planned_time)?,
    })
}

fn planned_line(index: usize, line: &PlannedLine) -> Result<shipment::PlannedLine, WireError> {
    let field = |name: &str| format!("lines[{index}].{name}");
    let number = kernel::LineNo::new(line.line_no);
    let planned = shipment::PlannedLine {
        line_no: number.map_err(|error| WireError::invalid(&field("line_no"), error))?,
        sku: parse(&field("sku"), &line.sku)?,
        asin: parse(&field("asin"), &line.asin)?,
        quantity: parse_quantity(&field("quantity"), line.quantity)?.get(),
        unit_price: parse_usd(&field("unit_price"), line.unit_price.clone())?,
        discount: parse_usd(&field("discount"), line.discount.clone())?,
        declared: None,
    };
    match planned.net() {
        Ok(net) if !net.is_negative() => Ok(planned),
        Ok(_) => Err(WireError::invalid(&field("discount"), "is more than the line costs")),
        Err(error) => Err(WireError::invalid(&field("unit_price"), error)),
    }
}

fn parse_parcel(index: usize, parcel: &Parcel) -> Result<shipment::Parcel, WireError> {
    let field = |name: &str| format!("parcels[{index}].{name}");
    let sides = parse_dimensions(&field("dimensions"), parcel.dimensions)?;
    let cm = |length: kernel::Length| length.to_cm_decimal().round_dp(1).normalize();
    Ok(shipment::Parcel {
        tracking_number: parse(&field("tracking_number"), &parcel.tracking_number)?,
        gross_weight: parse_weight(&field("gross_weight"), parcel.gross_weight)?,
        dimensions: format!("{} x {} x {} cm", cm(sides.longest()), cm(sides.median()), cm(sides.shortest())),
    })
}

/// Duty, tax and fees in one currency; none is negative.
fn charges(event: &ImportChargesAssessed) -> Result<Charges, WireError> {
    let parts = [("duty", &event.duty), ("tax", &event.tax), ("fees", &event.fees)];
    let amounts = parts.map(|(field, amount)| parse_money(field, amount.clone()).map(|money| (field, money)));
    let mut total: Option<Money> = None;
    for amount in amounts {
        let (field, amount) = amount?;
        if amount.is_negative() {
            return Err(WireError::invalid(field, format!("is {amount}; it must be zero or more")));
        }
        total = match total {
            None => Some(amount),
            Some(sum) => Some(sum.checked_add(amount).map_err(|error| WireError::invalid(field, error))?),
        };
    }
    let total = total.unwrap_or(Money::zero(Currency::USD));
    Ok(Charges { total, entered: parse_timestamp("entry_time", event.entry_time)? })
}
