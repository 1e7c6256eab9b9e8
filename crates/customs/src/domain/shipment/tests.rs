#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{Country, Money, YearMonth};

use super::facts::FactRefused;
use super::*;
use crate::domain::deposit::{Movement, RefundState, Settlement};
use crate::domain::export_filing::Itn;
use crate::domain::landed_cost::ExchangeRates;
use crate::domain::samples::*;

fn toys(quantity: u32) -> Vec<PlannedLine> {
    vec![line(1, "TOY-1", quantity, 2_500, 0)]
}

fn cleared(events: &[Event]) -> Option<&str> {
    events.iter().find_map(|event| match event {
        Event::Cleared { citation } => Some(citation.as_str()),
        _ => None,
    })
}

fn held(events: &[Event]) -> Option<HoldReason> {
    events.iter().find_map(|event| match event {
        Event::Held(hold) => Some(hold.reason),
        _ => None,
    })
}

/// Plans a shipment, advances it once and answers what came of it.
fn examined(country: &str, lines: Vec<PlannedLine>, recipient: Recipient) -> (Shipment, Vec<Event>) {
    let mut shipment = planned(country, lines);
    let references = references(&shipment, recipient);
    let events = advance(&mut shipment, &references).events;
    (shipment, events)
}

fn sign(shipment: &mut Shipment, references: &References, now: Timestamp) -> (bool, Outcome) {
    let (policy, mut outcome) = (policy(), Outcome::default());
    let world = World { now, rules: &RULES, policy: &policy, references };
    let ready = matches!(shipment.ready_to_sign(world, &mut outcome), Signing::Ready(_));
    (ready, outcome)
}

#[test]
fn a_plain_shipment_clears_under_the_low_value_exemption() {
    let (shipment, events) = examined("DE", toys(4), recipient("DE", "Ana Prüfer"));
    assert_eq!(cleared(&events), Some("NOEEI 30.37(a)"));
    assert_eq!(shipment.state.clearance, Clearance::Cleared);
    assert!(shipment.state.screening.unwrap().hits.is_empty());
}

#[test]
fn a_name_on_the_list_holds_and_never_clears_itself() {
    let (mut shipment, events) = examined("DE", toys(4), recipient("DE", "Pavel Dmitrios KARROVSKI"));
    assert_eq!(held(&events), Some(HoldReason::DeniedPartyMatch));
    let references = references(&shipment, recipient("DE", "Pavel Dmitrios KARROVSKI"));
    assert!(advance(&mut shipment, &references).events.is_empty(), "nothing changed");
    note(&mut shipment, Fact::HoldResolved(now()));
    let again = advance(&mut shipment, &references).events;
    assert_eq!(held(&again), Some(HoldReason::DeniedPartyMatch), "the name is still on the list");
}

#[test]
fn an_embargoed_place_holds_before_anything_else_is_looked_at() {
    let (shipment, events) = examined("IR", toys(4), recipient("IR", "Ottoline Marshwell"));
    assert_eq!(held(&events), Some(HoldReason::Embargo));
    assert_eq!(shipment.state.screening.unwrap().hits.len(), 2, "both are kept as evidence");
}

#[test]
fn a_missing_recipient_number_holds_until_it_is_given() {
    let (mut shipment, events) = examined("BR", toys(4), recipient("BR", "Ana Souza"));
    assert_eq!(held(&events), Some(HoldReason::RecipientTaxIdMissing));
    assert_eq!(shipment.state.hold.as_ref().unwrap().deadline, at("2026-10-19T12:00:00Z"));
    note(&mut shipment, Fact::HoldResolved(now()));
    assert!(shipment.needs_recipient(), "the consignee is asked for again");
    let references = references(&shipment, with_tax_id(recipient("BR", "Ana Souza"), "123.456.789-09"));
    assert!(cleared(&advance(&mut shipment, &references).events).is_some());
}

#[test]
fn a_product_without_hs_code_or_default_holds() {
    let (_, events) = examined("DE", vec![line(1, "ODD-1", 1, 500, 0)], recipient("DE", "Ana Prüfer"));
    assert_eq!(held(&events), Some(HoldReason::HsCodeMissing));
}

