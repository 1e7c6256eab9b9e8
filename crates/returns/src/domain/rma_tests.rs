#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use kernel::{LineNo, Lpn, Money, RmaId, derive_uuid};
use proptest::prelude::*;

use super::*;
use crate::domain::{Fault, SoldLine};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn line_no(number: u32) -> LineNo {
    LineNo::new(number).unwrap()
}

fn lpn(number: u32) -> Lpn {
    format!("LPN{number:07}").parse().unwrap()
}

fn shipment(index: u32, progress: Progress, quantity: u32, paid: i64) -> Shipment {
    let line = SoldLine {
        line: line_no(1),
        sku: "SKU-1".parse().unwrap(),
        asin: "B000000001".parse().unwrap(),
        fnsku: "X000000001".parse().unwrap(),
        quantity,
        paid: Money::usd(paid),
        authorised: 0,
    };
    Shipment {
        id: derive_uuid("shipment", &[&index.to_string()]).into(),
        order: "114-0000001-0000001".parse().unwrap(),
        seller: "A2EUQ1WTGCTBG2".parse().unwrap(),
        bought: at("2026-05-01T00:00:00Z"),
        progress,
        lines: vec![line],
    }
}

fn delivered() -> Progress {
    Progress::Delivered(at("2026-05-10T00:00:00Z"))
}

fn wish(quantity: u32) -> Wish {
    Wish { line: line_no(1), quantity, reason: "UNWANTED_ITEM".into() }
}

fn authorise(
    shipments: &mut [Shipment],
    wishes: &[Wish],
    when: &str,
    exception: &str,
) -> Result<Rma, Refused> {
    let id: RmaId = derive_uuid("rma", &[when]).into();
    let how = Authorisation { id, at: at(when), by: "storefront", exception };
    Rma::authorise(how, wishes, shipments, &ReasonCodes::load().unwrap(), &Policies::load().unwrap())
}

const IN_TIME: &str = "2026-05-20T00:00:00Z";
const TOO_LATE: &str = "2026-07-20T00:00:00Z";

fn judge(rma: &mut Rma, unit: u32, found: Disposition) -> Option<Outcome> {
    rma.judge(&lpn(unit), found, &Policies::load().unwrap(), at(IN_TIME)).unwrap()
}

#[test]
fn delivered_units_may_come_back_inside_the_window() {
    let mut shipments = [shipment(1, delivered(), 3, 900)];
    let rma = authorise(&mut shipments, &[wish(2)], IN_TIME, "").unwrap();
    assert_eq!(rma.lines[0].prices, [Money::usd(300), Money::usd(300)]);
    assert_eq!(shipments[0].lines[0].authorised, 2);
    assert_eq!(rma.deadline, at("2026-07-19T00:00:00Z"));
}

#[test]
fn past_the_window_only_a_recorded_exception_lets_units_back() {
    let mut shipments = [shipment(1, delivered(), 1, 900)];
    let refused = authorise(&mut shipments, &[wish(1)], TOO_LATE, "").unwrap_err();
    assert_eq!(refused, Refused::WindowClosed(at("2026-06-09T00:00:00Z")));
    let rma = authorise(&mut shipments, &[wish(1)], TOO_LATE, "goodwill, case 7").unwrap();
    assert_eq!(rma.exception, "goodwill, case 7");
}

#[test]
fn units_not_delivered_cannot_come_back() {
    let mut shipments = [shipment(1, Progress::Underway, 1, 900)];
    let refused = authorise(&mut shipments, &[wish(1)], IN_TIME, "").unwrap_err();
    assert_eq!(refused, Refused::NotReturnable { line: line_no(1), asked: 1, available: 0 });
}

#[test]
fn a_unit_is_promised_to_one_return_only() {
    let mut shipments = [shipment(1, delivered(), 2, 900)];
    authorise(&mut shipments, &[wish(2)], IN_TIME, "").unwrap();
    let refused = authorise(&mut shipments, &[wish(1)], IN_TIME, "").unwrap_err();
    assert!(matches!(refused, Refused::NotReturnable { available: 0, .. }));
}

