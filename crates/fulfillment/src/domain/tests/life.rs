//! A shipment's way from acceptance to its end.

use super::world::*;
use crate::domain::order::{Fault, OrderState, Outcome};
use crate::domain::parcel::Scan;
use crate::domain::shipment::ShipmentState;
use crate::domain::stock::StockDelta;

#[test]
fn an_order_runs_from_acceptance_to_closed() {
    let mut order = single();
    pay(&mut order);
    assert_eq!(order.state, OrderState::Paid);
    assert_eq!(names(&mut order), ["SHIPMENT_PAID"]);
    clear(&mut order, 0);
    assert_eq!(names(&mut order), ["SHIPMENT_RELEASED"]);
    pack(&mut order, 0);
    assert_eq!(names(&mut order), Vec::<&str>::new());
    invoice(&mut order, 0);
    assert_eq!(names(&mut order), ["SHIPMENT_READY"]);
    scan(&mut order, 0, Scan::Tendered);
    let gone: Vec<StockDelta> = order.changes.stock.values().copied().collect();
    assert_eq!(gone, [StockDelta { dispatched: 2, reserved: -2, ..StockDelta::default() }]);
    assert_eq!(names(&mut order), ["SHIPMENT_DISPATCHED"]);
    scan(&mut order, 0, Scan::Delivered);
    assert_eq!(names(&mut order), ["SHIPMENT_DELIVERED", "ORDER_CLOSED"]);
    assert_eq!(order.state, OrderState::Closed);
    assert_eq!(order.version, 2 + 6);
}

#[test]
fn payment_and_clearance_may_come_in_either_order() {
    let (mut paid_first, mut cleared_first) = (single(), single());
    pay(&mut paid_first);
    clear(&mut paid_first, 0);
    clear(&mut cleared_first, 0);
    assert_eq!(cleared_first.shipments[0].state(), ShipmentState::Cleared);
    pay(&mut cleared_first);
    assert_eq!(paid_first.shipments[0].state(), ShipmentState::Released);
    assert_eq!(cleared_first.shipments[0].state(), ShipmentState::Released);
}

#[test]
fn the_invoice_may_be_known_before_the_packing_is() {
    let mut order = single();
    pay(&mut order);
    clear(&mut order, 0);
    invoice(&mut order, 0);
    assert_eq!(order.shipments[0].state(), ShipmentState::Released);
    pack(&mut order, 0);
    assert_eq!(order.shipments[0].state(), ShipmentState::Ready);
}

#[test]
fn nothing_leaves_without_its_invoice() {
    let mut order = single();
    pay(&mut order);
    clear(&mut order, 0);
    pack(&mut order, 0);
    let fault = order.scan(id(&order, 0), label(0, 0), Scan::Tendered, start(), &now()).unwrap_err();
    assert!(matches!(fault, Fault::WrongState(_)), "{fault}");
    assert_eq!(order.shipments[0].state(), ShipmentState::Packed);
}

#[test]
fn what_was_packed_must_be_what_was_planned() {
    let mut order = single();
    pay(&mut order);
    clear(&mut order, 0);
    let mut short = parcels(&order, 0);
    short[0].contents[0].1 = 1;
    let fault = order.pack(id(&order, 0), &short, &now()).unwrap_err();
    assert!(matches!(fault, Fault::Invalid(_)), "{fault}");
    let twice = [parcels(&order, 0), parcels(&order, 0)].concat();
    assert!(matches!(order.pack(id(&order, 0), &twice, &now()), Err(Fault::Invalid(_))));
    assert!(matches!(order.pack(id(&order, 0), &[], &now()), Err(Fault::Invalid(_))));
}

#[test]
fn a_scan_of_a_parcel_that_was_not_packed_is_refused() {
    let mut order = single();
    make_ready(&mut order, 0);
    let fault = order.scan(id(&order, 0), label(9, 9), Scan::Tendered, start(), &now()).unwrap_err();
    assert!(matches!(fault, Fault::Invalid(_)), "{fault}");
}

/// Two parcels in one shipment.
fn two_parcels() -> crate::domain::order::Order {
    let mut order = single();
    pay(&mut order);
    clear(&mut order, 0);
    let mut packed = parcels(&order, 0);
    packed[0].contents[0].1 = 1;
    let mut second = packed[0].clone();
    second.tracking = label(0, 1);
    packed.push(second);
    order.pack(id(&order, 0), &packed, &now()).unwrap();
    invoice(&mut order, 0);
    order
}

#[test]
fn a_shipment_is_delivered_when_its_last_parcel_is() {
    let mut order = two_parcels();
    scan(&mut order, 0, Scan::Delivered);
    assert_eq!(order.shipments[0].state(), ShipmentState::Dispatched);
    order.scan(id(&order, 0), label(0, 1), Scan::Delivered, after_days(2), &now()).unwrap();
    assert_eq!(order.shipments[0].state(), ShipmentState::Delivered);
}

