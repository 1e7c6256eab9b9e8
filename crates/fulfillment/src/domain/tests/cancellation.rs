//! Taking orders and lines back.

use std::collections::BTreeSet;

use kernel::LineNo;

use super::world::*;
use crate::domain::order::{Fault, Order, OrderState, Outcome};
use crate::domain::shipment::ShipmentState;
use crate::domain::stock::StockDelta;

fn cancel(order: &mut Order, lines: &[u32]) -> Result<Outcome, Fault> {
    let lines: BTreeSet<LineNo> = lines.iter().map(|number| LineNo::new(*number).unwrap()).collect();
    order.cancel(&lines, "BUYER_CANCELLED", "", &now())
}

#[test]
fn a_whole_order_is_cancelled_and_its_stock_let_go() {
    let mut order = accepted();
    assert_eq!(cancel(&mut order, &[]), Ok(Outcome::Applied));
    assert_eq!(order.state, OrderState::Cancelled);
    let freed: i64 = order.changes.stock.values().map(|delta| delta.reserved).sum();
    assert_eq!(freed, -3);
    assert!(order.changes.refunds.is_empty(), "nothing was paid");
    let events = names(&mut order);
    assert_eq!(
        events,
        ["SHIPMENT_CANCELLED", "SHIPMENT_CANCELLED", "NOTIFIED", "NOTIFIED", "ORDER_CANCELLED"]
    );
    assert_eq!(cancel(&mut order, &[]), Ok(Outcome::AlreadyApplied));
    assert_eq!(cancel(&mut order, &[1]), Ok(Outcome::AlreadyApplied));
}

#[test]
fn lines_that_make_up_a_shipment_are_cancelled_and_the_rest_goes_on() {
    let mut order = accepted();
    pay(&mut order);
    assert_eq!(cancel(&mut order, &[2]), Ok(Outcome::Applied));
    assert_eq!(order.state, OrderState::Paid);
    assert!(
        order.is_line_cancelled(LineNo::new(2).unwrap()) && !order.is_line_cancelled(LineNo::new(1).unwrap())
    );
    let refund = &order.changes.refunds[0];
    let shipment = order.shipments.iter().find(|s| s.state() == ShipmentState::Cancelled).unwrap();
    assert_eq!(refund.amount.minor(), 10_00 + shipment.shipping_share.minor());
    assert_eq!(
        order.changes.stock.values().copied().collect::<Vec<_>>(),
        [StockDelta { reserved: -1, ..StockDelta::default() }]
    );
}

#[test]
fn a_line_that_shares_its_shipment_cannot_be_cancelled_alone() {
    let (shirt, book) = (item(SHIRT), item(BOOK));
    let placed = placed("DE", vec![line(1, 1, 20_00, 0), line(2, 1, 10_00, 0)]);
    let mut pool = pool(&[("LEX1", SHIRT, 5), ("LEX1", BOOK, 5)]);
    let mut order = placing(&placed, Some(&seller()), &[Some(&shirt), Some(&book)], |_| {}, &mut pool);
    let fault = cancel(&mut order, &[1]).unwrap_err();
    assert!(fault.to_string().contains("line 2 is in the same shipment"), "{fault}");
    assert_eq!(cancel(&mut order, &[1, 2]), Ok(Outcome::Applied));
}

#[test]
fn what_is_packed_cannot_be_cancelled() {
    let mut order = single();
    pay(&mut order);
    clear(&mut order, 0);
    pack(&mut order, 0);
    assert!(matches!(cancel(&mut order, &[]), Err(Fault::WrongState(_))));
    assert!(matches!(cancel(&mut order, &[1]), Err(Fault::WrongState(_))));
}

#[test]
fn of_a_whole_order_only_what_is_not_packed_is_cancelled() {
    let mut order = accepted();
    make_ready(&mut order, 0);
    assert_eq!(cancel(&mut order, &[]), Ok(Outcome::Applied));
    assert_eq!(order.shipments[0].state(), ShipmentState::Ready);
    assert_eq!(order.shipments[1].state(), ShipmentState::Cancelled);
    assert_eq!(order.state, OrderState::Paid);
}

#[test]
fn a_line_the_order_does_not_have_is_refused() {
    assert!(matches!(cancel(&mut single(), &[7]), Err(Fault::Invalid(_))));
}

#[test]
fn the_last_cancelled_shipment_of_a_partly_delivered_order_closes_it() {
    let mut order = accepted();
    make_ready(&mut order, 0);
    scan(&mut order, 0, crate::domain::parcel::Scan::Delivered);
    let second = order.shipments[1].lines[0].line_no.get();
    assert_eq!(cancel(&mut order, &[second]), Ok(Outcome::Applied));
    assert_eq!(order.state, OrderState::Closed);
}
