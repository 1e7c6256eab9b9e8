//! Taking and refusing orders.

use kernel::Money;

use super::world::*;
use crate::domain::order::{Order, OrderState};
use crate::domain::placement::{Item, Placed, Seller};
use crate::domain::reason::Reason;

fn codes(reasons: &[Reason]) -> Vec<&str> {
    reasons.iter().map(|reason| &*reason.code).collect()
}

fn refused(placed: &Placed, seller: Option<&Seller>, item: Option<&Item>) -> Order {
    let items = vec![item; placed.lines.len()];
    let order = placing(placed, seller, &items, |_| {}, &mut pool(&[("LEX1", SHIRT, 5)]));
    assert_eq!(order.state, OrderState::Rejected);
    assert!(order.shipments.is_empty() && order.authority.is_none());
    order
}

fn one_line() -> Placed {
    placed("DE", vec![line(1, 1, 20_00, 0)])
}

#[test]
fn an_order_that_can_be_served_is_accepted_and_its_units_are_reserved() {
    let (shirt, mut pool) = (item(SHIRT), pool(&[("LEX1", SHIRT, 5)]));
    let mut order = placing(&one_line(), Some(&seller()), &[Some(&shirt)], |_| {}, &mut pool);
    assert_eq!(order.state, OrderState::Accepted);
    assert_eq!(order.authority.unwrap().to_string(), AUTHORITY);
    assert_eq!(order.amount_due(), Money::usd(20_00 + 10_01 + 5_03));
    assert_eq!(pool.holdings(order.seller, shirt.fnsku)[0].free(), 4);
    assert_eq!(order.payment_due, Some(after_days(7)));
    assert_eq!(names(&mut order), ["ORDER_ACCEPTED", "SHIPMENT_PLANNED"]);
    assert_eq!(order.version, 2);
}

#[test]
fn the_same_order_makes_the_same_shipment_ids() {
    assert_eq!(id(&accepted(), 1), id(&accepted(), 1));
    assert_ne!(id(&accepted(), 0), id(&accepted(), 1));
}

#[test]
fn another_marketplace_than_amazon_com_is_refused() {
    let placed = Placed { marketplace: "A2EUQ1WTGCTBG2".parse().unwrap(), ..one_line() };
    assert_eq!(
        codes(&refused(&placed, Some(&seller()), Some(&item(SHIRT))).reasons),
        ["MARKETPLACE_NOT_SUPPORTED"]
    );
}

#[test]
fn a_multi_channel_order_is_refused() {
    let placed = Placed { order: "S01-1234567-1234567".parse().unwrap(), ..one_line() };
    let order = refused(&placed, Some(&seller()), Some(&item(SHIRT)));
    assert_eq!(codes(&order.reasons), ["MULTI_CHANNEL_NOT_SUPPORTED"]);
}

#[test]
fn an_unknown_seller_is_the_only_reason_of_its_order() {
    let order = refused(&one_line(), None, None);
    assert_eq!(codes(&order.reasons), ["SELLER_UNKNOWN"]);
    assert!(order.lines[0].reasons.is_empty());
}

#[test]
fn a_seller_who_does_not_take_part_is_refused() {
    let order = refused(&one_line(), Some(&Seller { authority: None }), Some(&item(SHIRT)));
    assert_eq!(codes(&order.reasons), ["PROGRAM_DISABLED"]);
}

#[test]
fn unknown_and_delisted_skus_are_refused_by_line() {
    let (shirt, gone) = (item(SHIRT), Item { delisted: true, ..item(BOOK) });
    let placed = placed("DE", vec![line(1, 1, 1_00, 0), line(2, 1, 1_00, 0), line(3, 1, 1_00, 0)]);
    let mut pool = pool(&[("LEX1", SHIRT, 5)]);
    let order = placing(&placed, Some(&seller()), &[Some(&shirt), None, Some(&gone)], |_| {}, &mut pool);
    let lines: Vec<_> = order.lines.iter().map(|line| codes(&line.reasons)).collect();
    assert_eq!(lines, [vec![], vec!["SKU_UNKNOWN"], vec!["ITEM_DELISTED"]]);
    assert_eq!(
        pool.holdings(order.seller, shirt.fnsku)[0].free(),
        5,
        "a refused line refuses the whole order"
    );
}