#[test]
fn canada_is_exempt_and_a_high_value_is_filed() {
    let (_, events) = examined("CA", toys(200), recipient("CA", "Ana Prüfer"));
    assert_eq!(cleared(&events), Some("NOEEI 30.36"));
    let (mut shipment, events) = examined("DE", toys(101), recipient("DE", "Ana Prüfer"));
    let [Event::FilingRequested(lines)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((lines[0].quantity, lines[0].value), (101, Money::usd(252_500)));
    assert_eq!(shipment.state.clearance, Clearance::Filing);
    note(&mut shipment, Fact::FilingAccepted(Itn::parse("X20261005123456").unwrap()));
    let none = References::default();
    assert_eq!(cleared(&advance(&mut shipment, &none).events), Some("AES X20261005123456"));
}

#[test]
fn the_filing_limit_counts_what_the_buyer_paid() {
    let discounted = vec![line(1, "TOY-1", 101, 2_500, 2_500)];
    let (_, events) = examined("DE", discounted, recipient("DE", "Ana Prüfer"));
    assert_eq!(cleared(&events), Some("NOEEI 30.37(a)"));
}

#[test]
fn a_refused_filing_holds_and_is_asked_for_again_when_resolved() {
    let (mut shipment, _) = examined("DE", toys(101), recipient("DE", "Ana Prüfer"));
    note(&mut shipment, Fact::FilingRejected);
    let references = references(&shipment, recipient("DE", "Ana Prüfer"));
    assert_eq!(held(&advance(&mut shipment, &references).events), Some(HoldReason::FilingRejected));
    note(&mut shipment, Fact::HoldResolved(now()));
    let again = advance(&mut shipment, &references).events;
    assert!(matches!(again[..], [Event::FilingRequested(_)]));
}

#[test]
fn a_filing_needs_the_exporters_ein() {
    let mut shipment = planned("DE", toys(101));
    let mut references = references(&shipment, recipient("DE", "Ana Prüfer"));
    references.exporters.get_mut(&SELLER.parse().unwrap()).unwrap().ein = None;
    assert_eq!(held(&advance(&mut shipment, &references).events), Some(HoldReason::ExporterEinMissing));
}

#[test]
fn data_of_others_that_is_late_is_waited_for_and_then_held() {
    let mut shipment = planned("DE", vec![line(1, "NEW-1", 1, 500, 0)]);
    let references = references(&shipment, recipient("DE", "Ana Prüfer"));
    assert!(advance(&mut shipment, &references).events.is_empty());
    assert_eq!(shipment.wake(now(), &policy()), Some(at("2026-10-05T12:15:00Z")));
    let late = advance_at(&mut shipment, &references, at("2026-10-06T12:00:00Z"));
    assert_eq!(held(&late.events), Some(HoldReason::ItemUnknown));
    assert_eq!(shipment.wake(now(), &policy()), None);
}

#[test]
fn facts_may_come_before_the_plan() {
    let mut shipment = shipment();
    note(&mut shipment, Fact::Packed(parcels()));
    note(&mut shipment, Fact::Charged(charges("USD 5.00")));
    let references = references(&shipment, recipient("DE", "Ana Prüfer"));
    assert!(advance(&mut shipment, &references).events.is_empty());
    note(&mut shipment, Fact::Planned(Box::new(plan("DE", toys(4)))));
    note(&mut shipment, Fact::Paid(now()));
    let events = advance(&mut shipment, &references).events;
    assert!(cleared(&events).is_some());
    assert!(matches!(events[1], Event::DepositHeld(_)) && matches!(events[2], Event::DepositSettled { .. }));
    assert!(sign(&mut shipment, &references, now()).0);
}

#[test]
fn an_invoice_waits_for_packing_and_clearance() {
    let (mut shipment, _) = examined("DE", toys(4), recipient("DE", "Ana Prüfer"));
    let references = references(&shipment, recipient("DE", "Ana Prüfer"));
    assert!(!sign(&mut shipment, &references, now()).0, "not packed");
    note(&mut shipment, Fact::Packed(parcels()));
    assert!(sign(&mut shipment, &references, now()).0);
    note(&mut shipment, Fact::Ended(Ending::Cancelled));
    assert!(!sign(&mut shipment, &references, now()).0, "cancelled");
}

#[test]
fn nothing_is_signed_under_a_revoked_authority_until_the_seller_lets_it_finish() {
    let (mut shipment, _) = examined("DE", toys(4), recipient("DE", "Ana Prüfer"));
    note(&mut shipment, Fact::Packed(parcels()));
    let mut references = references(&shipment, recipient("DE", "Ana Prüfer"));
    let authority = references.authorities.values_mut().next().unwrap();
    authority.revoked = Some(at("2026-10-06T00:00:00Z"));
    let (ready, outcome) = sign(&mut shipment, &references, at("2026-10-06T01:00:00Z"));
    assert_eq!((ready, held(&outcome.events)), (false, Some(HoldReason::AuthorityRevoked)));
    note(&mut shipment, Fact::HoldResolved(at("2026-10-07T00:00:00Z")));
    assert!(cleared(&advance(&mut shipment, &references).events).is_some());
    assert!(sign(&mut shipment, &references, at("2026-10-07T00:00:01Z")).0);
}

#[test]
fn a_party_that_came_onto_the_list_after_clearance_holds_the_packed_shipment() {
    let (mut shipment, _) = examined("DE", toys(4), recipient("DE", "Ana Prüfer"));
    note(&mut shipment, Fact::Packed(parcels()));
    shipment.recipient = Some(recipient("DE", "Vortexian Lines"));
    let references = references(&shipment, recipient("DE", "Vortexian Lines"));
    let (ready, outcome) = sign(&mut shipment, &references, now());
    assert_eq!((ready, held(&outcome.events)), (false, Some(HoldReason::DeniedPartyMatch)));
}

fn paid(facts: Vec<Fact>) -> (Shipment, Outcome) {
    let mut shipment = planned("DE", toys(4));
    note(&mut shipment, Fact::Paid(now()));
    facts.into_iter().for_each(|fact| note(&mut shipment, fact));
    let references = references(&shipment, recipient("DE", "Ana Prüfer"));
    let outcome = advance(&mut shipment, &references);
    (shipment, outcome)
}

fn settlement(outcome: &Outcome) -> Settlement {
    let settled = outcome.events.iter().find_map(|event| match event {
        Event::DepositSettled { settlement, .. } => Some(*settlement),
        _ => None,
    });
    settled.unwrap()
}

#[test]
fn a_deposit_is_settled_against_the_actual_charges() {
    let (shipment, outcome) = paid(vec![Fact::Charged(charges("USD 12.34"))]);
    assert_eq!(settlement(&outcome).refund, Money::usd(766));
    assert_eq!(shipment.state.deposit.refund.unwrap().amount, Money::usd(766));
    assert!(matches!(outcome.events.last(), Some(Event::RefundRequested { .. })));
}

#[test]
fn a_shortfall_is_never_asked_of_the_buyer() {
    let (shipment, outcome) = paid(vec![Fact::Charged(charges("USD 25.00"))]);
    assert_eq!(settlement(&outcome).shortfall, Money::usd(500));
    assert!(shipment.state.deposit.refund.is_none() && shipment.deposit_is_final());
}

#[test]
fn a_deposit_goes_back_whole_when_nothing_was_imported() {
    for ending in [Ending::Cancelled, Ending::Lost, Ending::Returned] {
        let (shipment, outcome) = paid(vec![Fact::Ended(ending)]);
        assert_eq!(settlement(&outcome).refund, Money::usd(2_000), "{ending:?}");
        assert_eq!(shipment.state.deposit.state, DepositState::Returned);
    }
    let (shipment, _) = paid(vec![Fact::Charged(charges("USD 3.00")), Fact::Ended(Ending::Returned)]);
    assert_eq!(shipment.state.deposit.state, DepositState::Settled, "imported, then returned");
}

#[test]
fn a_payment_that_comes_after_the_cancellation_goes_back() {
    let mut shipment = planned("DE", toys(4));
    note(&mut shipment, Fact::Ended(Ending::Cancelled));
    let none = References::default();
    assert!(advance(&mut shipment, &none).events.is_empty());
    assert!(shipment.deposit_is_final());
    note(&mut shipment, Fact::Paid(now()));
    assert_eq!(settlement(&advance(&mut shipment, &none)).refund, Money::usd(2_000));
}

#[test]
fn charges_in_another_currency_wait_for_the_rate_of_the_month_of_entry() {
    let (mut shipment, outcome) = paid(vec![Fact::Charged(charges("EUR 9.00"))]);
    assert!(!outcome.events.iter().any(|e| matches!(e, Event::DepositSettled { .. })));
    assert_eq!(shipment.needs_rates(), Some(YearMonth::parse("2026-10").unwrap()));
    assert!(shipment.wake(now(), &policy()).is_some());
    let month = YearMonth::parse("2026-10").unwrap();
    let rates = BTreeMap::from([("EUR".parse().unwrap(), "0.9".parse().unwrap())]);
    let mut references = References::default();
    references.rates.insert(month, ExchangeRates::new(month, "test", rates));
    assert_eq!(settlement(&advance(&mut shipment, &references)).charges, Money::usd(1_000));
}

#[test]
fn charges_that_never_come_give_the_deposit_back_and_late_ones_are_the_programmes() {
    let (mut shipment, _) = paid(vec![Fact::Dispatched(now())]);
    let due = at("2026-12-04T12:00:00Z");
    assert_eq!(shipment.wake(now(), &policy()), Some(due));
    let none = References::default();
    assert!(advance_at(&mut shipment, &none, at("2026-12-04T11:59:59Z")).events.is_empty());
    assert_eq!(settlement(&advance_at(&mut shipment, &none, due)).refund, Money::usd(2_000));
    note(&mut shipment, Fact::Charged(charges("USD 7.00")));
    let late = advance_at(&mut shipment, &none, due);
    assert!(late.events.is_empty());
    assert_eq!(late.movements, [Movement::LateCharges(Money::usd(700))]);
    assert!(advance_at(&mut shipment, &none, due).movements.is_empty(), "once");
}

#[test]
fn a_failed_refund_is_asked_for_again_a_bounded_number_of_times() {
    let (mut shipment, _) = paid(vec![Fact::Ended(Ending::Cancelled)]);
    let (none, mut time) = (References::default(), now());
    for attempt in 2..=policy().refund_attempts {
        shipment.note(Fact::RefundFailed, time, &policy()).unwrap();
        assert!(advance_at(&mut shipment, &none, time).events.is_empty(), "not at once");
        time = shipment.wake(time, &policy()).unwrap();
        assert_eq!(advance_at(&mut shipment, &none, time).events.len(), 1);
        assert_eq!(shipment.state.deposit.refund.unwrap().attempts, attempt);
    }
    shipment.note(Fact::RefundFailed, time, &policy()).unwrap();
    assert_eq!(shipment.state.deposit.refund.unwrap().state, RefundState::Failed);
    assert_eq!(shipment.wake(time, &policy()), None);
    assert!(!shipment.deposit_is_final(), "an operator takes it");
}

#[test]
fn a_settled_refund_is_booked_once_and_only_in_its_amount() {
    let (mut shipment, _) = paid(vec![Fact::Ended(Ending::Cancelled)]);
    let mut settle = |cents| shipment.note(Fact::RefundSettled(Money::usd(cents)), now(), &policy());
    assert!(matches!(settle(1_999), Err(FactRefused::OtherRefund { .. })));
    assert_eq!(settle(2_000), Ok(Some(Movement::RefundPaid(Money::usd(2_000)))));
    assert_eq!(settle(2_000), Ok(None));
    assert!(shipment.deposit_is_final());
}

#[test]
fn a_second_other_assessment_is_refused() {
    let (mut shipment, _) = paid(vec![Fact::Charged(charges("USD 12.34"))]);
    let mut charge = |amount| shipment.note(Fact::Charged(charges(amount)), now(), &policy());
    assert_eq!(charge("USD 12.34"), Ok(None));
    assert!(matches!(charge("USD 12.35"), Err(FactRefused::OtherCharges { .. })));
}

#[test]
fn a_shipment_survives_its_stored_form() {
    let (mut shipment, _) = examined("DE", toys(101), recipient("DE", "Ana Prüfer"));
    note(&mut shipment, Fact::Packed(parcels()));
    let state: State = serde_json::from_str(&serde_json::to_string(&shipment.state).unwrap()).unwrap();
    let plan: Plan = serde_json::from_str(&serde_json::to_string(&shipment.plan).unwrap()).unwrap();
    assert_eq!((state, Some(plan)), (shipment.state.clone(), shipment.plan.clone()));
    assert_eq!(serde_json::from_str::<State>("{}").unwrap(), State::default(), "new fields have defaults");
    assert_eq!(shipment.booked_deposit(), NOTHING);
    assert_eq!(plan_country(&shipment), Country::constant("DE"));
}

fn plan_country(shipment: &Shipment) -> Country {
    shipment.plan.as_ref().unwrap().destination
}
