//! Holds of customs and of a revoked authority.

use super::world::*;
use crate::domain::clearance::Resolution;
use crate::domain::order::{Fault, Order, Outcome};
use crate::domain::parcel::Scan;
use crate::domain::shipment::ShipmentState;

fn held() -> Order {
    let mut order = single();
    pay(&mut order);
    order.hold(id(&order, 0), hold(), &now()).unwrap();
    order
}

fn resolve(order: &mut Order, resolution: Resolution) -> Result<Outcome, Fault> {
    order.resolve_hold(id(order, 0), resolution, "SELLER_CANCELLED", &now())
}

#[test]
fn a_customs_hold_tells_both_sides_and_waits_until_its_deadline() {
    let mut order = held();
    assert_eq!(order.shipments[0].state(), ShipmentState::Held);
    assert_eq!(order.shipments[0].due, Some(after_days(14)));
    assert_eq!(names(&mut order), ["SHIPMENT_PAID", "SHIPMENT_HELD", "NOTIFIED", "NOTIFIED"]);
    assert_eq!(order.hold(id(&order, 0), hold(), &now()), Ok(Outcome::AlreadyApplied));
}

#[test]
fn a_resolved_hold_goes_back_to_customs() {
    let mut order = held();
    names(&mut order);
    assert_eq!(resolve(&mut order, Resolution::TaxId), Ok(Outcome::Applied));
    assert_eq!(order.shipments[0].state(), ShipmentState::Planned);
    assert_eq!(names(&mut order), ["HOLD_RESOLVED"]);
    assert!(matches!(resolve(&mut order, Resolution::TaxId), Err(Fault::WrongState(_))));
    clear(&mut order, 0);
    assert_eq!(order.shipments[0].state(), ShipmentState::Released);
}

#[test]
fn a_hold_that_is_not_resolved_in_time_gives_the_shipment_up_and_pays_it_back() {
    let mut order = held();
    names(&mut order);
    assert_eq!(order.expire(&at(after_days(14))), Outcome::Applied);
    assert_eq!(order.changes.refunds.len(), 1);
    let events = names(&mut order);
    assert_eq!(events, ["SHIPMENT_CANCELLED", "REFUND_REQUESTED", "NOTIFIED", "NOTIFIED", "ORDER_CANCELLED"]);
}

#[test]
fn clearance_lifts_a_hold() {
    let mut order = held();
    assert_eq!(clear(&mut order, 0), Outcome::Applied);
    assert_eq!(order.shipments[0].state(), ShipmentState::Released);
}

#[test]
fn held_and_given_up_is_cancelled() {
    let mut order = held();
    assert_eq!(resolve(&mut order, Resolution::Cancel), Ok(Outcome::Applied));
    assert_eq!(order.shipments[0].state(), ShipmentState::Cancelled);
}

#[test]
fn a_revocation_holds_what_has_not_left_and_the_seller_may_let_it_finish() {
    let mut order = single();
    make_ready(&mut order, 0);
    names(&mut order);
    assert_eq!(order.revoke_authority(&now()), Outcome::Applied);
    assert_eq!(order.revoke_authority(&now()), Outcome::AlreadyApplied);
    assert_eq!(order.shipments[0].state(), ShipmentState::Held);
    assert_eq!(order.shipments[0].hold().unwrap().reason, "AUTHORITY_REVOKED");
    assert!(matches!(resolve(&mut order, Resolution::TaxId), Err(Fault::WrongState(_))));
    assert_eq!(resolve(&mut order, Resolution::Recheck), Ok(Outcome::Applied));
    assert_eq!(order.shipments[0].state(), ShipmentState::Ready);
    assert_eq!(order.revoke_authority(&now()), Outcome::AlreadyApplied, "the seller's choice stands");
    assert_eq!(names(&mut order), ["SHIPMENT_HELD", "NOTIFIED", "NOTIFIED"]);
}

#[test]
fn a_revocation_is_looked_at_once_more_before_release() {
    let mut order = single();
    order.authority_revoked = true;
    pay(&mut order);
    clear(&mut order, 0);
    assert_eq!(order.shipments[0].state(), ShipmentState::Held);
    assert_eq!(resolve(&mut order, Resolution::Recheck), Ok(Outcome::Applied));
    assert_eq!(order.shipments[0].state(), ShipmentState::Released);
}

#[test]
fn a_revocation_is_looked_at_once_more_before_hand_over() {
    let mut order = single();
    pay(&mut order);
    clear(&mut order, 0);
    order.authority_revoked = true;
    pack(&mut order, 0);
    invoice(&mut order, 0);
    assert_eq!(order.shipments[0].state(), ShipmentState::Held);
}

#[test]
fn what_has_left_is_not_held() {
    let mut order = single();
    make_ready(&mut order, 0);
    scan(&mut order, 0, Scan::Tendered);
    assert_eq!(order.revoke_authority(&now()), Outcome::AlreadyApplied);
    assert_eq!(order.hold(id(&order, 0), hold(), &now()), Ok(Outcome::Late));
    assert_eq!(order.shipments[0].state(), ShipmentState::Dispatched);
}

#[test]
fn a_shipment_that_left_while_held_is_dispatched_and_that_is_recorded() {
    let mut order = single();
    make_ready(&mut order, 0);
    order.revoke_authority(&now());
    scan(&mut order, 0, Scan::Tendered);
    assert_eq!(order.shipments[0].state(), ShipmentState::Dispatched);
    assert!(order.changes.history.iter().any(|entry| entry.event == "DISPATCHED_WHILE_HELD"));
}

#[test]
fn of_two_holds_both_have_to_be_lifted() {
    let mut order = held();
    order.revoke_authority(&now());
    assert_eq!(resolve(&mut order, Resolution::TaxId), Ok(Outcome::Applied));
    clear(&mut order, 0);
    assert_eq!(order.shipments[0].state(), ShipmentState::Held);
    assert_eq!(resolve(&mut order, Resolution::Recheck), Ok(Outcome::Applied));
    assert_eq!(order.shipments[0].state(), ShipmentState::Released);
}

#[test]
fn an_invoice_after_a_resolved_hold_says_that_customs_is_content() {
    let mut order = single();
    pay(&mut order);
    clear(&mut order, 0);
    pack(&mut order, 0);
    order.hold(id(&order, 0), hold(), &now()).unwrap();
    assert_eq!(resolve(&mut order, Resolution::Recheck), Ok(Outcome::Applied));
    assert_eq!(order.shipments[0].state(), ShipmentState::Packed);
    invoice(&mut order, 0);
    assert_eq!(order.shipments[0].state(), ShipmentState::Ready);
}
