//! Enabling, disabling, revoking, and the ledger they leave.

use chassis::reason_of;
use testbed::until;
use wire::ErrorReason;
use wire::enrollment::events::v1::enrollment_event::Event;
use wire::enrollment::v1::*;

use crate::support::{Client, SELLER, TERMS, World};

fn enable(request_id: &str, terms: &str) -> EnableExportRequest {
    EnableExportRequest {
        request_id: request_id.to_owned(),
        seller_id: SELLER.to_owned(),
        accepted_terms_version: terms.to_owned(),
        reason: "back again".to_owned(),
    }
}

fn disable(request_id: &str) -> DisableExportRequest {
    DisableExportRequest {
        request_id: request_id.to_owned(),
        seller_id: SELLER.to_owned(),
        reason: "holidays".to_owned(),
    }
}

fn revoke(request_id: &str) -> RevokeAuthorityRequest {
    RevokeAuthorityRequest {
        request_id: request_id.to_owned(),
        seller_id: SELLER.to_owned(),
        reason: "no more".to_owned(),
    }
}

async fn ledger(world: &World) -> Vec<Authority> {
    let request = ListAuthoritiesRequest { seller_id: SELLER.to_owned(), ..Default::default() };
    world.operator().list_authorities(request).await.unwrap().into_inner().authorities
}

#[tokio::test]
async fn disabling_ends_the_authority_at_once_and_enabling_grants_a_new_one() {
    let world = World::start().await;
    let first = world.enrolled().await.authority.unwrap();
    let mut client = world.seller(SELLER);
    world.time.move_to("2026-10-02T00:00:00Z");
    let disabled = client.disable_export(disable("1")).await.unwrap().into_inner();
    assert!(!disabled.already_applied);
    let disabled = disabled.enrollment.unwrap();
    assert_eq!((disabled.state(), disabled.authority), (EnrollmentState::Disabled, None));
    assert_eq!(
        (disabled.changed_by.as_str(), disabled.reason.as_str()),
        ("seller:A1SELLER00001", "holidays")
    );

    let enabled = client.enable_export(enable("2", TERMS)).await.unwrap().into_inner().enrollment.unwrap();
    let second = enabled.authority.unwrap();
    assert_ne!(first.authority_id, second.authority_id);

    let ledger = ledger(&world).await;
    assert_eq!(ledger.len(), 2);
    assert_eq!((ledger[0].ended_by.as_str(), ledger[0].revoked), ("seller:A1SELLER00001", false));
    assert_eq!((ledger[1].ended_time, ledger[1].granted_by.as_str()), (None, "seller:A1SELLER00001"));
    let events = world.events(SELLER, 3).await;
    assert_eq!(events.iter().map(|(sequence, _)| *sequence).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(matches!(&events[1].1, Event::ExportDisabled(event) if event.authority_id == first.authority_id));
    assert!(matches!(&events[2].1, Event::ExportEnabled(event) if event.settings_version == 3));
}

#[tokio::test]
async fn enabling_needs_the_current_terms() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    client.disable_export(disable("1")).await.unwrap();
    let refused = client.enable_export(enable("2", "1999-12")).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::TermsNotAccepted));
}

#[tokio::test]
async fn a_seller_the_policy_keeps_out_cannot_enable() {
    let world = World::start().await;
    world.registered(SELLER, "A1F83G8C2ARO7P").await;
    world.known(SELLER).await;
    let refused = world.seller(SELLER).enable_export(enable("1", TERMS)).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::WrongState));
}

#[tokio::test]
async fn revoking_disables_and_marks_every_authority_that_stood() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    client.disable_export(disable("1")).await.unwrap();
    client.enable_export(enable("2", TERMS)).await.unwrap();
    let revoked = client.revoke_authority(revoke("3")).await.unwrap().into_inner();
    assert_eq!(revoked.enrollment.unwrap().state(), EnrollmentState::Disabled);
    let ledger = ledger(&world).await;
    assert!(ledger.iter().all(|authority| authority.revoked && authority.ended_time.is_some()), "{ledger:?}");
    let events = world.events(SELLER, 6).await;
    assert!(matches!(events[3].1, Event::ExportDisabled(_)));
    assert!(
        matches!(&events[4].1, Event::AuthorityRevoked(event) if event.authority_id == ledger[0].authority_id)
    );
    assert!(
        matches!(&events[5].1, Event::AuthorityRevoked(event) if event.authority_id == ledger[1].authority_id)
    );
    let again = client.revoke_authority(revoke("4")).await.unwrap().into_inner();
    assert!(again.already_applied);
}

#[tokio::test]
async fn a_repeated_request_answers_as_the_first_and_another_under_its_id_is_refused() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    let first = client.disable_export(disable("1")).await.unwrap().into_inner();
    client.enable_export(enable("2", TERMS)).await.unwrap();
    let repeated = client.disable_export(disable("1")).await.unwrap().into_inner();
    assert_eq!(repeated, first);
    assert_eq!(world.known(SELLER).await.state(), EnrollmentState::Enabled);
    let other = DisableExportRequest { reason: "something else".to_owned(), ..disable("1") };
    let refused = client.disable_export(other).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::RequestIdReused));
}

