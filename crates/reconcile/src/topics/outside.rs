//! What the outside world said: sellers, catalogue, orders, warehouses, carriers, brokers.

use std::collections::{HashMap, HashSet};

use kernel::{FcCode, Fnsku, Lpn, OrderId, SellerId, ShipmentId};
use uuid::Uuid;
use wire::brokerage::events::v1::{BrokerageEvent, brokerage_event};
use wire::carrier::events::v1::{CarrierEvent, ScanCode, carrier_event};
use wire::catalog::events::v1::{CatalogEvent, catalog_event};
use wire::orders::events::v1::{OrdersEvent, orders_event};
use wire::payments::events::v1::{PaymentCaptured, PaymentsEvent, payments_event};
use wire::sellers::events::v1::{SellersEvent, sellers_event};
use wire::warehouse::events::v1::{StockReceived, WarehouseEvent, warehouse_event};

use super::{Record, Topics, usd};

/// What the outside world said that its consumer took. An event whose ids cannot be read is left out: the consumer
/// keeps it as a dead letter, or the check that misses it says so.
#[derive(Debug, Default)]
pub(crate) struct Outside {
    pub(crate) sellers: HashSet<SellerId>,
    /// `<seller_id>/<sku>` of every item listed.
    pub(crate) items: HashSet<Box<str>>,
    pub(crate) orders: HashSet<OrderId>,
    /// Cents captured for each order.
    pub(crate) captured: HashMap<OrderId, i64>,
    payments: HashSet<Box<str>>,
    receipts: HashSet<Uuid>,
    /// Units received into each center.
    pub(crate) received: HashMap<(FcCode, Fnsku), i64>,
    pub(crate) packed: HashSet<ShipmentId>,
    pub(crate) returned_units: HashSet<Lpn>,
    /// Shipments that a carrier took over.
    pub(crate) tendered: HashSet<ShipmentId>,
    /// Shipments whose import charges were assessed.
    pub(crate) assessed: HashSet<ShipmentId>,
}

impl Topics {
    pub(crate) fn take_sellers(&mut self, record: Record<'_, SellersEvent>) {
        let Some(sellers_event::Event::SellerRegistered(event)) = record.event.event else { return };
        if self.counts("enrollment", record.headers, record.origin) {
            self.outside.sellers.extend(event.seller_id.parse::<SellerId>().ok());
        }
    }

    pub(crate) fn take_catalog(&mut self, record: Record<'_, CatalogEvent>) {
        let Some(catalog_event::Event::ItemListed(event)) = record.event.event else { return };
        if self.counts("eligibility", record.headers, record.origin) {
            self.outside.items.insert(format!("{}/{}", event.seller_id, event.sku).into());
        }
    }

    pub(crate) fn take_orders(&mut self, record: Record<'_, OrdersEvent>) {
        let Some(orders_event::Event::OrderPlaced(event)) = record.event.event else { return };
        if self.counts("fulfillment", record.headers, record.origin) {
            self.outside.orders.extend(event.order_id.parse::<OrderId>().ok());
        }
    }

    pub(crate) fn take_payments(&mut self, record: Record<'_, PaymentsEvent>) {
        use payments_event::Event as E;
        let (headers, origin) = (record.headers, record.origin);
        match record.event.event {
            Some(E::PaymentCaptured(event)) if self.counts("fulfillment", headers, origin) => {
                self.outside.capture(&event);
            }
            Some(E::RefundSettled(event)) if self.counts(&event.requested_by, headers, origin) => {
                self.flow.refund_answers.settled(&event.refund_id, event.amount.as_ref());
            }
            Some(E::RefundFailed(event)) if self.counts(&event.requested_by, headers, origin) => {
                self.flow.refund_answers.failed(&event.refund_id);
            }
            Some(E::PayoutSettled(event)) if self.counts(&event.requested_by, headers, origin) => {
                self.flow.payout_answers.settled(&event.payout_id, event.amount.as_ref());
            }
            Some(E::PayoutFailed(event)) if self.counts(&event.requested_by, headers, origin) => {
                self.flow.payout_answers.failed(&event.payout_id);
            }
            _ => {}
        }
    }

    pub(crate) fn take_warehouse(&mut self, record: Record<'_, WarehouseEvent>) {
        use warehouse_event::Event as E;
        let (headers, origin) = (record.headers, record.origin);
        match record.event.event {
            Some(E::StockReceived(event)) if self.counts("fulfillment", headers, origin) => {
                self.outside.receive(&event);
            }
            Some(E::ShipmentPacked(event)) => {
                self.outside.packed.extend(event.shipment_id.parse::<ShipmentId>().ok());
            }
            Some(E::ReturnUnitReceived(event)) if self.counts("returns", headers, origin) => {
                self.outside.returned_units.extend(event.lpn.parse::<Lpn>().ok());
            }
            _ => {}
        }
    }

    pub(crate) fn take_carrier(&mut self, record: Record<'_, CarrierEvent>) {
        let Some(carrier_event::Event::ParcelScanned(event)) = record.event.event else { return };
        if event.code() == ScanCode::Tendered {
            self.outside.tendered.extend(event.shipment_id.parse::<ShipmentId>().ok());
        }
    }

    pub(crate) fn take_brokerage(&mut self, record: Record<'_, BrokerageEvent>) {
        let Some(brokerage_event::Event::ImportChargesAssessed(event)) = record.event.event else { return };
        self.outside.assessed.extend(event.shipment_id.parse::<ShipmentId>().ok());
    }
}

impl Outside {
    /// A receipt counts once, however often it is told.
    fn receive(&mut self, event: &StockReceived) {
        let (Ok(fc), Ok(fnsku), Ok(receipt)) =
            (event.fc.parse::<FcCode>(), event.fnsku.parse::<Fnsku>(), event.receipt_id.parse::<Uuid>())
        else {
            return;
        };
        if self.receipts.insert(receipt) {
            *self.received.entry((fc, fnsku)).or_default() += i64::from(event.quantity);
        }
    }

    /// A payment counts once, however often it is told.
    fn capture(&mut self, event: &PaymentCaptured) {
        let amount = usd("amount", event.amount.as_ref());
        let (Ok(order), Ok(cents)) = (event.order_id.parse::<OrderId>(), amount) else { return };
        if self.payments.insert(event.payment_id.as_str().into()) {
            *self.captured.entry(order).or_default() += cents;
        }
    }
}
