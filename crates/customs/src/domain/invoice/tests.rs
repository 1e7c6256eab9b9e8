#![allow(clippy::unwrap_used)]

use kernel::Money;
use proptest::prelude::*;

use super::*;
use crate::domain::samples::*;
use crate::domain::shipment::{Fact, Outcome, PlannedLine, Signing, World};

fn invoice_of(lines: Vec<PlannedLine>, shipping: i64, deposit: i64) -> Invoice {
    let mut shipment = shipment();
    let mut plan = plan("DE", lines);
    (plan.shipping_share, plan.deposit_share) = (Money::usd(shipping), Money::usd(deposit));
    note(&mut shipment, Fact::Planned(Box::new(plan)));
    note(&mut shipment, Fact::Packed(parcels()));
    let references = references(&shipment, recipient("DE", "Ana Prüfer"));
    advance(&mut shipment, &references);
    let (policy, mut outcome) = (policy(), Outcome::default());
    let world = World { now: now(), rules: &RULES, policy: &policy, references: &references };
    let Signing::Ready(papers) = shipment.ready_to_sign(world, &mut outcome) else {
        panic!("not ready: {:?}", outcome.events);
    };
    let issue = Issue { number: "A2EUQ1WTGCTBG2-2026-000001".into(), date: "2026-10-05".parse().unwrap() };
    compose(&shipment, &papers, issue).unwrap()
}

#[test]
fn the_discount_is_shown_and_the_total_is_what_the_buyer_paid() {
    let invoice =
        invoice_of(vec![line(1, "TOY-1", 3, 2_500, 300), line(2, "TEE-1", 2, 1_000, 0)], 1_250, 900);
    assert_eq!((invoice.goods, invoice.discount), (Money::usd(9_500), Money::usd(300)));
    assert_eq!(invoice.total, Money::usd(9_500 - 300 + 1_250));
    assert_eq!(invoice.lines[1].total, Money::usd(2_000));
    assert_eq!(invoice.net_weight.unwrap().to_string(), "1.25 kg");
}

#[test]
fn delivery_is_duty_paid_when_a_deposit_was_collected() {
    let lines = || vec![line(1, "TOY-1", 1, 2_500, 0)];
    let paid = invoice_of(lines(), 0, 1).incoterm;
    assert_eq!((paid.code, paid.place.as_str()), ("DDP", "Köln, Germany"));
    assert_eq!(invoice_of(lines(), 0, 0).incoterm.code, "DAP");
}

#[test]
fn the_authority_and_the_citation_are_on_the_paper() {
    let invoice = invoice_of(vec![line(1, "TOY-1", 1, 2_500, 0)], 0, 0);
    assert_eq!(invoice.export_citation, "NOEEI 30.37(a)");
    assert_eq!(invoice.signed_under.terms_version, "2026-01");
    assert_eq!(invoice.signed_under.granted.to_string(), "2026-01-15");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Total = goods − discount + charges, in minor units, and every line is quantity times unit value.
    #[test]
    fn the_total_is_goods_less_discount_plus_charges(
        lines in prop::collection::vec((1_u32..50, 1_i64..4_000, 0_i64..=100), 1..10),
        shipping in 0_i64..100_000,
    ) {
        let planned: Vec<PlannedLine> = lines.iter().enumerate().map(|(index, (quantity, cents, discount))| {
            let sku = if index % 2 == 0 { "TOY-1" } else { "TEE-1" };
            let discount = i64::from(*quantity) * cents * discount / 100;
            line(u32::try_from(index).unwrap() + 1, sku, *quantity, *cents, discount)
        }).collect();
        let limit: i64 = lines.iter().map(|(q, c, _)| i64::from(*q) * c).sum();
        prop_assume!(limit <= 250_000);
        let invoice = invoice_of(planned, shipping, 0);
        let goods: i64 = invoice.lines.iter().map(|l| l.unit_value.minor() * i64::from(l.quantity)).sum();
        prop_assert_eq!(invoice.goods.minor(), goods);
        prop_assert!(invoice.lines.iter().all(|l| l.total.minor() == l.unit_value.minor() * i64::from(l.quantity)));
        prop_assert_eq!(invoice.total.minor(), goods - invoice.discount.minor() + invoice.freight.minor());
    }
}
