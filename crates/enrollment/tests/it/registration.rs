//! The registry announces sellers.

use testbed::soon;
use wire::ErrorReason;
use wire::enrollment::events::v1::enrollment_event::Event;
use wire::enrollment::v1::EnrollmentState;

use crate::support::{SELLER, TERMS, World};

#[tokio::test]
async fn a_registered_seller_is_enrolled_by_default_under_the_terms_in_force() {
    let world = World::start().await;
    let seller = world.enrolled().await;
    assert_eq!(seller.state(), EnrollmentState::Enabled);
    assert_eq!(seller.changed_by, "programme:default-enrolment");
    let authority = seller.authority.unwrap();
    assert_eq!((authority.terms_version.as_str(), authority.terms_sha256.len()), (TERMS, 64));
    let events = world.events(SELLER, 1).await;
    let (1, Event::SellerEnrolled(event)) = &events[0] else { panic!("{events:?}") };
    assert_eq!(event.authority.as_ref().unwrap().authority_id, authority.authority_id);
}

#[tokio::test]
async fn a_seller_of_another_marketplace_is_known_and_not_enrolled() {
    let world = World::start().await;
    world.registered("A1SELLERGB001", "A1F83G8C2ARO7P").await;
    let seller = world.known("A1SELLERGB001").await;
    assert_eq!((seller.state(), seller.authority), (EnrollmentState::NotEnrolled, None));
    let events = world.events("A1SELLERGB001", 1).await;
    assert!(matches!(events[0], (1, Event::SellerNotEnrolled(_))), "{events:?}");
}

#[tokio::test]
async fn announcing_a_seller_again_changes_nothing() {
    let world = World::start().await;
    let before = world.enrolled().await;
    world.registered(SELLER, "A1F83G8C2ARO7P").await;
    // On the same partition behind the repeat; once it is known the repeat was handled.
    world.registered(SELLER, "ATVPDKIKX0DER").await;
    soon("the repeats are handled", async || {
        let seen = "SELECT count(*) FROM messaging.inbox";
        sqlx::query_scalar::<_, i64>(seen).fetch_one(&world.pool).await.unwrap() == 3
    })
    .await;
    assert_eq!(world.known(SELLER).await, before);
    assert_eq!(world.events(SELLER, 1).await.len(), 1);
}

#[tokio::test]
async fn a_malformed_seller_is_a_dead_letter_and_the_others_are_enrolled() {
    let world = World::start().await;
    world.registered("not-a-seller", "ATVPDKIKX0DER").await;
    world.registered("A1SELLER00002", "nowhere").await;
    world.enrolled().await;
    let letters = world.service.dead_letters(2).await;
    assert!(letters.iter().all(|letter| letter.reason == ErrorReason::InvalidRecord.name()), "{letters:?}");
}

#[tokio::test]
async fn the_audit_has_a_fact_for_every_seller() {
    let world = World::start().await;
    let seller = world.enrolled().await;
    let facts = world.service.facts().await;
    let fact = facts.iter().find(|fact| fact.kind == "enrollment").unwrap();
    assert_eq!((fact.id.as_str(), fact.version, fact.state.as_str()), (SELLER, 1, "ENABLED"));
    assert_eq!((fact.units["authorities"], fact.units["excluded_countries"]), (1, 0));
    assert_eq!(fact.refs["authority_id"], seller.authority.unwrap().authority_id);
}
