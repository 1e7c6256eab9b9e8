//! Who may do what.

use chassis::{Role, reason_of};
use wire::ErrorReason;
use wire::enrollment::v1::*;

use crate::support::{Client, SELLER, World};

fn disable(request_id: &str) -> DisableExportRequest {
    DisableExportRequest {
        request_id: request_id.to_owned(),
        seller_id: SELLER.to_owned(),
        reason: "test".to_owned(),
    }
}

#[tokio::test]
async fn a_seller_acts_for_itself_only() {
    let world = World::start().await;
    let authority = world.enrolled().await.authority.unwrap();
    let mut other = world.seller("A1SELLER00002");
    let refused = other.disable_export(disable("1")).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::SellerNotAllowed));
    let read = GetEnrollmentRequest { seller_id: SELLER.to_owned(), ..Default::default() };
    assert_eq!(
        reason_of(&other.get_enrollment(read).await.unwrap_err()),
        Some(ErrorReason::SellerNotAllowed)
    );
    let record = GetAuthorityRequest { authority_id: authority.authority_id };
    assert_eq!(
        reason_of(&other.get_authority(record).await.unwrap_err()),
        Some(ErrorReason::SellerNotAllowed)
    );
}

#[tokio::test]
async fn an_operator_acts_for_any_seller_and_is_named_in_the_history() {
    let world = World::start().await;
    world.enrolled().await;
    let done = world.operator().disable_export(disable("1")).await.unwrap().into_inner();
    assert_eq!(done.enrollment.unwrap().changed_by, "operator:test");
}

#[tokio::test]
async fn other_roles_change_nothing() {
    let world = World::start().await;
    world.enrolled().await;
    for role in [Role::Storefront, Role::Warehouse, Role::Service, Role::Auditor, Role::Payments] {
        let mut client = Client::new(world.service.caller(role));
        let refused = client.disable_export(disable("1")).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::RoleNotAllowed), "{role}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let world = World::start().await;
    let mut client = world.operator();
    let read = GetEnrollmentRequest { seller_id: SELLER.to_owned(), ..Default::default() };
    assert_eq!(reason_of(&client.get_enrollment(read).await.unwrap_err()), Some(ErrorReason::SellerNotFound));
    assert_eq!(
        reason_of(&client.disable_export(disable("1")).await.unwrap_err()),
        Some(ErrorReason::SellerNotFound)
    );
    let record = GetAuthorityRequest { authority_id: "00000000-0000-4000-8000-000000000000".to_owned() };
    assert_eq!(
        reason_of(&client.get_authority(record).await.unwrap_err()),
        Some(ErrorReason::AuthorityNotFound)
    );
}

#[tokio::test]
async fn operators_list_all_sellers_page_by_page() {
    let world = World::start().await;
    for n in 1..=3 {
        let seller = format!("A1SELLER0000{n}");
        world.registered(&seller, "ATVPDKIKX0DER").await;
        world.known(&seller).await;
    }
    let list = |page_token| ListEnrollmentsRequest { page_size: 2, page_token };
    let first = world.operator().list_enrollments(list(String::new())).await.unwrap().into_inner();
    let second = world.operator().list_enrollments(list(first.next_page_token)).await.unwrap().into_inner();
    let ids: Vec<_> =
        first.enrollments.iter().chain(&second.enrollments).map(|e| e.seller_id.clone()).collect();
    assert_eq!(ids, ["A1SELLER00001", "A1SELLER00002", "A1SELLER00003"]);
    assert!(first.enrollments.iter().all(|enrollment| enrollment.authority.is_some()));
    let refused = world.seller(SELLER).list_enrollments(list(String::new())).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::RoleNotAllowed));
}
