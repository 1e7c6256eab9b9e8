//! Writers that are killed, a store that fails, documents that are not what they were.

use chassis::reason_of;
use testbed::until;
use wire::ErrorReason;
use wire::common::v1::Language;
use wire::eligibility::v1::*;

use super::calls::*;
use crate::support::{World, item};

/// The report when it is fatal, without its pauses between attempts.
async fn fatal(world: &World, report_id: &str) -> Report {
    until("the report is fatal", async || {
        sqlx::query("UPDATE report_queue SET retry_at = now()").execute(&world.pool).await.unwrap();
        let report = get(world, report_id).await;
        if report.state() == ReportState::Fatal { Ok(report) } else { Err(report) }
    })
    .await
}

#[tokio::test]
async fn a_killed_writer_s_report_is_taken_over_and_written_whole() {
    let mut world = World::start().await;
    world.listed(&[item(1), item(2)]).await;
    world.cycle().await;
    let held = hold_up(&world).await;
    let report = begun(&world, "r-1").await;
    assert_eq!((report.attempts, &report.document), (1, &None));
    let replica = world.replica().await;
    // The first process is killed here.
    world.service = replica;
    until("another has begun it", async || {
        let report = get(&world, &report.report_id).await;
        if report.attempts == 2 { Ok(()) } else { Err(report) }
    })
    .await;
    drop(held);
    let report = in_state(&world, &report.report_id, ReportState::Done).await;
    assert_eq!(report.attempts, 2);
    assert_eq!(text(&world, &report.report_id).await, streamed(&world).await);
    queue_is_empty(&world).await;
}

#[tokio::test]
async fn a_report_that_kills_its_writers_is_given_up() {
    let world = World::start().await;
    let held = hold_up(&world).await;
    let begun = begun(&world, "r-1").await.report_id;
    let queued = ask(world.operator(), "r-2").await.unwrap().report_id;
    // As after eight writers that were killed.
    let often = "UPDATE reports SET attempts = 8, state = 'IN_PROGRESS' WHERE state = 'IN_QUEUE'";
    sqlx::query(often).execute(&world.pool).await.unwrap();
    drop(held);
    in_state(&world, &begun, ReportState::Done).await;
    let report = in_state(&world, &queued, ReportState::Fatal).await;
    assert_eq!(report.reason.unwrap().code(), ReportReasonCode::Interrupted);
}

#[tokio::test]
async fn a_store_that_fails_for_good_makes_the_report_fatal_and_says_so() {
    let world = World::start().await;
    // No folder can be made where a file is.
    let reports = world.documents().join("reports");
    std::fs::write(&reports, "").unwrap();
    let report = ask(world.operator(), "r-1").await.unwrap().report_id;
    let fatal = fatal(&world, &report).await;
    let reason = fatal.reason.unwrap();
    assert_eq!((reason.code(), fatal.attempts), (ReportReasonCode::StoreFailed, 8));
    assert!(reason.text.contains("store of documents") && !reason.remedy.is_empty());
    let chinese = get_in(&world, &report, Language::SimplifiedChinese).await.reason.unwrap();
    assert!(!chinese.text.is_ascii() && !chinese.remedy.is_ascii(), "{chinese:?}");
    let refused = download(world.operator(), &report).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::WrongState));
    assert!(refused.message().contains("FATAL"), "{refused}");
    queue_is_empty(&world).await;
    std::fs::remove_file(&reports).unwrap();
    done(&world, "r-2").await;
}

#[tokio::test]
async fn rows_that_cannot_be_read_make_their_report_fatal() {
    let world = World::start().await;
    let rename = "ALTER TABLE items RENAME COLUMN title TO unreadable";
    sqlx::query(rename).execute(&world.pool).await.unwrap();
    let report = ask(world.operator(), "r-1").await.unwrap().report_id;
    let fatal = fatal(&world, &report).await;
    assert_eq!(fatal.reason.unwrap().code(), ReportReasonCode::ReadFailed);
    assert!(files(&world).is_empty());
}

#[tokio::test]
async fn a_store_that_fails_for_a_while_delays_the_report() {
    let world = World::start().await;
    let reports = world.documents().join("reports");
    std::fs::write(&reports, "").unwrap();
    let report = ask(world.operator(), "r-1").await.unwrap().report_id;
    until("an attempt has failed", async || {
        let report = get(&world, &report).await;
        if report.attempts > 0 { Ok(()) } else { Err(report) }
    })
    .await;
    std::fs::remove_file(&reports).unwrap();
    assert!(in_state(&world, &report, ReportState::Done).await.attempts > 1);
}

#[tokio::test]
async fn a_document_that_was_changed_is_not_given_as_a_whole_one() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    let report = done(&world, "r-1").await.report_id;
    let file = files(&world).remove(0);
    let text = std::fs::read(&file).unwrap();
    let mut changed = text.clone();
    *changed.last_mut().unwrap() = b' ';
    for wrong in [changed, text[1..].to_vec()] {
        std::fs::write(&file, wrong).unwrap();
        let refused = download(world.operator(), &report).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::Internal));
    }
    std::fs::remove_file(&file).unwrap();
    let refused = download(world.operator(), &report).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::Internal));
    std::fs::write(&file, text).unwrap();
    assert!(download(world.operator(), &report).await.is_ok());
}
