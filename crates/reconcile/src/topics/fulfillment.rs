//! What fulfillment published.

use std::collections::{HashMap, HashSet};

use kernel::{OrderId, ShipmentId};
use wire::fulfillment::events::v1::{FulfillmentEvent, PlannedLine, ShipmentPlanned, fulfillment_event};

use super::{Requested, Topics, id, usd};

/// Orders and shipments as fulfillment announced them. Amounts are in US cents.
#[derive(Debug, Default)]
pub(crate) struct Fulfillment {
    pub(crate) accepted: HashMap<OrderId, Accepted>,
    pub(crate) rejected: HashSet<OrderId>,
    pub(crate) planned: HashMap<ShipmentId, OrderId>,
    pub(crate) dispatched: HashSet<ShipmentId>,
    pub(crate) lost: HashSet<ShipmentId>,
}

/// An accepted order.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) amount_due: i64,
    pub(crate) shipments: i64,
    /// Goods, shipping and deposit of its planned shipments.
    pub(crate) planned: i64,
}

impl Topics {
    pub(crate) fn take_fulfillment(&mut self, event: FulfillmentEvent) -> Result<(), String> {
        use fulfillment_event::Event as E;
        let ours = &mut self.fulfillment;
        match event.event {
            Some(E::OrderAccepted(event)) => {
                let accepted = ours.accepted.entry(id("order_id", &event.order_id)?).or_default();
                accepted.amount_due = usd("amount_due", event.amount_due.as_ref())?;
                accepted.shipments = event.shipment_count.into();
            }
            Some(E::OrderRejected(event)) => {
                ours.rejected.insert(id("order_id", &event.order_id)?);
            }
            Some(E::ShipmentPlanned(event)) => ours.plan(&event)?,
            Some(E::ShipmentDispatched(event)) => {
                ours.dispatched.insert(id("shipment_id", &event.shipment_id)?);
            }
            Some(E::ShipmentLost(event)) => {
                ours.lost.insert(id("shipment_id", &event.shipment_id)?);
            }
            Some(E::RefundRequested(event)) => {
                self.flow.refunds_requested.add(Requested::refund("fulfillment", event.refund)?);
            }
            Some(_) => {}
            None => return Err("the event is not known to this version".to_owned()),
        }
        Ok(())
    }
}

impl Fulfillment {
    fn plan(&mut self, event: &ShipmentPlanned) -> Result<(), String> {
        let order = id("order_id", &event.order_id)?;
        self.planned.insert(id("shipment_id", &event.shipment_id)?, order);
        let goods = event.lines.iter().map(goods).sum::<Result<i64, String>>()?;
        let shipping = usd("shipping_share", event.shipping_share.as_ref())?;
        let deposit = usd("deposit_share", event.deposit_share.as_ref())?;
        self.accepted.entry(order).or_default().planned += goods + shipping + deposit;
        Ok(())
    }
}

/// What the buyer pays for a line's units, after promotions.
fn goods(line: &PlannedLine) -> Result<i64, String> {
    let price = usd("unit_price", line.unit_price.as_ref())?;
    Ok(price * i64::from(line.quantity) - usd("discount", line.discount.as_ref())?)
}
