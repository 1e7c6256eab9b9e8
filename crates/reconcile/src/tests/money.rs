use wire::common::v1::RefundKind;
use wire::payments::events::v1::{PaymentCaptured, PaymentsEvent, RefundFailed, RefundSettled};

use super::broken;
use super::story::{CANCELLED, DELIVERED, LOST, payout, refund, shipment, story, uuid};
use super::world::{Fill, World, usd};

const AMOUNTS: &str = "an order's amount due is goods, shipping and deposit of its shipments";
const CAPTURED: &str = "what payments captured is booked on its order, once";
const ANSWERS: &str = "every refund and payout asked for has one answer, and no other was paid";
const GIVEN_BACK: &str = "what is given back of a deposit is asked for in full";
const IN_OUT: &str = "money in is money out and held, for each order";
const LEDGERS: &str = "every ledger sums to zero in every currency";

fn of_return() -> String {
    refund(DELIVERED, RefundKind::Return).to_string()
}

#[test]
fn an_amount_due_that_is_not_what_the_shipments_cost_is_found() {
    let failing = broken(|world| {
        world.find("order", CANCELLED).usd("amount_due", 2_801);
    });
    assert_eq!(failing, [AMOUNTS]);
}

#[test]
fn a_payment_that_was_booked_twice_is_found() {
    let failing = broken(|world| {
        world.find("order", LOST).usd("captured", 5_600);
    });
    assert_eq!(failing, [CAPTURED, IN_OUT]);
}

#[test]
fn a_payment_for_an_order_that_nobody_knows_is_found() {
    let failing = broken(|world| {
        let order_id = "114-9999999-9999999".to_owned();
        let captured = PaymentCaptured { order_id, amount: Some(usd(1)), ..Default::default() };
        world.publish::<PaymentsEvent>("payments", "stray", captured);
    });
    assert_eq!(failing, [CAPTURED]);
}

#[test]
fn a_refund_that_was_never_asked_for_is_found() {
    let failing = broken(|world| {
        let fact = world.fact("returns", "refund", uuid("refund", "invented"), "SETTLED");
        fact.units("attempts", 1).usd("amount", 1).link("order_id", DELIVERED).link("purpose", "RETURN");
    });
    assert_eq!(failing, [ANSWERS]);
}

#[test]
fn a_refund_that_was_paid_twice_is_found() {
    let failing = broken(|world| {
        let settled = RefundSettled {
            refund_id: of_return(),
            requested_by: "returns".into(),
            amount: Some(usd(1_000)),
            ..Default::default()
        };
        world.publish::<PaymentsEvent>("payments", of_return(), settled);
    });
    assert_eq!(failing, [ANSWERS]);
}

#[test]
fn a_refund_that_was_paid_but_not_booked_is_found() {
    let failing = broken(|world| {
        world.find("refund", of_return()).state = "REQUESTED".to_owned();
        world.options.require_final = false;
    });
    assert_eq!(failing, [ANSWERS]);
}

#[test]
fn a_refund_paid_with_another_amount_is_found() {
    let failing = broken(|world| {
        world.find("refund", of_return()).usd("amount", 999);
    });
    assert_eq!(failing, [ANSWERS]);
}

#[test]
fn a_payout_that_nobody_answered_is_found_only_where_ends_are_required() {
    let open = |world: &mut World| {
        world.lose("PayoutSettled", super::story::SELLER);
        world.find("payout", payout()).state = "REQUESTED".to_owned();
    };
    assert_eq!(broken(open), [ANSWERS]);
    let mut world = story();
    open(&mut world);
    world.options.require_final = false;
    let report = world.report();
    assert!(report.held());
    let check = report.checks.into_iter().find(|check| check.name == ANSWERS).unwrap();
    assert_eq!(check.notes, ["1 refunds and payouts wait for their answer"]);
}

#[test]
fn a_refund_given_up_after_payments_failed_it_holds() {
    let failing = broken(|world| {
        world.lose("RefundSettled", of_return());
        let failed =
            RefundFailed { refund_id: of_return(), requested_by: "returns".into(), ..Default::default() };
        world.publish::<PaymentsEvent>("payments", "again", failed);
        world.find("refund", of_return()).state = "FAILED".to_owned();
    });
    assert!(failing.is_empty(), "{failing:?}");
}

#[test]
fn a_deposit_given_back_in_part_is_found() {
    let failing = broken(|world| {
        world.find("refund", refund(LOST, RefundKind::ImportFeesDeposit)).usd("amount", 250);
    });
    assert_eq!(failing, [ANSWERS, GIVEN_BACK, IN_OUT]);
}

#[test]
fn money_that_vanished_is_found() {
    let failing = broken(|world| {
        world.find("shipment", shipment(DELIVERED)).usd("retained", 2_400);
    });
    assert_eq!(failing, [IN_OUT]);
}

#[test]
fn a_return_that_gives_back_more_than_was_kept_is_found() {
    let failing = broken(|world| {
        world.find("refund", of_return()).usd("amount", 2_501);
    });
    assert_eq!(failing, [ANSWERS, IN_OUT]);
}

#[test]
fn a_ledger_that_does_not_sum_to_zero_is_found() {
    let failing = broken(|world| {
        world.find("ledger", "payments:clearing").usd("USD", 201);
    });
    assert_eq!(failing, [LEDGERS]);
}