#[test]
fn too_many_units_are_refused() {
    let placed = placed("DE", vec![line(1, 60_000, 1_00, 0), line(2, 40_001, 1_00, 0)]);
    assert_eq!(
        codes(&refused(&placed, Some(&seller()), Some(&item(SHIRT))).reasons),
        ["ORDER_LIMIT_EXCEEDED"]
    );
}

#[test]
fn what_eligibility_and_customs_say_against_it_refuses_it() {
    let shirt = item(SHIRT);
    let say = |findings: &mut crate::domain::placement::Findings| {
        findings.reasons.push(Reason::given("QUOTE_EXPIRED".into(), String::new()));
        findings.line_reasons[0].push(Reason::given("EMBARGO_CU".into(), String::new()));
    };
    let mut pool = pool(&[("LEX1", SHIRT, 5)]);
    let mut order = placing(&one_line(), Some(&seller()), &[Some(&shirt)], say, &mut pool);
    assert_eq!(codes(&order.reasons), ["QUOTE_EXPIRED"]);
    assert_eq!(codes(&order.lines[0].reasons), ["EMBARGO_CU"]);
    assert_eq!(names(&mut order), ["ORDER_REJECTED", "NOTIFIED", "NOTIFIED"]);
}

#[test]
fn unknown_measures_are_never_guessed() {
    let unweighed = Item { weight: None, ..item(SHIRT) };
    let order = refused(&one_line(), Some(&seller()), Some(&unweighed));
    assert_eq!(codes(&order.reasons), ["NO_ROUTE"]);
    assert_eq!(codes(&order.lines[0].reasons), ["WEIGHT_UNKNOWN"]);
    let unmeasured = Item { dimensions: None, ..item(SHIRT) };
    let order = refused(&one_line(), Some(&seller()), Some(&unmeasured));
    assert_eq!(codes(&order.lines[0].reasons), ["DIMENSIONS_UNKNOWN"]);
}

#[test]
fn lines_without_stock_are_named() {
    let placed = placed("DE", vec![line(1, 4, 1_00, 0), line(2, 2, 1_00, 0)]);
    let order = refused(&placed, Some(&seller()), Some(&item(SHIRT)));
    assert!(order.lines[0].reasons.is_empty());
    assert_eq!(codes(&order.lines[1].reasons), ["OUT_OF_STOCK"]);
}

#[test]
fn a_destination_without_a_carrier_has_no_route() {
    let order = refused(&placed("AQ", vec![line(1, 1, 1_00, 0)]), Some(&seller()), Some(&item(SHIRT)));
    assert_eq!(codes(&order.reasons), ["NO_ROUTE"]);
}

#[test]
fn the_shares_of_all_shipments_add_up_to_the_orders_amounts() {
    let (shirt, book) = (item(SHIRT), item(BOOK));
    let placed = placed("DE", vec![line(1, 3, 20_00, 1_00), line(2, 1, 10_00, 7)]);
    let mut pool = pool(&[("LEX1", SHIRT, 2), ("ONT8", SHIRT, 1), ("ONT8", BOOK, 1)]);
    let order = placing(&placed, Some(&seller()), &[Some(&shirt), Some(&book)], |_| {}, &mut pool);
    let sum = |of: fn(&crate::domain::shipment::Shipment) -> i64| order.shipments.iter().map(of).sum::<i64>();
    assert_eq!(order.shipments.len(), 2);
    assert_eq!(sum(|shipment| shipment.shipping_share.minor()), 10_01);
    assert_eq!(sum(|shipment| shipment.deposit_share.minor()), 5_03);
    assert_eq!(sum(|shipment| shipment.lines.iter().map(|line| line.discount.minor()).sum()), 1_07);
    let goods: i64 = order.shipments.iter().map(|shipment| order.goods(shipment).minor()).sum();
    assert_eq!(goods + 10_01 + 5_03, order.amount_due().minor());
}
