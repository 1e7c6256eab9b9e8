//! One order through all services.

use chassis::Error;
use serde_json::Value;
use wire::ErrorReason;
use wire::common::v1::Money;
use wire::customs::v1::{ClearanceState, CustomsShipment, DepositState, GetCustomsShipmentResponse, Invoice};
use wire::fulfillment::v1::{GetOrderResponse, HistoryEntry, Order, OrderState, Shipment, ShipmentState};
use wire::returns::v1::{ListReimbursementsResponse, ListReturnsResponse, Reimbursement, Return};

use crate::fake::{Done, Fake};

const ORDER: &str = "fulfillment.v1.FulfillmentService/GetOrder";
const CUSTOMS: &str = "customs.v1.CustomsService/GetCustomsShipment";
const RETURNS: &str = "returns.v1.ReturnsService/ListReturns";
const REIMBURSEMENTS: &str = "returns.v1.ReturnsService/ListReimbursements";
const ORDER_ID: &str = "111-1111111-1111111";

fn at(time: &str) -> Option<prost_types::Timestamp> {
    Some(wire::convert::timestamp(time.parse().unwrap()))
}

fn booked(time: &str, event: &str) -> HistoryEntry {
    HistoryEntry { time: at(time), event: event.to_owned(), ..Default::default() }
}

fn fulfillment() -> Fake {
    let shipment = Shipment {
        shipment_id: "s-1".to_owned(),
        state: ShipmentState::Delivered.into(),
        tracking_numbers: vec!["T1".to_owned()],
        ..Default::default()
    };
    let history = vec![
        booked("2026-10-01T00:00:00Z", "ORDER_ACCEPTED"),
        booked("2026-10-02T00:00:00.5Z", "SHIPMENT_PACKED"),
        booked("2026-10-09T00:00:00Z", "SHIPMENT_DELIVERED"),
    ];
    let order = Order {
        order_id: ORDER_ID.to_owned(),
        state: OrderState::Closed.into(),
        shipments: vec![shipment],
        history,
        ..Default::default()
    };
    Fake::default().answers(ORDER, [GetOrderResponse { order: Some(order) }])
}

fn customs(fake: Fake) -> Fake {
    let invoice = Invoice {
        invoice_number: "INV-7".to_owned(),
        issued_time: at("2026-10-02T00:00:00Z"),
        ..Default::default()
    };
    let shipment = CustomsShipment {
        clearance_state: ClearanceState::Cleared.into(),
        deposit_state: DepositState::Settled.into(),
        deposit: Some(Money { currency_code: "USD".to_owned(), minor_units: 1_234 }),
        invoice: Some(invoice),
        ..Default::default()
    };
    fake.answers(CUSTOMS, [GetCustomsShipmentResponse { shipment: Some(shipment) }])
}

fn returns(fake: Fake) -> Fake {
    let back = Return {
        rma_id: "r-1".to_owned(),
        authorised_time: at("2026-10-20T00:00:00Z"),
        ..Default::default()
    };
    let paid = |order: &str| Reimbursement {
        order_id: order.to_owned(),
        approved_time: at("2026-11-01T00:00:00Z"),
        ..Default::default()
    };
    let reimbursements = vec![paid(ORDER_ID), paid("another order")];
    fake.answers(RETURNS, [ListReturnsResponse { returns: vec![back], next_page_token: String::new() }])
        .answers(
            REIMBURSEMENTS,
            [ListReimbursementsResponse { reimbursements, next_page_token: String::new() }],
        )
}

async fn follow(fake: Fake) -> Done {
    fake.run(&["order", "follow", ORDER_ID, "--output", "json"]).await
}

fn events(json: &Value) -> Vec<&str> {
    json["timeline"].as_array().unwrap().iter().map(|moment| moment["event"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timelines_of_all_services_become_one() {
    let done = follow(returns(customs(fulfillment()))).await;
    assert_eq!(done.code, 0, "{}", done.err);
    let json = done.json();
    let expected = [
        "ORDER_ACCEPTED",
        "INVOICE_ISSUED",
        "SHIPMENT_PACKED",
        "SHIPMENT_DELIVERED",
        "RETURN_AUTHORISED",
        "REIMBURSEMENT_APPROVED",
    ];
    assert_eq!(events(&json), expected);
    assert_eq!(json["timeline"][1]["service"], "customs");
    assert_eq!(json["timeline"][1]["detail"], "INV-7");
    assert_eq!(json["shipments"][0]["deposit_state"], "SETTLED");
    assert_eq!(json["shipments"][0]["deposit"]["minor_units"], 1_234);
    assert_eq!(json["reimbursements"].as_array().unwrap().len(), 1, "another order's is left out");
    assert_eq!(json["missing"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shipment_customs_has_not_seen_yet_is_no_failure() {
    let unknown = Error::not_found(ErrorReason::ShipmentNotFound, "no such shipment");
    let done = follow(returns(fulfillment().refuses(CUSTOMS, unknown))).await;
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(done.json()["shipments"][0]["clearance_state"], "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_refuses_is_named_and_the_rest_is_shown() {
    let refused = Error::new(ErrorReason::RoleNotAllowed, "role storefront may not call it");
    let done = follow(returns(fulfillment().refuses(CUSTOMS, refused))).await;
    assert_eq!(done.code, 3);
    let json = done.json();
    assert_eq!(json["missing"][0]["service"], "customs");
    assert!(events(&json).contains(&"RETURN_AUTHORISED"));
    assert_eq!(done.error()["error"]["reason"], "ROLE_NOT_ALLOWED");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_see_sections() {
    let done = returns(customs(fulfillment())).run(&["order", "follow", ORDER_ID]).await;
    assert_eq!(done.code, 0, "{}", done.err);
    for part in ["SHIPMENTS\n", "TIMELINE\n", "USD 12.34", "INV-7", "CLOSED"] {
        assert!(done.out.contains(part), "{part} is not in\n{}", done.out);
    }
}
