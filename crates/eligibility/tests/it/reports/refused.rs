//! What is refused, and with which remedy.

use chassis::{Role, reason_of};
use tonic::{Code, Status};
use wire::ErrorReason;
use wire::eligibility::v1::*;

use super::calls::*;
use crate::support::{Client, SELLER, World};

const NOBODY: &str = "0190a5b0-0000-7000-8000-00000000ffff";

async fn ask_for(world: &World, report_type: i32) -> Status {
    let seller_id = SELLER.to_owned();
    let request = CreateReportRequest { request_id: "r-1".to_owned(), seller_id, report_type };
    world.operator().create_report(request).await.unwrap_err()
}

#[tokio::test]
async fn report_2620_is_discontinued_and_26600_is_named() {
    let world = World::start().await;
    let refused = ask_for(&world, 2_620).await;
    assert_eq!(reason_of(&refused), Some(ErrorReason::ReportTypeDiscontinued));
    assert!(refused.message().contains("26600"), "{refused}");
    for unknown in [0, 1, 26_601, i32::MIN] {
        let refused = ask_for(&world, unknown).await;
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidArgument), "{unknown}");
        assert!(refused.message().contains("26600"), "{refused}");
    }
    queue_is_empty(&world).await;
}

#[tokio::test]
async fn an_eleventh_report_under_way_is_refused_until_one_is_cancelled() {
    let world = World::start().await;
    let held = hold_up(&world).await;
    let first = ask(world.operator(), "r-0").await.unwrap();
    for n in 1..10 {
        ask(world.operator(), &format!("r-{n}")).await.unwrap();
    }
    let refused = ask(world.operator(), "r-10").await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::TooManyReports));
    assert!(refused.message().contains("cancel one"), "{refused}");
    cancel(world.operator(), "c-1", &first.report_id).await.unwrap();
    let taken = ask(world.operator(), "r-10").await.unwrap();
    drop(held);
    in_state(&world, &taken.report_id, ReportState::Done).await;
}

#[tokio::test]
async fn a_seller_sees_its_own_reports_alone_and_a_storefront_none() {
    let world = World::start().await;
    let report = done(&world, "r-1").await.report_id;
    let other = || world.seller("A1SELLER00002");
    let asked = GetReportRequest { report_id: report.clone(), ..Default::default() };
    let list = ListReportsRequest { seller_id: SELLER.to_owned(), ..Default::default() };
    let refused = [
        ask(other(), "r-2").await.unwrap_err(),
        other().get_report(asked.clone()).await.unwrap_err(),
        other().list_reports(list.clone()).await.unwrap_err(),
        cancel(other(), "c-1", &report).await.unwrap_err(),
        download(other(), &report).await.unwrap_err(),
    ];
    for refused in refused {
        assert_eq!(reason_of(&refused), Some(ErrorReason::SellerNotAllowed), "{refused}");
    }
    let role = |role| Client::new(world.service.caller(role));
    assert_eq!(ask(role(Role::Auditor), "r-3").await.unwrap_err().code(), Code::PermissionDenied);
    assert!(role(Role::Auditor).get_report(asked.clone()).await.is_ok());
    for refused in [
        role(Role::Storefront).get_report(asked).await.unwrap_err(),
        role(Role::Storefront).list_reports(list).await.unwrap_err(),
        download(role(Role::Storefront), &report).await.unwrap_err(),
        ask(role(Role::Storefront), "r-4").await.unwrap_err(),
    ] {
        assert_eq!(reason_of(&refused), Some(ErrorReason::RoleNotAllowed), "{refused}");
    }
}

#[tokio::test]
async fn nonsense_is_refused_by_field() {
    let world = World::start().await;
    for id in ["", "1", "../../etc/passwd", "0190a5b0-0000-7000-8000-00000000fffg"] {
        let get = GetReportRequest { report_id: id.to_owned(), ..Default::default() };
        let refused = [
            world.operator().get_report(get).await.unwrap_err(),
            cancel(world.operator(), "c-1", id).await.unwrap_err(),
            download(world.operator(), id).await.unwrap_err(),
        ];
        for refused in refused {
            assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidArgument), "{id}: {refused}");
        }
    }
    let unknown = [
        cancel(world.operator(), "c-1", NOBODY).await.unwrap_err(),
        download(world.operator(), NOBODY).await.unwrap_err(),
    ];
    for refused in unknown {
        assert_eq!(reason_of(&refused), Some(ErrorReason::ReportNotFound), "{refused}");
    }
    for request_id in ["", &"x".repeat(101)] {
        let refused = ask(world.operator(), request_id).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidArgument), "{request_id}");
    }
    let list = |seller: &str, page_size, token: &str| ListReportsRequest {
        seller_id: seller.to_owned(),
        page_size,
        page_token: token.to_owned(),
        ..Default::default()
    };
    for (request, reason) in [
        (list("", 0, ""), ErrorReason::InvalidArgument),
        (list(SELLER, 501, ""), ErrorReason::InvalidArgument),
        (list(SELLER, 0, "beef"), ErrorReason::InvalidPageToken),
        (list(SELLER, 0, &hex::encode(format!("reports/{SELLER}\u{1f}x"))), ErrorReason::InvalidPageToken),
    ] {
        let refused = world.operator().list_reports(request).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(reason), "{refused}");
    }
}

#[tokio::test]
async fn a_request_id_is_not_used_for_another_report() {
    let world = World::start().await;
    ask(world.operator(), "r-1").await.unwrap();
    let other = CreateReportRequest {
        request_id: "r-1".to_owned(),
        seller_id: "A1SELLER00002".to_owned(),
        report_type: ReportType::ExportableInventory.into(),
    };
    let refused = world.operator().create_report(other).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::RequestIdReused));
}
