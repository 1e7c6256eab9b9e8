//! Confirmed codes: kept with their history, told, and counted by rules.

use testbed::{Said, soon};
use wire::catalog::events::v1::ItemListed;
use wire::eligibility::events::v1::{
    ClassificationConfirmed, EligibilityEvent, eligibility_event::Event as Eligible,
};
use wire::eligibility::v1::*;

use super::calls::*;
use crate::support::{World, asin, item};

/// What was published about the classification of product 1, with keys and sequences, once there are `count`.
async fn events(world: &World, count: usize) -> Vec<(String, i64, ClassificationConfirmed)> {
    let subject = format!("{}/classification", asin(1));
    let of_subject = |said: Said<EligibilityEvent>| match said.event.event {
        Some(Eligible::ClassificationConfirmed(event)) if said.subject == subject => {
            Some((said.key, said.sequence, event))
        }
        _ => None,
    };
    world.outside.hear(of_subject, |events| events.len() >= count).await
}

#[tokio::test]
async fn every_confirmation_is_kept_and_told_in_order() {
    let world = World::start().await;
    world.listed(&[ItemListed { hs_code: "420292".to_owned(), ..item(1) }]).await;
    let first = confirm(seller(&world), request("c-1", "610910")).await.unwrap();
    let first = first.classification.unwrap();
    assert_eq!(
        (first.version, first.hs_code.as_str(), first.confirmed_as()),
        (1, "610910", ConfirmedAs::Seller)
    );
    let second = ConfirmClassificationRequest { expected_version: Some(1), ..request("c-2", "6109100010") };
    let second = confirm(classifier(&world), second).await.unwrap().classification.unwrap();
    assert_eq!((second.version, second.confirmed_by.as_str()), (2, "classifier:test"));

    let known = get(seller(&world), &asin(1)).await.unwrap();
    assert_eq!(known.classification, Some(second.clone()));
    assert_eq!(known.declared_hs_codes, ["420292"]);
    let page = history(seller(&world), &asin(1), 1, "").await.unwrap();
    assert_eq!(page.classifications, [second]);
    let rest = history(seller(&world), &asin(1), 1, &page.next_page_token).await.unwrap();
    assert_eq!((rest.classifications, rest.next_page_token.as_str()), (vec![first], ""));

    let events = events(&world, 2).await;
    let told: Vec<_> =
        events.iter().map(|(key, n, event)| (key.as_str(), *n, event.hs_code.as_str())).collect();
    assert_eq!(told, [(asin(1).as_str(), 1, "610910"), (asin(1).as_str(), 2, "6109100010")]);
    let last = &events[1].2;
    assert_eq!(
        (last.version, last.confirmed_as.as_str(), last.confirmed_by.as_str()),
        (2, "CLASSIFIER", "classifier:test")
    );
    let facts = world.service.facts().await;
    let fact = facts.iter().find(|fact| fact.kind == "classification").unwrap();
    assert_eq!((fact.id.as_str(), fact.version), (format!("{}/classification", asin(1)).as_str(), 2));
}

#[tokio::test]
async fn a_repeat_answers_as_before_and_the_same_code_is_not_confirmed_twice() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    let first = confirm(seller(&world), request("c-1", "610910")).await.unwrap();
    assert!(!first.already_applied);
    assert_eq!(confirm(seller(&world), request("c-1", "610910")).await.unwrap(), first);
    let again = confirm(seller(&world), request("c-2", "610910")).await.unwrap();
    assert_eq!((again.already_applied, again.classification), (true, first.classification));
    assert_eq!(history(seller(&world), &asin(1), 0, "").await.unwrap().classifications.len(), 1);
    // A mark behind which no second event can hide.
    confirm(seller(&world), request("c-3", "610990")).await.unwrap();
    assert_eq!(events(&world, 2).await.len(), 2);
}

#[tokio::test]
async fn what_a_confirmed_code_closes_is_closed_at_once() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    assert!(world.codes("SKU-1", "DE").await.is_empty());
    confirm(seller(&world), request("c-1", "220830")).await.unwrap();
    // The verdict is in the transaction of the confirmation: there is nothing to wait for.
    let verdict = world.verdict(&asin(1)).await;
    let reason = verdict.reasons.iter().find(|reason| reason.code == "IMP_RESTRICTED_ALCOHOL").unwrap();
    assert_eq!(reason.evidence, "confirmed HS code: 220830");
    world.answers("SKU-1", "DE", &["IMP_RESTRICTED_ALCOHOL_DE"]).await;
    assert_eq!(world.verdict_events(&asin(1), 2).await[1].1.state, "NOT_EXPORTABLE");
}

#[tokio::test]
async fn a_confirmed_code_outranks_the_declared_one_and_what_it_opens_waits_for_the_cycle() {
    let world = World::start().await;
    world.enrolled().await;
    let declared = ItemListed { hs_code: "220830".to_owned(), ..item(1) };
    world.listed(std::slice::from_ref(&declared)).await;
    world.cycle().await;
    assert_eq!(world.codes("SKU-1", "DE").await, ["IMP_RESTRICTED_ALCOHOL_DE"]);
    confirm(classifier(&world), request("c-1", "610910")).await.unwrap();
    assert_eq!(world.codes("SKU-1", "DE").await, ["IMP_RESTRICTED_ALCOHOL_DE"]);
    world.time.move_to("2026-11-01T00:00:00Z");
    soon("it is open", async || world.codes("SKU-1", "DE").await.is_empty()).await;
    // The catalogue says so again: the confirmed code stands.
    let again = ItemListed { item_version: 2, title: "Linen shirt".to_owned(), ..declared };
    world.listed(&[again]).await;
    assert!(world.codes("SKU-1", "DE").await.is_empty());
}
