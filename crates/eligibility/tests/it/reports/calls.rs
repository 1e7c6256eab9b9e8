//! Calls about reports, and what holds the writer up.

use sqlx::{Postgres, Transaction};
use testbed::{soon, until};
use tonic::Status;
use wire::common::v1::Language;
use wire::eligibility::v1::*;

use crate::support::{Client, SELLER, World};

/// Asks for the report of the test's seller.
pub(super) async fn ask(mut client: Client, request_id: &str) -> Result<Report, Status> {
    let request = CreateReportRequest {
        request_id: request_id.to_owned(),
        seller_id: SELLER.to_owned(),
        report_type: ReportType::ExportableInventory.into(),
    };
    Ok(client.create_report(request).await?.into_inner().report.unwrap())
}

pub(super) async fn get(world: &World, report_id: &str) -> Report {
    get_in(world, report_id, Language::English).await
}

pub(super) async fn get_in(world: &World, report_id: &str, language: Language) -> Report {
    let request = GetReportRequest { report_id: report_id.to_owned(), language: language.into() };
    world.operator().get_report(request).await.unwrap().into_inner().report.unwrap()
}

/// The report, once it is in this state.
pub(super) async fn in_state(world: &World, report_id: &str, state: ReportState) -> Report {
    until(state.as_str_name(), async || {
        let report = get(world, report_id).await;
        if report.state() == state { Ok(report) } else { Err(report) }
    })
    .await
}

/// A new report of the test's seller, done.
pub(super) async fn done(world: &World, request_id: &str) -> Report {
    let report = ask(world.operator(), request_id).await.unwrap();
    in_state(world, &report.report_id, ReportState::Done).await
}

pub(super) async fn cancel(
    mut client: Client,
    request_id: &str,
    report_id: &str,
) -> Result<CancelReportResponse, Status> {
    let request = CancelReportRequest { request_id: request_id.to_owned(), report_id: report_id.to_owned() };
    client.cancel_report(request).await.map(tonic::Response::into_inner)
}

/// The chunks of a report's document.
pub(super) async fn download(mut client: Client, report_id: &str) -> Result<Vec<Vec<u8>>, Status> {
    let request = DownloadReportDocumentRequest { report_id: report_id.to_owned() };
    let mut stream = client.download_report_document(request).await?.into_inner();
    let mut chunks = Vec::new();
    while let Some(part) = stream.message().await? {
        chunks.push(part.chunk);
    }
    Ok(chunks)
}

pub(super) async fn text(world: &World, report_id: &str) -> String {
    String::from_utf8(download(world.operator(), report_id).await.unwrap().concat()).unwrap()
}

/// What the stream of the same rows says.
pub(super) async fn streamed(world: &World) -> String {
    let request = DownloadExportableInventoryRequest { seller_id: SELLER.to_owned() };
    let mut stream = world.operator().download_exportable_inventory(request).await.unwrap().into_inner();
    let mut text = Vec::new();
    while let Some(part) = stream.message().await.unwrap() {
        text.extend(part.chunk);
    }
    String::from_utf8(text).unwrap()
}

/// Nobody reads a verdict until this is dropped: a report that is begun stays so.
pub(super) async fn hold_up(world: &World) -> Transaction<'static, Postgres> {
    let mut held = world.pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE verdict_rows IN ACCESS EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    held
}

/// A report that is begun and held up.
pub(super) async fn begun(world: &World, request_id: &str) -> Report {
    let report = ask(world.operator(), request_id).await.unwrap();
    in_state(world, &report.report_id, ReportState::InProgress).await
}

/// Waits until no report is to be written.
pub(super) async fn queue_is_empty(world: &World) {
    soon("the queue is empty", async || {
        let count = "SELECT count(*) FROM report_queue";
        sqlx::query_scalar::<_, i64>(count).fetch_one(&world.pool).await.unwrap() == 0
    })
    .await;
}

/// Files of reports, unfinished ones too.
pub(super) fn files(world: &World) -> Vec<std::path::PathBuf> {
    let (mut folders, mut files) = (vec![world.documents().join("reports")], Vec::new());
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}
