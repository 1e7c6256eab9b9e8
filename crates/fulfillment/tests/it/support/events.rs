//! What the outside world says.

use testbed::{fresh_id, usd};
use wire::carrier::events::v1::{CarrierEvent, ParcelScanned, ScanCode};
use wire::catalog::events::v1::{CatalogEvent, ItemListed};
use wire::common::v1::{Address, Dimensions, Money, Weight};
use wire::convert::timestamp;
use wire::customs::events::v1::{CustomsEvent, InvoiceIssued, ShipmentCleared, ShipmentHeld};
use wire::enrollment::events::v1::{EnrollmentEvent, GrantedAuthority, SellerEnrolled};
use wire::fulfillment::v1::{Order, Shipment, ShipmentState};
use wire::orders::events::v1::{OrderLine, OrderPlaced, OrdersEvent};
use wire::payments::events::v1::{PaymentCaptured, PaymentsEvent};
use wire::warehouse::events::v1::{Parcel, ParcelContent, ShipmentPacked, StockReceived, WarehouseEvent};

use super::World;

pub(crate) const SELLER: &str = "A1SELLER00001";
pub(crate) const AUTHORITY: &str = "0190a5b0-0000-7000-8000-00000000000a";
/// SKU and label of the items every world knows.
pub(crate) const SHIRT: (&str, &str) = ("SHIRT", "X00000SHRT");
pub(crate) const BOOK: (&str, &str) = ("BOOK", "X00000BOOK");

pub(crate) fn order_id(number: usize) -> String {
    format!("114-{number:07}-1234567")
}

pub(crate) fn line(line_no: u32, sku: &str, quantity: u32) -> OrderLine {
    OrderLine {
        line_no,
        sku: sku.to_owned(),
        quantity,
        unit_price: usd(20_00),
        promotion_discount: usd(1_00),
    }
}

/// An order to Germany. Shipping USD 10, deposit USD 5.
pub(crate) fn placed(number: usize, lines: Vec<OrderLine>) -> OrderPlaced {
    OrderPlaced {
        order_id: order_id(number),
        marketplace_id: "ATVPDKIKX0DER".to_owned(),
        seller_id: SELLER.to_owned(),
        buyer_id: "buyer".to_owned(),
        purchase_time: Some(timestamp(super::now())),
        lines,
        ship_to: Some(Address {
            name: "Erika Mustermann".to_owned(),
            lines: vec!["Heidestraße 17".to_owned(), "Hinterhaus".to_owned()],
            city: "Köln".to_owned(),
            postal_code: "51147".to_owned(),
            country_code: "DE".to_owned(),
            ..Default::default()
        }),
        recipient_tax_id: String::new(),
        shipping_price: usd(10_00),
        import_fees_deposit: usd(5_00),
        quote_id: "0190a5b0-0000-7000-8000-000000000001".to_owned(),
        ship_service_level: "Standard".to_owned(),
    }
}

/// An order of one shirt.
pub(crate) fn one_shirt(number: usize) -> OrderPlaced {
    placed(number, vec![line(1, SHIRT.0, 1)])
}

impl World {
    pub(crate) async fn enrolled(&self, seller: &str) {
        let authority = GrantedAuthority { authority_id: AUTHORITY.to_owned(), ..Default::default() };
        let (seller_id, authority) = (seller.to_owned(), Some(authority));
        let event = SellerEnrolled { seller_id, authority, settings_version: 1 };
        self.outside.tell(seller, EnrollmentEvent::from(event)).await;
    }

    pub(crate) async fn listed(&self, (sku, fnsku): (&str, &str), item_version: i64) {
        let event = ItemListed {
            seller_id: SELLER.to_owned(),
            sku: sku.to_owned(),
            asin: "B000000001".to_owned(),
            fnsku: fnsku.to_owned(),
            item_version,
            title: format!("A {sku}"),
            package_dimensions: Some(Dimensions { length_um: 250_000, width_um: 200_000, height_um: 30_000 }),
            package_weight: Some(Weight { milligrams: 400_000 }),
            ..Default::default()
        };
        self.outside.tell(&format!("{SELLER}/{sku}"), CatalogEvent::from(event)).await;
    }

    pub(crate) async fn received(&self, fc: &str, (sku, fnsku): (&str, &str), quantity: u32) {
        let event = StockReceived {
            receipt_id: fresh_id(),
            fc: fc.to_owned(),
            seller_id: SELLER.to_owned(),
            sku: sku.to_owned(),
            fnsku: fnsku.to_owned(),
            quantity,
            received_time: Some(timestamp(self.time.now())),
        };
        self.outside.tell(&format!("{fc}/{fnsku}"), WarehouseEvent::from(event)).await;
    }

    pub(crate) async fn place(&self, order: OrderPlaced) {
        let key = order.order_id.clone();
        self.outside.tell(&key, OrdersEvent::from(order)).await;
    }

