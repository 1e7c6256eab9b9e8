//! Reports that end otherwise than done, and what becomes of those that are.

use chassis::reason_of;
use testbed::soon;
use wire::ErrorReason;
use wire::eligibility::v1::*;

use super::calls::*;
use crate::support::{World, item};

fn code(report: &Report) -> ReportReasonCode {
    report.reason.as_ref().unwrap().code()
}

#[tokio::test]
async fn what_is_under_way_can_be_cancelled_and_says_by_whom() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    let held = hold_up(&world).await;
    let begun = begun(&world, "r-1").await.report_id;
    let queued = ask(world.operator(), "r-2").await.unwrap().report_id;
    for (n, report) in [&begun, &queued].into_iter().enumerate() {
        let answer = cancel(world.operator(), &format!("c-{n}"), report).await.unwrap();
        let report = answer.report.unwrap();
        assert_eq!((report.state(), answer.already_applied), (ReportState::Cancelled, false));
        let reason = report.reason.unwrap();
        assert_eq!(
            (reason.code(), reason.actor.as_str()),
            (ReportReasonCode::CancelledByCaller, "operator:test")
        );
        assert!(!reason.text.is_empty() && !reason.remedy.is_empty());
    }
    let repeat = cancel(world.operator(), "c-0", &begun).await.unwrap();
    assert!(!repeat.already_applied, "the answer of the first call");
    assert!(cancel(world.operator(), "c-9", &begun).await.unwrap().already_applied);
    drop(held);
    queue_is_empty(&world).await;
    for report in [&begun, &queued] {
        assert_eq!(get(&world, report).await.state(), ReportState::Cancelled);
        let refused = download(world.operator(), report).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::WrongState));
    }
    soon("the unfinished file is deleted", async || files(&world).is_empty()).await;
}

#[tokio::test]
async fn what_is_done_cannot_be_cancelled() {
    let world = World::start().await;
    let report = done(&world, "r-1").await.report_id;
    let refused = cancel(world.operator(), "c-1", &report).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::WrongState));
    assert!(refused.message().contains("DONE"), "{refused}");
}

#[tokio::test]
async fn a_report_that_nobody_begins_within_a_day_is_cancelled() {
    let world = World::start().await;
    let held = hold_up(&world).await;
    let begun = begun(&world, "r-1").await.report_id;
    let queued = ask(world.operator(), "r-2").await.unwrap().report_id;
    let age = "UPDATE report_queue SET queued_at = now() - interval '25 hours'
                WHERE report_id = (SELECT report_id FROM reports WHERE state = 'IN_QUEUE')";
    sqlx::query(age).execute(&world.pool).await.unwrap();
    let report = in_state(&world, &queued, ReportState::Cancelled).await;
    assert_eq!((code(&report), report.reason.unwrap().actor.as_str()), (ReportReasonCode::WaitedTooLong, ""));
    drop(held);
    in_state(&world, &begun, ReportState::Done).await;
}

#[tokio::test]
async fn a_document_is_kept_for_ninety_days_and_its_record_for_a_year() {
    let world = World::start().await;
    let report = done(&world, "r-1").await;
    assert_eq!(files(&world).len(), 1);
    world.time.pass_days(90);
    let refused = download(world.operator(), &report.report_id).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::ReportExpired));
    soon("the file is deleted", async || files(&world).is_empty()).await;
    soon("the report says so", async || {
        let document = get(&world, &report.report_id).await.document.unwrap();
        assert_eq!(document.sha256, report.document.as_ref().unwrap().sha256);
        document.expired
    })
    .await;
    world.time.pass_days(275);
    soon("the record is deleted", async || {
        let request = GetReportRequest { report_id: report.report_id.clone(), ..Default::default() };
        let answer = world.operator().get_report(request).await;
        answer.is_err_and(|refused| reason_of(&refused) == Some(ErrorReason::ReportNotFound))
    })
    .await;
}
