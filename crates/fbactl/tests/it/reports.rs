//! Reports: asked for, waited for, downloaded.

use chassis::Error;
use serde_json::json;
use wire::ErrorReason;
use wire::common::v1::Language;
use wire::eligibility::v1::*;

use crate::fake::Fake;

const CREATE: &str = "eligibility.v1.EligibilityService/CreateReport";
const GET: &str = "eligibility.v1.EligibilityService/GetReport";
const LIST: &str = "eligibility.v1.EligibilityService/ListReports";
const CANCEL: &str = "eligibility.v1.EligibilityService/CancelReport";
const DOWNLOAD: &str = "eligibility.v1.EligibilityService/DownloadReportDocument";
const SELLER: &str = "A1EXAMPLESELLER";
const REPORT: &str = "0190a5b0-0000-7000-8000-000000000001";

fn report(state: ReportState) -> Option<Report> {
    Some(Report {
        report_id: REPORT.to_owned(),
        seller_id: SELLER.to_owned(),
        report_type: ReportType::ExportableInventory.into(),
        state: state.into(),
        ..Default::default()
    })
}

fn fatal() -> Option<Report> {
    let reason = ReportReason {
        code: ReportReasonCode::StoreFailed.into(),
        text: "the store failed".to_owned(),
        remedy: "ask again".to_owned(),
        actor: String::new(),
    };
    report(ReportState::Fatal).map(|report| Report { reason: Some(reason), ..report })
}

/// A service whose reports are seen in these states, one after the other.
fn seen(states: impl IntoIterator<Item = Option<Report>>) -> Fake {
    let created = CreateReportResponse { report: report(ReportState::InQueue) };
    let fake = Fake::default().answers(CREATE, [created]);
    states.into_iter().fold(fake, |fake, report| fake.answers(GET, [GetReportResponse { report }]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_asked_for_by_key_or_by_id() {
    for kind in ["exportable-inventory", "26600"] {
        let fake = seen([]);
        let args = ["report", "create", SELLER, "--type", kind, "--request-id", "r-1", "--output", "json"];
        let done = fake.run(&args).await;
        assert_eq!(done.code, 0, "{}", done.err);
        let asked: Vec<CreateReportRequest> = fake.asked(CREATE);
        assert_eq!((asked[0].report_type, asked[0].request_id.as_str()), (26_600, "r-1"));
        let json = done.json();
        assert_eq!((&json["request_id"], &json["already_applied"]), (&json!("r-1"), &json!(false)));
        assert_eq!(json["report"]["report_type"], "EXPORTABLE_INVENTORY");
        assert_eq!(json["report"]["state"], "IN_QUEUE");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_former_report_is_sent_as_2620_and_its_refusal_told() {
    let refused =
        Error::new(ErrorReason::ReportTypeDiscontinued, "report 2620 is discontinued: ask for 26600");
    let fake = Fake::default().refuses(CREATE, refused);
    let done = fake.run(&["report", "create", SELLER, "--type", "2620", "--output", "json"]).await;
    assert_eq!(done.code, 3);
    assert_eq!(done.error()["error"]["reason"], "REPORT_TYPE_DISCONTINUED");
    assert_eq!(fake.asked::<CreateReportRequest>(CREATE)[0].report_type, 2_620);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_when_the_report_is_done() {
    let fake =
        seen([report(ReportState::InQueue), report(ReportState::InProgress), report(ReportState::Done)]);
    let done = fake.run(&["report", "create", SELLER, "--wait", "--output", "json"]).await;
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(done.json()["report"]["state"], "DONE");
    assert_eq!(done.err, "", "no progress bar where standard error is no terminal");
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_a_report_that_fails_tells_why_and_fails() {
    let done = seen([fatal()]).run(&["report", "create", SELLER, "--wait", "--output", "json"]).await;
    assert_eq!(done.code, 3);
    let error = &done.error()["error"];
    assert_eq!(error["reason"], "STORE_FAILED");
    assert_eq!(error["message"], format!("report {REPORT}: the store failed; ask again"));
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_has_an_end() {
    let fake = seen([report(ReportState::InQueue)]);
    let done = fake.run(&["report", "create", SELLER, "--wait=700ms"]).await;
    assert_eq!(done.code, 4);
    assert!(done.err.contains(REPORT), "{}", done.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_listed_in_the_language_asked_for_and_cancelled() {
    let list = ListReportsResponse { reports: vec![fatal().unwrap()], next_page_token: String::new() };
    let fake = Fake::default().answers(LIST, [list]);
    let done = fake.run(&["report", "list", SELLER, "--language", "zh", "--output", "json"]).await;
    assert_eq!(done.json()["reports"][0]["reason"]["code"], "STORE_FAILED");
    assert_eq!(fake.asked::<ListReportsRequest>(LIST)[0].language(), Language::SimplifiedChinese);
    let cancelled = CancelReportResponse { report: report(ReportState::Cancelled), already_applied: true };
    let done = Fake::default().answers(CANCEL, [cancelled]).run(&["report", "cancel", REPORT]).await;
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("CANCELLED"), "{}", done.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_downloaded_once_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("inventory.tsv");
    let piece = |text: &str| DownloadReportDocumentResponse { chunk: text.as_bytes().to_vec() };
    let fake = seen([report(ReportState::InProgress), report(ReportState::Done)])
        .answers(DOWNLOAD, [piece("sku\n"), piece("SKU-1\n")]);
    let done = fake.run(&["report", "download", REPORT, "--out", out.to_str().unwrap(), "--wait"]).await;
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "sku\nSKU-1\n");
    assert_eq!(fake.asked::<GetReportRequest>(GET).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_done_is_not_downloaded_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("inventory.tsv");
    let fake = Fake::default().refuses(DOWNLOAD, Error::wrong_state("report is IN_QUEUE"));
    let done = fake.run(&["report", "download", REPORT, "--out", out.to_str().unwrap()]).await;
    assert_eq!(done.code, 3);
    assert!(!out.exists());
}
