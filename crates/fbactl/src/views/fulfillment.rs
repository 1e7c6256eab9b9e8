//! Orders, shipments, stock.

use wire::fulfillment::v1 as wire_fulfillment;

use super::{CustomsShipment, Money, Time, enums, resources, views};

enums! {
    wire_fulfillment::OrderState: "ORDER_STATE_";
    wire_fulfillment::ShipmentState: "SHIPMENT_STATE_";
}

views! {
    /// A shipment that waits for the seller's choice after a revocation.
    RevokedShipment of wire_fulfillment::RevokedShipment {
        shipment_id: String,
        order_id: String,
        deadline: Option<Time>,
    }
    /// An order with its lines, shipments and history.
    Order of wire_fulfillment::Order {
        order_id: String,
        seller_id: String,
        state: String as wire_fulfillment::OrderState,
        destination_country_code: String,
        purchase_time: Option<Time>,
        authority_id: String,
        shipping_price: Option<Money>,
        import_fees_deposit: Option<Money>,
        quote_id: String,
        reasons: Vec<RefusalReason>,
        lines: Vec<OrderLine>,
        shipments: Vec<Shipment>,
        history: Vec<HistoryEntry>,
    }
    /// A line as ordered.
    OrderLine of wire_fulfillment::OrderLine {
        line_no: u32,
        sku: String,
        asin: String,
        quantity: u32,
        unit_price: Option<Money>,
        promotion_discount: Option<Money>,
        reasons: Vec<RefusalReason>,
        cancelled: bool,
    }
    /// Why an order or a line was refused.
    RefusalReason of wire_fulfillment::RefusalReason { code: String, detail: String }
    /// What happened.
    HistoryEntry of wire_fulfillment::HistoryEntry {
        time: Option<Time>,
        event: String,
        actor: String,
        shipment_id: String,
        detail: String,
    }
    /// A shipment as fulfillment knows it.
    Shipment of wire_fulfillment::Shipment {
        shipment_id: String,
        order_id: String,
        seller_id: String,
        state: String as wire_fulfillment::ShipmentState,
        destination_country_code: String,
        fc: String,
        gateway: String,
        carrier: String,
        service: String,
        route_cost: Option<Money>,
        lines: Vec<ShipmentLine>,
        tracking_numbers: Vec<String>,
        hold_reason: String,
        hold_remedy: String,
        hold_deadline: Option<Time>,
        planned_time: Option<Time>,
        dispatched_time: Option<Time>,
        ended_time: Option<Time>,
    }
    /// Units of a line in a shipment.
    ShipmentLine of wire_fulfillment::ShipmentLine {
        line_no: u32,
        sku: String,
        asin: String,
        fnsku: String,
        quantity: u32,
    }
    /// Units of one FNSKU in one center.
    Stock of wire_fulfillment::Stock {
        fc: String,
        fnsku: String,
        sku: String,
        seller_id: String,
        on_hand: i64,
        reserved: i64,
    }
}

/// A shipment as fulfillment and customs know it.
#[derive(Debug, serde::Serialize)]
pub(crate) struct WholeShipment {
    pub(crate) shipment: Shipment,
    /// Absent until customs has seen it.
    pub(crate) customs: Option<CustomsShipment>,
}

/// What became of a shipment that a revocation held.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Decided {
    pub(crate) shipment_id: String,
    pub(crate) order_id: String,
    pub(crate) state: String,
}

resources! {
    RevokedShipment: "shipment", "shipments", ["shipment_id", "order_id", "deadline"];
    Decided: "shipment", "shipments", ["shipment_id", "order_id", "state"];
    Order: "order", "orders",
        ["order_id", "seller_id", "state", "destination_country_code", "purchase_time", "import_fees_deposit"];
    Shipment: "shipment", "shipments",
        ["shipment_id", "order_id", "state", "destination_country_code", "fc", "carrier", "tracking_numbers"];
    Stock: "stock", "stock", ["fc", "fnsku", "sku", "on_hand", "reserved"];
}
