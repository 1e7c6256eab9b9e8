//! What is refused, and with which remedy.

use chassis::{Role, reason_of};
use wire::ErrorReason;
use wire::eligibility::v1::*;

use super::calls::*;
use crate::support::{Client, World, asin, item};

#[tokio::test]
async fn a_seller_confirms_what_it_lists_and_others_nothing() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    let other = || world.seller("A1SELLER00002");
    for refused in [
        confirm(other(), request("c-1", "610910")).await.unwrap_err(),
        get(other(), &asin(1)).await.unwrap_err(),
        history(other(), &asin(1), 0, "").await.unwrap_err(),
    ] {
        assert_eq!(reason_of(&refused), Some(ErrorReason::SellerNotAllowed), "{refused}");
    }
    let role = |role| Client::new(world.service.caller(role));
    for denied in [Role::Operator, Role::Storefront, Role::Auditor, Role::Service] {
        let refused = confirm(role(denied), request("c-1", "610910")).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::RoleNotAllowed), "{denied}: {refused}");
    }
    assert!(get(role(Role::Auditor), &asin(1)).await.is_ok());
    assert_eq!(history(role(Role::Operator), &asin(1), 0, "").await.unwrap().classifications, []);
}

#[tokio::test]
async fn a_seller_does_not_overrule_a_classifier_and_nobody_what_it_has_not_read() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    let stale = |request_id, hs_code| ConfirmClassificationRequest {
        expected_version: Some(0),
        ..request(request_id, hs_code)
    };
    confirm(classifier(&world), stale("c-1", "610910")).await.unwrap();
    let refused = confirm(seller(&world), request("c-2", "610990")).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::WrongState));
    assert!(refused.message().contains("ask a classifier"), "{refused}");
    let refused = confirm(classifier(&world), stale("c-3", "610990")).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::VersionConflict));
    assert!(refused.message().contains("at version 1"), "{refused}");
    assert_eq!(get(seller(&world), &asin(1)).await.unwrap().classification.unwrap().hs_code, "610910");
}

#[tokio::test]
async fn nonsense_is_refused_by_field() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    for code in ["", "6109", "6109.10", "610999", "770110", "61091000101"] {
        let refused = confirm(seller(&world), request("c-1", code)).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidArgument), "{code}: {refused}");
        assert!(refused.message().starts_with("hs_code: "), "{refused}");
    }
    for reason in ["", "  ", &"x".repeat(501), "a\0b"] {
        let request = ConfirmClassificationRequest { reason: reason.to_owned(), ..request("c-1", "610910") };
        let refused = confirm(seller(&world), request).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidArgument), "{refused}");
    }
    let unknown = ConfirmClassificationRequest { asin: asin(9), ..request("c-1", "610910") };
    let refused = confirm(classifier(&world), unknown).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::ItemNotFound));
    let refused = history(seller(&world), &asin(1), 0, "beef").await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidPageToken));
    assert_eq!(history(seller(&world), &asin(1), 0, "").await.unwrap().classifications, []);
}

#[tokio::test]
async fn of_two_at_the_same_time_who_read_the_same_one_is_refused() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    let at_once = |request_id, hs_code| {
        let request =
            ConfirmClassificationRequest { expected_version: Some(0), ..request(request_id, hs_code) };
        confirm(classifier(&world), request)
    };
    let (one, other) = tokio::join!(at_once("c-1", "610910"), at_once("c-2", "610990"));
    let refused = match (one, other) {
        (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
        both => panic!("{both:?}"),
    };
    assert_eq!(reason_of(&refused), Some(ErrorReason::VersionConflict));
}

#[tokio::test]
async fn nobody_changes_the_past() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    confirm(seller(&world), request("c-1", "610910")).await.unwrap();
    for statement in ["UPDATE classifications SET hs_code = '610990'", "DELETE FROM classifications"] {
        let refused = sqlx::query(statement).execute(&world.pool).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
}