#[tokio::test]
async fn doing_it_twice_says_that_it_was_so_already() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    assert!(client.enable_export(enable("1", TERMS)).await.unwrap().into_inner().already_applied);
    client.disable_export(disable("2")).await.unwrap();
    assert!(client.disable_export(disable("3")).await.unwrap().into_inner().already_applied);
    assert_eq!(world.known(SELLER).await.settings_version, 2);
}

#[tokio::test]
async fn history_tells_who_when_why_before_and_after_and_cannot_be_changed() {
    let world = World::start().await;
    world.enrolled().await;
    world.seller(SELLER).disable_export(disable("1")).await.unwrap();
    let row: (String, String, String, serde_json::Value, serde_json::Value) =
        sqlx::query_as("SELECT change, by, reason, before, after FROM history WHERE version = 2")
            .fetch_one(&world.pool)
            .await
            .unwrap();
    assert_eq!(
        (row.0.as_str(), row.1.as_str(), row.2.as_str()),
        ("DISABLED", "seller:A1SELLER00001", "holidays")
    );
    assert_eq!((row.3["state"].as_str(), row.4["state"].as_str()), (Some("ENABLED"), Some("DISABLED")));
    for statement in [
        "UPDATE history SET reason = ''",
        "DELETE FROM history",
        "UPDATE authority_ledger SET by = ''",
        "DELETE FROM authority_ledger",
        "TRUNCATE authority_ledger",
    ] {
        let error = sqlx::query(statement).execute(&world.pool).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{statement}: {error}");
    }
}

#[tokio::test]
async fn another_replica_lets_go_what_changed_through_this_one() {
    let world = World::start().await;
    world.enrolled().await;
    let replica = world.replica().await;
    let (mut here, mut there) = (world.seller(SELLER), Client::new(replica.seller(SELLER)));
    let ask =
        |min_settings_version| GetEnrollmentRequest { seller_id: SELLER.to_owned(), min_settings_version };
    let version = async |client: &mut Client, min| {
        client.get_enrollment(ask(min)).await.unwrap().into_inner().enrollment.unwrap().settings_version
    };
    for n in 2..6 {
        // Remembered there from here on.
        until("the other replica has it", async || {
            if version(&mut there.clone(), 0).await == n - 1 { Ok(()) } else { Err("not yet") }
        })
        .await;
        let (request_id, seller_id, reason) = (n.to_string(), SELLER.to_owned(), "in turn".to_owned());
        if n % 2 == 0 {
            here.disable_export(DisableExportRequest { request_id, seller_id, reason }).await.unwrap();
        } else {
            let accepted_terms_version = TERMS.to_owned();
            let request = EnableExportRequest { request_id, seller_id, accepted_terms_version, reason };
            here.enable_export(request).await.unwrap();
        }
        assert_eq!(version(&mut here, 0).await, n);
        assert_eq!(version(&mut there, n).await, n);
    }
}

#[tokio::test]
async fn changes_of_the_same_moment_follow_each_other_in_the_ledger() {
    let world = World::start().await;
    world.enrolled().await;
    let replica = world.replica().await;
    // Through both replicas at once, and all at one time of the clock.
    let calls = (0..24).map(|n: u8| {
        let mut client =
            if n.is_multiple_of(2) { world.seller(SELLER) } else { Client::new(replica.seller(SELLER)) };
        async move {
            let request_id = n.to_string();
            match n % 3 {
                0 => client.disable_export(disable(&request_id)).await.map(|_| ()),
                1 => client.enable_export(enable(&request_id, TERMS)).await.map(|_| ()),
                _ => client.revoke_authority(revoke(&request_id)).await.map(|_| ()),
            }
        }
    });
    for answer in futures::future::join_all(calls).await {
        answer.unwrap();
    }
    let now = world.known(SELLER).await;
    let request = ListHistoryRequest { seller_id: SELLER.to_owned(), ..Default::default() };
    let changes = world.operator().list_history(request).await.unwrap().into_inner().changes;
    let versions: Vec<_> = changes.iter().map(|change| change.settings_version).collect();
    assert_eq!(versions, (1..=now.settings_version).collect::<Vec<_>>());

    let ledger = ledger(&world).await;
    let granted = changes.iter().filter(|change| ["ENROLLED", "ENABLED"].contains(&change.change.as_str()));
    assert_eq!(ledger.len(), granted.count());
    let standing: Vec<_> = ledger.into_iter().filter(|authority| authority.ended_time.is_none()).collect();
    assert_eq!(standing, now.authority.clone().into_iter().collect::<Vec<_>>());
    assert_eq!(now.authority.is_some(), now.state() == EnrollmentState::Enabled);
    let events = world.events(SELLER, changes.len()).await;
    assert_eq!(events.iter().map(|(sequence, _)| *sequence).collect::<Vec<_>>(), versions);
}
