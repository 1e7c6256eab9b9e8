//! Any sequence of outside events, in any order and repeated, ends in a legal state.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use kernel::Money;
use proptest::prelude::*;

use super::world::*;
use crate::domain::clearance::Resolution;
use crate::domain::event::Event;
use crate::domain::order::{Order, OrderState};
use crate::domain::parcel::Scan;
use crate::domain::refund::Refund;
use crate::domain::shipment::{Shipment, Stage};
use crate::domain::stock::{StockDelta, StockKey};

#[derive(Debug, Clone)]
enum Step {
    Capture,
    FailPayment,
    Clear(usize),
    Hold(usize),
    Resolve(usize, Resolution),
    Pack(usize),
    Invoice(usize),
    Scan(usize, Scan),
    Cancel(Option<usize>),
    Revoke,
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let shipment = 0..2_usize;
    let scan = prop::sample::select(vec![
        Scan::Tendered,
        Scan::InTransit,
        Scan::Refused,
        Scan::Returning,
        Scan::Delivered,
        Scan::Lost,
        Scan::Returned,
    ]);
    let resolution = prop::sample::select(vec![Resolution::TaxId, Resolution::Recheck, Resolution::Cancel]);
    prop_oneof![
        4 => Just(Step::Capture),
        1 => Just(Step::FailPayment),
        4 => shipment.clone().prop_map(Step::Clear),
        1 => shipment.clone().prop_map(Step::Hold),
        1 => (shipment.clone(), resolution).prop_map(|(s, r)| Step::Resolve(s, r)),
        4 => shipment.clone().prop_map(Step::Pack),
        4 => shipment.clone().prop_map(Step::Invoice),
        8 => (shipment.clone(), scan).prop_map(|(s, scan)| Step::Scan(s, scan)),
        1 => prop::option::of(shipment).prop_map(Step::Cancel),
        1 => Just(Step::Revoke),
        1 => (0..60_i64).prop_map(Step::Wait),
    ]
}

/// What was saved and published on the way.
#[derive(Default)]
struct Book {
    events: Vec<Event>,
    stock: BTreeMap<StockKey, StockDelta>,
    refunds: Vec<Refund>,
}

impl Book {
    fn take(&mut self, order: &mut Order) {
        let changes = std::mem::take(&mut order.changes);
        self.events.extend(changes.events);
        self.refunds.extend(changes.refunds);
        for (key, delta) in changes.stock {
            let sum = self.stock.entry(key).or_default();
            *sum = sum.and(delta);
        }
    }
}

fn run(order: &mut Order, step: &Step, day: &mut i64) {
    let context = at(after_days(*day));
    let position = |order: &Order, shipment: usize| id(order, shipment);
    // Refusals are legal answers; what matters is the state they leave.
    match step {
        Step::Capture => drop(order.capture_payment(order.amount_due(), context.now, &context)),
        Step::FailPayment => drop(order.fail_payment(&context)),
        Step::Clear(s) => drop(order.clear(position(order, *s), &context)),
        Step::Hold(s) => drop(order.hold(position(order, *s), hold(), &context)),
        Step::Resolve(s, r) => {
            drop(order.resolve_hold(position(order, *s), *r, "SELLER_CANCELLED", &context))
        }
        Step::Pack(s) => drop(order.pack(position(order, *s), &parcels(order, *s), &context)),
        Step::Invoice(s) => drop(order.issue_invoice(position(order, *s), "INV-1", context.now, &context)),
        Step::Scan(s, scan) => {
            drop(order.scan(position(order, *s), label(*s, 0), *scan, context.now, &context))
        }
        Step::Cancel(None) => drop(order.cancel(&Default::default(), "BUYER_CANCELLED", "", &context)),
        Step::Cancel(Some(s)) => {
            let line = order.shipments[*s].lines[0].line_no;
            drop(order.cancel(&[line].into(), "BUYER_CANCELLED", "", &context));
        }
        Step::Revoke => drop(order.revoke_authority(&context)),
        Step::Wait(days) => {
            *day += days;
            order.expire(&at(after_days(*day)));
        }
    }
}