#[test]
fn a_refused_request_promises_nothing() {
    let mut shipments = [shipment(1, delivered(), 2, 900)];
    authorise(&mut shipments, &[wish(1), wish(2)], IN_TIME, "").unwrap_err();
    assert_eq!(shipments[0].lines[0].authorised, 0);
}

#[test]
fn a_line_that_went_in_two_shipments_comes_back_from_both() {
    let mut shipments = [shipment(1, delivered(), 1, 100), shipment(2, delivered(), 2, 300)];
    let rma = authorise(&mut shipments, &[wish(3)], IN_TIME, "").unwrap();
    let quantities: Vec<_> = rma.lines.iter().map(|line| line.quantity).collect();
    assert_eq!(quantities, [1, 2]);
}

#[test]
fn an_unknown_reason_code_is_refused() {
    let wish = Wish { reason: "BECAUSE".into(), ..wish(1) };
    let refused = authorise(&mut [shipment(1, delivered(), 1, 100)], &[wish], IN_TIME, "").unwrap_err();
    assert_eq!(refused, Refused::UnknownReason("BECAUSE".into()));
}

fn received(units: u32) -> Rma {
    let mut shipments = [shipment(1, delivered(), units, i64::from(units) * 1_000)];
    let mut rma = authorise(&mut shipments, &[wish(units)], IN_TIME, "").unwrap();
    for unit in 1..=units {
        rma.receive(lpn(unit), line_no(1), "LEX1".parse().unwrap(), Some(Money::usd(700))).unwrap();
    }
    rma
}

#[test]
fn a_sellable_unit_is_restocked_and_refunded_without_postage() {
    let outcome = judge(&mut received(1), 1, Disposition::Sellable).unwrap();
    assert!(outcome.judgement.restock && !outcome.judgement.reimburse);
    assert_eq!((outcome.unit.refund, outcome.unit.postage_refund), (Money::usd(1_000), Money::usd(0)));
}

#[test]
fn a_defective_unit_repays_the_actual_postage() {
    let outcome = judge(&mut received(1), 1, Disposition::Defective).unwrap();
    assert_eq!(outcome.unit.postage_refund, Money::usd(700));
    assert_eq!(outcome.judgement.fault, Fault::Product);
}

#[test]
fn the_same_finding_twice_changes_nothing_and_another_is_an_error() {
    let mut rma = received(1);
    judge(&mut rma, 1, Disposition::Sellable);
    assert_eq!(judge(&mut rma, 1, Disposition::Sellable), None);
    let other = rma.judge(&lpn(1), Disposition::Damaged, &Policies::load().unwrap(), at(IN_TIME));
    assert!(matches!(other, Err(Refused::JudgedOtherwise { .. })));
}

#[test]
fn a_unit_received_twice_counts_once_and_one_too_many_is_refused() {
    let mut rma = received(1);
    let again = rma.receive(lpn(1), line_no(1), "LEX1".parse().unwrap(), None);
    assert_eq!(again, Ok(false));
    let more = rma.receive(lpn(2), line_no(1), "LEX1".parse().unwrap(), None);
    assert_eq!(more, Err(Refused::TooManyUnits(line_no(1))));
}

#[test]
fn a_return_ends_with_its_last_unit() {
    let mut rma = received(2);
    judge(&mut rma, 1, Disposition::Sellable);
    assert!(!rma.close_when_complete());
    judge(&mut rma, 2, Disposition::Expired);
    assert!(rma.close_when_complete());
    assert!(!rma.close_when_complete());
}

proptest! {
    #[test]
    fn refunds_of_all_units_never_exceed_what_was_paid(units in 1u32..20, paid in 0i64..1_000_000, found in 0usize..6) {
        let mut shipments = [shipment(1, delivered(), units, paid)];
        let mut rma = authorise(&mut shipments, &[wish(units)], IN_TIME, "").unwrap();
        let mut refunded = 0;
        for unit in 1..=units {
            rma.receive(lpn(unit), line_no(1), "LEX1".parse().unwrap(), None).unwrap();
            refunded += judge(&mut rma, unit, Disposition::ALL[found]).unwrap().unit.refund.minor();
        }
        prop_assert!(refunded <= paid);
    }
}
