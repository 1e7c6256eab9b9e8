//! The buyer's money: captured, failed, late, given back.

use kernel::Money;

use super::world::*;
use crate::domain::order::{Fault, OrderState, Outcome};

#[test]
fn a_payment_is_booked_once() {
    let mut order = single();
    assert_eq!(pay(&mut order), Outcome::Applied);
    assert_eq!(order.captured, order.amount_due());
    assert_eq!(order.payment_due, None);
    assert_eq!(pay(&mut order), Outcome::AlreadyApplied);
}

#[test]
fn another_amount_than_due_is_refused() {
    let mut order = single();
    let fault = order.capture_payment(Money::usd(1), start(), &now()).unwrap_err();
    assert!(matches!(fault, Fault::Invalid(_)), "{fault}");
    assert!(!order.is_paid());
}

#[test]
fn a_failed_payment_cancels_the_order() {
    let mut order = accepted();
    assert_eq!(order.fail_payment(&now()), Ok(Outcome::Applied));
    assert_eq!(order.state, OrderState::Cancelled);
    assert_eq!(order.fail_payment(&now()), Ok(Outcome::Late));
    let mut paid = single();
    pay(&mut paid);
    assert!(matches!(paid.fail_payment(&now()), Err(Fault::WrongState(_))));
}

#[test]
fn a_payment_after_the_order_was_cancelled_is_given_back_whole() {
    let mut order = accepted();
    order.fail_payment(&now()).unwrap();
    names(&mut order);
    let due = order.amount_due();
    assert_eq!(order.capture_payment(due, start(), &now()), Ok(Outcome::Applied));
    assert_eq!(order.changes.refunds.len(), 1);
    assert_eq!((order.changes.refunds[0].shipment, order.changes.refunds[0].amount), (None, due));
    assert_eq!(names(&mut order), ["REFUND_REQUESTED"]);
    assert_eq!(order.state, OrderState::Cancelled);
}

#[test]
fn a_payment_for_a_rejected_order_is_given_back_whole() {
    let placed = placed("DE", vec![line(1, 1, 20_00, 0)]);
    let mut order = placing(&placed, None, &[None], |_| {}, &mut pool(&[]));
    assert_eq!(order.amount_due(), Money::usd(0));
    assert_eq!(order.capture_payment(Money::usd(35_04), start(), &now()), Ok(Outcome::Applied));
    assert_eq!(order.changes.refunds[0].amount, Money::usd(35_04));
    assert_eq!(order.capture_payment(Money::usd(35_04), start(), &now()), Ok(Outcome::AlreadyApplied));
}

#[test]
fn a_shipment_cancelled_before_payment_is_given_back_with_its_deposit() {
    let mut order = accepted();
    let second = order.shipments[1].lines[0].line_no;
    order.cancel(&[second].into(), "BUYER_CANCELLED", "", &now()).unwrap();
    names(&mut order);
    pay(&mut order);
    let shipment = &order.shipments[1];
    let share =
        order.goods(shipment).minor() + shipment.shipping_share.minor() + shipment.deposit_share.minor();
    assert_eq!(order.changes.refunds[0].amount.minor(), share);
    assert_eq!(names(&mut order), ["SHIPMENT_PAID", "REFUND_REQUESTED"]);
    assert_eq!(order.state, OrderState::Paid);
}

#[test]
fn nothing_is_asked_back_for_what_cost_nothing() {
    let mut placed = placed("DE", vec![line(1, 1, 0, 0)]);
    placed.shipping_price = Money::usd(0);
    placed.deposit = Money::usd(0);
    let shirt = item(SHIRT);
    let mut order =
        placing(&placed, Some(&seller()), &[Some(&shirt)], |_| {}, &mut pool(&[("LEX1", SHIRT, 1)]));
    pay(&mut order);
    order.cancel(&Default::default(), "BUYER_CANCELLED", "", &now()).unwrap();
    assert!(order.changes.refunds.is_empty());
}