#[test]
fn one_returned_parcel_makes_the_shipment_returned_when_all_have_ended() {
    let mut order = two_parcels();
    scan(&mut order, 0, Scan::Returned);
    assert_eq!(order.shipments[0].state(), ShipmentState::Dispatched);
    order.scan(id(&order, 0), label(0, 1), Scan::Delivered, start(), &now()).unwrap();
    assert_eq!(order.shipments[0].state(), ShipmentState::Returned);
}

#[test]
fn one_lost_parcel_loses_the_shipment_and_pays_goods_and_shipping_back() {
    let mut order = two_parcels();
    names(&mut order);
    scan(&mut order, 0, Scan::Lost);
    assert_eq!(order.shipments[0].state(), ShipmentState::Lost);
    assert_eq!(order.changes.refunds[0].amount.minor(), 39_00 + 10_01, "customs gives the deposit back");
    let events = names(&mut order);
    let expected =
        ["SHIPMENT_DISPATCHED", "SHIPMENT_LOST", "REFUND_REQUESTED", "NOTIFIED", "NOTIFIED", "ORDER_CLOSED"];
    assert_eq!(events, expected);
}

#[test]
fn a_refused_shipment_comes_back_or_is_delivered_after_all() {
    let mut back = single();
    make_ready(&mut back, 0);
    scan(&mut back, 0, Scan::Refused);
    assert_eq!(back.shipments[0].state(), ShipmentState::Refused);
    let mut delivered = back.clone();
    scan(&mut back, 0, Scan::Returned);
    assert_eq!(back.shipments[0].state(), ShipmentState::Returned);
    assert_eq!(back.state, OrderState::Closed);
    scan(&mut delivered, 0, Scan::Delivered);
    assert_eq!(delivered.shipments[0].state(), ShipmentState::Delivered);
}

#[test]
fn scans_after_the_end_change_nothing() {
    let mut order = single();
    make_ready(&mut order, 0);
    scan(&mut order, 0, Scan::Delivered);
    let before = order.clone();
    for late in [Scan::Tendered, Scan::Lost, Scan::Returned, Scan::Delivered] {
        assert_eq!(scan(&mut order, 0, late), Outcome::Late);
    }
    assert_eq!(order, before);
}

#[test]
fn packed_after_cancelled_is_recorded_and_changes_nothing_else() {
    let mut order = single();
    pay(&mut order);
    clear(&mut order, 0);
    order.cancel(&Default::default(), "BUYER_CANCELLED", "", &now()).unwrap();
    let version = order.version;
    assert_eq!(pack(&mut order, 0), Outcome::Late);
    assert_eq!(order.changes.history.last().unwrap().event, "PACKED_AFTER_CANCELLATION");
    assert_eq!((order.version, order.shipments[0].state()), (version, ShipmentState::Cancelled));
}

#[test]
fn an_order_of_several_shipments_closes_with_the_last() {
    let mut order = accepted();
    make_ready(&mut order, 0);
    clear(&mut order, 1);
    pack(&mut order, 1);
    invoice(&mut order, 1);
    scan(&mut order, 1, Scan::Delivered);
    assert_eq!(order.state, OrderState::Paid);
    scan(&mut order, 0, Scan::Lost);
    assert_eq!(order.state, OrderState::Closed);
}

#[test]
fn every_state_has_a_deadline_and_a_compensation() {
    let due = |order: &crate::domain::order::Order| order.shipments[0].due;
    let mut order = single();
    assert_eq!((order.payment_due, due(&order)), (Some(after_days(7)), None));
    let mut unpaid = order.clone();
    assert_eq!(unpaid.expire(&at(after_days(6))), Outcome::AlreadyApplied);
    assert_eq!(unpaid.expire(&at(after_days(7))), Outcome::Applied);
    assert_eq!(unpaid.state, OrderState::Cancelled);

    let expired = |order: &crate::domain::order::Order, days: i64| {
        let mut order = order.clone();
        assert_eq!(due(&order), Some(after_days(days)));
        assert_eq!(order.expire(&at(after_days(days))), Outcome::Applied);
        let last =
            order.changes.history.iter().rfind(|entry| entry.event.starts_with("SHIPMENT_")).unwrap().clone();
        format!("{:?} {}", order.shipments[0].state(), last.detail)
    };
    pay(&mut order);
    assert_eq!(expired(&order, 14), "Cancelled CLEARANCE_TIMEOUT");
    clear(&mut order, 0);
    assert_eq!(expired(&order, 14), "Cancelled PACK_TIMEOUT");
    pack(&mut order, 0);
    assert_eq!(expired(&order, 14), "Cancelled HANDOVER_TIMEOUT");
    invoice(&mut order, 0);
    assert_eq!(expired(&order, 14), "Cancelled HANDOVER_TIMEOUT");
    scan(&mut order, 0, Scan::InTransit);
    assert_eq!(expired(&order, 45), "Lost ");
    scan(&mut order, 0, Scan::Delivered);
    assert_eq!(due(&order), None);
}
