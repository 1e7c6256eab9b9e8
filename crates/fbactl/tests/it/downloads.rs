//! Files: whole or not there.

use std::path::Path;

use chassis::Error;
use wire::ErrorReason;
use wire::customs::v1::DownloadInvoiceResponse;
use wire::eligibility::v1::{StandingVerdict, StreamVerdictsRequest, StreamVerdictsResponse, VerdictState};
use wire::fulfillment::v1::{DownloadShipmentsReportRequest, DownloadShipmentsReportResponse};

use crate::fake::Fake;

const INVOICE: &str = "customs.v1.CustomsService/DownloadInvoice";
const REPORT: &str = "fulfillment.v1.FulfillmentService/DownloadShipmentsReport";
const VERDICTS: &str = "eligibility.v1.EligibilityService/StreamVerdicts";
const SHIPMENT: &str = "0190a5b0-0000-7000-8000-000000000001";

fn piece(text: &str) -> DownloadInvoiceResponse {
    DownloadInvoiceResponse { chunk: text.as_bytes().to_vec() }
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_written_whole_in_order_and_replaces_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("invoice.pdf");
    std::fs::write(&out, "old").unwrap();
    let fake = Fake::default().answers(INVOICE, [piece("%PDF-"), piece("1.7"), piece("")]);
    let args = ["shipment", "invoice", SHIPMENT, "--out", out.to_str().unwrap(), "--output", "json"];
    let done = fake.run(&args).await;
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "%PDF-1.7");
    assert_eq!(done.json()["bytes"], 8);
    assert_eq!(files(folder.path()), ["invoice.pdf"]);
    assert_eq!(done.err, "", "no progress bar where standard error is no terminal");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_stream_leaves_no_file_and_keeps_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("invoice.pdf");
    let broken = Error::new(ErrorReason::Internal, "a fault of ours");
    let fake = Fake::default().breaks(INVOICE, piece("half"), broken);
    let args = ["shipment", "invoice", SHIPMENT, "--out", out.to_str().unwrap()];
    assert_eq!(fake.run(&args).await.code, 3);
    assert!(files(folder.path()).is_empty(), "{:?}", files(folder.path()));

    std::fs::write(&out, "old").unwrap();
    assert_eq!(fake.run(&args).await.code, 3);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "old");
    assert_eq!(files(folder.path()), ["invoice.pdf"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn verdicts_are_a_file_once_their_last_message_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("verdicts.tsv");
    let verdict = |asin: &str, countries: &[&str]| StandingVerdict {
        asin: asin.to_owned(),
        version: 3,
        state: VerdictState::Exportable.into(),
        eligible_country_codes: countries.iter().map(|code| (*code).to_owned()).collect(),
        size_tier: "SMALL_STANDARD".to_owned(),
        rule_set_version: "1.1.0".to_owned(),
        evaluated_time: Some(wire::convert::timestamp("2026-10-01T00:00:00Z".parse().unwrap())),
    };
    let page = |verdicts: Vec<StandingVerdict>| StreamVerdictsResponse { verdicts, ..Default::default() };
    let pages = [page(vec![verdict("B000000001", &["CA", "DE"])]), page(vec![verdict("B000000002", &[])])];
    let args = ["verdicts", "export", "--country", "DE", "--out", out.to_str().unwrap()];
    let cut = Fake::default().answers(VERDICTS, pages.clone()).run(&args).await;
    assert_eq!(cut.code, 4, "{}", cut.err);
    assert!(files(folder.path()).is_empty());

    let last = StreamVerdictsResponse { verdict_count: Some(2), ..Default::default() };
    let fake = Fake::default().answers(VERDICTS, pages.into_iter().chain([last]));
    let done = fake.run(&args).await;
    assert_eq!(done.code, 0, "{}", done.err);
    let text = std::fs::read_to_string(&out).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows[0].starts_with("asin\tversion\texport-status"), "{text}");
    assert_eq!(rows[1], "B000000001\t3\tEXPORTABLE\tSMALL_STANDARD\t2\tCA|DE\t2026-10-01T00:00:00Z\t1.1.0");
    assert_eq!((rows.len(), rows[2].starts_with("B000000002\t3\tEXPORTABLE")), (3, true));
    assert_eq!(fake.asked::<StreamVerdictsRequest>(VERDICTS)[0].country_code, "DE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_does_not_exist_is_a_usage_error_and_nothing_is_asked() {
    let fake = Fake::default().answers(INVOICE, [piece("%PDF")]);
    let done = fake.run(&["shipment", "invoice", SHIPMENT, "--out", "does/not/exist.pdf"]).await;
    assert_eq!(done.code, 2);
    assert!(done.err.contains("does/not/exist.pdf"), "{}", done.err);
    assert!(fake.asked::<wire::customs::v1::DownloadInvoiceRequest>(INVOICE).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_covers_whole_days_in_utc() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report.tsv");
    let fake = Fake::default().answers(REPORT, [DownloadShipmentsReportResponse { chunk: b"x\n".to_vec() }]);
    let out = out.to_str().unwrap();
    let days = ["--from", "2026-10-01", "--to", "2026-11-01", "--country", "DE"];
    let args = [&["shipment", "report", "--out", out], days.as_slice()].concat();
    assert_eq!(fake.run(&args).await.code, 0);
    let asked: Vec<DownloadShipmentsReportRequest> = fake.asked(REPORT);
    assert_eq!(asked[0].from_time.unwrap().seconds, 1_790_812_800);
    assert_eq!(asked[0].to_time.unwrap().seconds, 1_793_491_200);
    assert_eq!(asked[0].country_code, "DE");
}
