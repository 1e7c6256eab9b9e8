//! Facts of fulfillment.

use std::collections::HashMap;

use kernel::{FcCode, Fnsku, Lpn, OrderId, ShipmentId};
use wire::fulfillment::v1::{OrderState, ShipmentState};

use super::{Field, once, unknown_kind};

/// What fulfillment knows. Amounts are in US cents.
#[derive(Debug, Default)]
pub(crate) struct Fulfillment {
    pub(crate) orders: HashMap<OrderId, Order>,
    pub(crate) shipments: HashMap<ShipmentId, Shipment>,
    pub(crate) stock: HashMap<(FcCode, Fnsku), Stock>,
    /// Units put back, by LPN.
    pub(crate) restocks: HashMap<Lpn, i64>,
}

#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) version: i64,
    pub(crate) state: OrderState,
    pub(crate) shipments: i64,
    pub(crate) amount_due: i64,
    pub(crate) captured: i64,
}

#[derive(Debug)]
pub(crate) struct Shipment {
    pub(crate) state: ShipmentState,
    pub(crate) is_final: bool,
    pub(crate) order: OrderId,
    pub(crate) fc: FcCode,
    pub(crate) units: i64,
    /// Units of each FNSKU now in it.
    pub(crate) contents: Box<[(Fnsku, i64)]>,
    pub(crate) deposit_share: i64,
    pub(crate) retained: i64,
}

/// Units of one FNSKU in one center.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Stock {
    pub(crate) received: i64,
    pub(crate) restocked: i64,
    pub(crate) dispatched: i64,
    pub(crate) on_hand: i64,
    pub(crate) reserved: i64,
}

/// The shipment's units stand reserved in its center.
pub(crate) fn is_reserved(state: ShipmentState) -> bool {
    use ShipmentState as S;
    matches!(state, S::Planned | S::Cleared | S::Held | S::Released | S::Packed | S::Ready)
}

/// The shipment has left its center.
pub(crate) fn is_dispatched(state: ShipmentState) -> bool {
    use ShipmentState as S;
    matches!(state, S::Dispatched | S::Delivered | S::Lost | S::Refused | S::Returned)
}

impl Fulfillment {
    pub(super) fn take(&mut self, fact: Field<'_>) -> Result<(), String> {
        match fact.kind() {
            "order" => once(self.orders.insert(fact.id()?, order(fact)?)),
            "shipment" => once(self.shipments.insert(fact.id()?, shipment(fact)?)),
            "stock" => once(self.stock.insert(place(fact.text())?, stock(fact))),
            "restock" => once(self.restocks.insert(fact.id()?, fact.units("units"))),
            _ => Err(unknown_kind()),
        }
    }
}

fn order(fact: Field<'_>) -> Result<Order, String> {
    Ok(Order {
        version: fact.version(),
        state: fact.state_of("ORDER_STATE_", OrderState::from_str_name)?,
        shipments: fact.units("shipments"),
        amount_due: fact.usd("amount_due")?,
        captured: fact.usd("captured")?,
    })
}

fn shipment(fact: Field<'_>) -> Result<Shipment, String> {
    let contents = fact.units_of("fnsku:").map(|(fnsku, units)| {
        let fnsku: Fnsku = fnsku.parse().map_err(|error| format!("units fnsku:{fnsku}: {error}"))?;
        Ok((fnsku, units))
    });
    Ok(Shipment {
        state: fact.state_of("SHIPMENT_STATE_", ShipmentState::from_str_name)?,
        is_final: fact.is_final(),
        order: fact.link("order_id")?,
        fc: fact.link("fc")?,
        units: fact.units("units"),
        contents: contents.collect::<Result<_, String>>()?,
        deposit_share: fact.usd("deposit_share")?,
        retained: fact.usd("retained")?,
    })
}

fn stock(fact: Field<'_>) -> Stock {
    Stock {
        received: fact.units("received"),
        restocked: fact.units("restocked"),
        dispatched: fact.units("dispatched"),
        on_hand: fact.units("on_hand"),
        reserved: fact.units("reserved"),
    }
}

/// `<fc>/<fnsku>`
fn place(id: &str) -> Result<(FcCode, Fnsku), String> {
    let (fc, fnsku) = id.split_once('/').ok_or("id is not <fc>/<fnsku>")?;
    let fc = fc.parse().map_err(|error: kernel::ParseError| error.to_string())?;
    let fnsku = fnsku.parse().map_err(|error: kernel::ParseError| error.to_string())?;
    Ok((fc, fnsku))
}