/// Everything that must hold whatever happened.
fn check(order: &Order, book: &Book) -> Result<(), TestCaseError> {
    prop_assert_eq!(
        order.version,
        2 + 1 + i64::try_from(book.events.len()).unwrap(),
        "version counts the events"
    );
    let all_final = order.shipments.iter().all(|shipment| shipment.stage.is_final());
    prop_assert_eq!(order.state.is_final(), all_final);
    let all_cancelled = order.shipments.iter().all(|shipment| shipment.stage == Stage::Cancelled);
    prop_assert_eq!(order.state == OrderState::Cancelled, all_cancelled);
    for (position, shipment) in order.shipments.iter().enumerate() {
        check_shipment(order, position, shipment, book)?;
    }
    check_money(order, book)
}

fn check_shipment(
    order: &Order,
    position: usize,
    shipment: &Shipment,
    book: &Book,
) -> Result<(), TestCaseError> {
    let units = i64::try_from(shipment.units()).unwrap();
    let of = |pick: fn(&StockDelta) -> i64| -> i64 {
        book.stock.iter().filter(|(key, _)| key.fc == shipment.route.fc).map(|(_, delta)| pick(delta)).sum()
    };
    let freed = !shipment.stage.is_in_center();
    prop_assert_eq!(of(|delta| delta.reserved), if freed { -units } else { 0 }, "each unit is let go once");
    prop_assert_eq!(of(|delta| delta.dispatched), if shipment.stage.has_left() { units } else { 0 });
    if shipment.stage > Stage::Planned && shipment.stage != Stage::Cancelled {
        prop_assert!(order.is_paid());
    }
    if shipment.stage.has_left() {
        prop_assert!(shipment.invoice.is_some() && shipment.dispatched_at.is_some());
    }
    prop_assert_eq!(shipment.stage.is_final(), shipment.ended_at.is_some());
    let waits = !shipment.stage.is_final() && (order.is_paid() || shipment.is_held());
    prop_assert_eq!(shipment.due.is_some(), waits, "every open state has a deadline: {:?}", shipment.state());
    let ends = book.events.iter().filter(|event| {
        event.shipment() == Some(position)
            && matches!(
                event,
                Event::ShipmentDelivered(..)
                    | Event::ShipmentLost(..)
                    | Event::ShipmentReturned(..)
                    | Event::ShipmentCancelled(..)
            )
    });
    prop_assert_eq!(ends.count(), usize::from(shipment.stage.is_final()), "a shipment ends once");
    Ok(())
}

/// captured = what was given back + what is kept for goods and shipping + the deposits customs was told of.
fn check_money(order: &Order, book: &Book) -> Result<(), TestCaseError> {
    let refunded: i64 = book.refunds.iter().map(|refund| refund.amount.minor()).sum();
    let retained: i64 = order.shipments.iter().map(|shipment| order.retained(shipment).minor()).sum();
    let deposits: i64 = book
        .events
        .iter()
        .filter_map(|event| match event {
            Event::ShipmentPaid(position) => Some(order.shipments[*position].deposit_share.minor()),
            _ => None,
        })
        .sum();
    prop_assert_eq!(order.captured, Money::usd(refunded + retained + deposits));
    let mut ids: Vec<_> = book.refunds.iter().map(|refund| refund.id).collect();
    ids.dedup();
    prop_assert_eq!(ids.len(), book.refunds.len(), "nothing is given back twice");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_outside_events_ends_in_a_legal_state(steps in prop::collection::vec(step(), 0..40)) {
        let (mut order, mut book, mut day) = (accepted(), Book::default(), 0);
        for step in &steps {
            run(&mut order, step, &mut day);
            book.take(&mut order);
            check(&order, &book)?;
        }
        // Time alone ends everything that is open.
        for _ in 0..4 {
            day += 60;
            order.expire(&at(after_days(day)));
            book.take(&mut order);
        }
        check(&order, &book)?;
        prop_assert!(order.state.is_final());
    }

    #[test]
    fn scans_in_any_order_end_in_the_same_state(
        scans in Just(vec![Scan::Tendered, Scan::InTransit, Scan::Arrived, Scan::OutForDelivery, Scan::Delivered])
            .prop_shuffle(),
    ) {
        let mut order = single();
        make_ready(&mut order, 0);
        for (hour, code) in scans.into_iter().enumerate() {
            let time = start() + SignedDuration::from_hours(i64::try_from(hour).unwrap());
            order.scan(id(&order, 0), label(0, 0), code, time, &now()).unwrap();
        }
        prop_assert_eq!(order.shipments[0].stage, Stage::Delivered);
        prop_assert_eq!(order.state, OrderState::Closed);
    }
}