    /// The buyer pays what is due.
    pub(crate) async fn pay(&self, order: &Order) {
        let goods: i64 = order
            .lines
            .iter()
            .map(|line| {
                let price = line.unit_price.as_ref().unwrap().minor_units * i64::from(line.quantity);
                price - line.promotion_discount.as_ref().unwrap().minor_units
            })
            .sum();
        self.pay_amount(&order.order_id, usd(goods + 15_00)).await;
    }

    pub(crate) async fn pay_amount(&self, order_id: &str, amount: Option<Money>) {
        let event = PaymentCaptured {
            payment_id: fresh_id(),
            order_id: order_id.to_owned(),
            amount,
            captured_time: Some(timestamp(self.time.now())),
        };
        self.outside.tell(order_id, PaymentsEvent::from(event)).await;
    }

    pub(crate) async fn clear(&self, shipment: &Shipment) {
        let event = ShipmentCleared {
            shipment_id: shipment.shipment_id.clone(),
            order_id: shipment.order_id.clone(),
            export_citation: "NOEEI 30.37(a)".to_owned(),
        };
        self.outside.tell(&shipment.order_id, CustomsEvent::from(event)).await;
    }

    pub(crate) async fn hold(&self, shipment: &Shipment, reason: &str) {
        let event = ShipmentHeld {
            shipment_id: shipment.shipment_id.clone(),
            order_id: shipment.order_id.clone(),
            reason: reason.to_owned(),
            remedy: "give what is missing".to_owned(),
            deadline: Some(timestamp(self.time.now() + jiff::SignedDuration::from_hours(14 * 24))),
        };
        self.outside.tell(&shipment.order_id, CustomsEvent::from(event)).await;
    }

    /// Packs the shipment in one parcel and answers its tracking number.
    pub(crate) async fn pack(&self, shipment: &Shipment) -> String {
        let tracking_number = format!("TRK{}", shipment.shipment_id.replace('-', "").to_uppercase());
        let content = |line: &wire::fulfillment::v1::ShipmentLine| ParcelContent {
            line_no: line.line_no,
            quantity: line.quantity,
        };
        let event = ShipmentPacked {
            shipment_id: shipment.shipment_id.clone(),
            order_id: shipment.order_id.clone(),
            parcels: vec![Parcel {
                tracking_number: tracking_number.clone(),
                gross_weight: Some(Weight { milligrams: 900_000 }),
                dimensions: Some(Dimensions { length_um: 300_000, width_um: 250_000, height_um: 100_000 }),
                contents: shipment.lines.iter().map(content).collect(),
            }],
            packed_time: Some(timestamp(self.time.now())),
        };
        self.outside.tell(&shipment.order_id, WarehouseEvent::from(event)).await;
        tracking_number
    }

    pub(crate) async fn invoice(&self, shipment: &Shipment) {
        let event = InvoiceIssued {
            shipment_id: shipment.shipment_id.clone(),
            order_id: shipment.order_id.clone(),
            invoice_number: "INV-2026-000001".to_owned(),
            authority_id: AUTHORITY.to_owned(),
            issued_time: Some(timestamp(self.time.now())),
            ..Default::default()
        };
        self.outside.tell(&shipment.order_id, CustomsEvent::from(event)).await;
    }

    pub(crate) async fn scan(&self, shipment: &Shipment, tracking_number: &str, code: ScanCode) {
        let event = ParcelScanned {
            scan_id: fresh_id(),
            tracking_number: tracking_number.to_owned(),
            shipment_id: shipment.shipment_id.clone(),
            order_id: shipment.order_id.clone(),
            code: code.into(),
            scanned_time: Some(timestamp(self.time.now())),
            country_code: "US".to_owned(),
        };
        self.outside.tell(&shipment.order_id, CarrierEvent::from(event)).await;
    }

    /// Places an order of one shirt and brings it to the point where its one shipment is released.
    pub(crate) async fn released(&self, number: usize) -> Shipment {
        self.place(one_shirt(number)).await;
        let order = self.order(&order_id(number)).await;
        self.pay(&order).await;
        self.clear(&order.shipments[0]).await;
        self.shipment_in(&order_id(number), ShipmentState::Released).await
    }

    /// As [`World::released`], and on to the carrier; answers the tracking number too.
    pub(crate) async fn dispatched(&self, number: usize) -> (Shipment, String) {
        let shipment = self.released(number).await;
        let tracking = self.pack(&shipment).await;
        self.invoice(&shipment).await;
        self.shipment_in(&order_id(number), ShipmentState::Ready).await;
        self.scan(&shipment, &tracking, ScanCode::Tendered).await;
        (self.shipment_in(&order_id(number), ShipmentState::Dispatched).await, tracking)
    }
}
