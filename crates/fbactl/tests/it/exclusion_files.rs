//! Files of excluded products: what is sent, what is shown, how it ends.

use chassis::Error;
use serde_json::{Value, json};
use wire::enrollment::v1::upload_exclusions_request::Part;
use wire::enrollment::v1::{
    DownloadExclusionReportRequest, DownloadExclusionReportResponse, DownloadExclusionsRequest,
    DownloadExclusionsResponse, ExcludeProductRequest, ExcludeProductResponse, ExclusionGrounds,
    ExclusionUpload, ExclusionUploadMode, ExclusionUploadState, ExclusionsEffect,
    GetExclusionTemplateRequest, GetExclusionTemplateResponse, IncludeProductRequest, IncludeProductResponse,
    Language, ListProductExclusionsRequest, ListProductExclusionsResponse, ProductExclusion,
    RestoreExclusionsRequest, RestoreExclusionsResponse, UploadExclusionsRequest, UploadExclusionsResponse,
};

use crate::fake::Fake;

const UPLOAD: &str = "enrollment.v1.EnrollmentService/UploadExclusions";
const REPORT: &str = "enrollment.v1.EnrollmentService/DownloadExclusionReport";
const LIST: &str = "enrollment.v1.EnrollmentService/ListProductExclusions";
const FILE: &str = "enrollment.v1.EnrollmentService/DownloadExclusions";
const TEMPLATE: &str = "enrollment.v1.EnrollmentService/GetExclusionTemplate";
const RESTORE: &str = "enrollment.v1.EnrollmentService/RestoreExclusions";
const EXCLUDE: &str = "enrollment.v1.EnrollmentService/ExcludeProduct";
const INCLUDE: &str = "enrollment.v1.EnrollmentService/IncludeProduct";
const SELLER: &str = "A1EXAMPLESELLER";
const ID: &str = "0190a5b0-0000-7000-8000-000000000001";
/// Largest piece, in bytes.
const PIECE: usize = 256 * 1024;

fn answer(state: ExclusionUploadState) -> UploadExclusionsResponse {
    let upload = ExclusionUpload { upload_id: ID.to_owned(), state: state.into(), ..Default::default() };
    UploadExclusionsResponse { upload: Some(upload) }
}

fn refusal() -> UploadExclusionsResponse {
    let mut refusal = answer(ExclusionUploadState::Refused);
    if let Some(upload) = &mut refusal.upload {
        upload.refusal_code = "BAD_LINES".to_owned();
        upload.refusal = "1 lines have errors".to_owned();
        upload.refusal_zh = "有 1 行存在错误".to_owned();
    }
    refusal
}

/// A report of two pieces, cut within a line.
fn report() -> [DownloadExclusionReportResponse; 2] {
    let pieces = [
        "line\tresult\tcolumn\tmessage\n0\tBAD_LINES\t\t1 lines have errors\n1\tSKIPPED\t\theader\n2\tNOT_APP",
        "LIED\t\t\n3\tUNKNOWN_SKU\tsku\t\"7\"\" nail is not a SKU of yours\"\n4\tDUPLICATE_ROW\t\tsays the same\n",
    ];
    pieces.map(|piece| DownloadExclusionReportResponse { chunk: piece.as_bytes().to_vec() })
}

/// The arguments that send a file, and some more.
fn sends<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let args = ["seller", "upload-exclusions", SELLER, file, "--mode", "merge", "--reason", "contract"];
    [&args[..], more].concat()
}

fn lines(json: &Value) -> Vec<u64> {
    json["lines"].as_array().unwrap().iter().map(|line| line["line"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_in_pieces_between_its_header_and_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("products.tsv");
    let text = "B000000001\tALL\n".repeat(40_000);
    std::fs::write(&file, &text).unwrap();
    let states =
        [ExclusionUploadState::Receiving, ExclusionUploadState::Applying, ExclusionUploadState::Done];
    let fake = Fake::default().answers(UPLOAD, states.map(answer));
    let more = ["--dry-run", "--expected-version", "4", "--request-id", "r-1", "--output", "json"];
    let done = fake.run(&sends(file.to_str().unwrap(), &more)).await;
    assert_eq!(done.code, 0, "{}", done.err);
    let json = done.json();
    assert_eq!((&json["request_id"], &json["upload"]["state"]), (&"r-1".into(), &"DONE".into()));
    let asked: Vec<UploadExclusionsRequest> = fake.asked(UPLOAD);
    let parts: Vec<Part> = asked.into_iter().map(|message| message.part.unwrap()).collect();
    let [Part::Header(header), pieces @ .., Part::End(end)] = parts.as_slice() else {
        panic!("{} messages do not begin with a header and end with an end", parts.len())
    };
    assert_eq!((header.seller_id.as_str(), header.request_id.as_str()), (SELLER, "r-1"));
    assert_eq!((header.mode(), header.reason.as_str()), (ExclusionUploadMode::Merge, "contract"));
    assert_eq!((header.file_name.as_str(), header.expected_settings_version), ("products.tsv", 4));
    assert!(header.dry_run && !header.accept_good_lines);
    let mut sent = Vec::new();
    for piece in pieces {
        let Part::Chunk(chunk) = piece else { panic!("it is no piece of the file") };
        assert!((1..=PIECE).contains(&chunk.len()), "a piece has {} bytes", chunk.len());
        sent.extend_from_slice(chunk);
    }
    assert!(sent == text.as_bytes() && end.size_bytes == 600_000, "{} bytes", end.size_bytes);
    assert!(pieces.len() > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_file_shows_its_errors_and_ends_as_a_refusal() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let file = file.path().to_str().unwrap();
    let fake = Fake::default().answers(UPLOAD, [refusal()]).answers(REPORT, report());
    let done = fake.run(&sends(file, &[])).await;
    assert_eq!(done.code, 3, "{}", done.err);
    for part in ["REFUSED", "1 lines have errors", "UNKNOWN_SKU", "7\" nail is not a SKU of yours"] {
        assert!(done.out.contains(part), "{part} is not in\n{}", done.out);
    }
    assert!(!done.out.contains("NOT_APPLIED") && !done.out.contains("says the same"), "{}", done.out);
    assert!(done.err.starts_with("error: BAD_LINES: "), "{}", done.err);
    for part in ["nothing was changed", &format!("fbactl seller exclusion-report {ID}")] {
        assert!(done.err.contains(part), "{part} is not in\n{}", done.err);
    }
    assert!(!done.err.contains("--request-id"), "a repeat would be refused again: {}", done.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_one_json_document_in_the_language_asked_for() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let file = file.path().to_str().unwrap();
    let fake = Fake::default().answers(UPLOAD, [refusal()]).answers(REPORT, report());
    let done = fake.run(&sends(file, &["--language", "zh", "--output", "json"])).await;
    assert_eq!(done.code, 3, "{}", done.err);
    assert_eq!(done.json()["upload"]["refusal"], "有 1 行存在错误");
    assert_eq!(done.error()["error"]["reason"], "BAD_LINES");
    assert!(fake.asked::<DownloadExclusionReportRequest>(REPORT).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_is_written_beside_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("products.tsv"), folder.path().join("report.tsv"));
    std::fs::write(&file, "").unwrap();
    let fake =
        Fake::default().answers(UPLOAD, [answer(ExclusionUploadState::Done)]).answers(REPORT, report());
    let more = ["--report", out.to_str().unwrap(), "--language", "zh", "--output", "json"];
    let done = fake.run(&sends(file.to_str().unwrap(), &more)).await;
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(done.json()["upload"]["upload_id"], ID);
    assert!(std::fs::read_to_string(&out).unwrap().ends_with("says the same\n"));
    let asked: Vec<DownloadExclusionReportRequest> = fake.asked(REPORT);
    assert_eq!((asked[0].upload_id.as_str(), asked[0].language()), (ID, Language::SimplifiedChinese));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_there_or_a_report_that_cannot_be_is_noticed_before_anything_is_sent() {
    let fake = Fake::default().answers(UPLOAD, [answer(ExclusionUploadState::Done)]);
    let file = tempfile::NamedTempFile::new().unwrap();
    let file = file.path().to_str().unwrap();
    for (args, named) in [
        (sends("does-not-exist.tsv", &[]), "does-not-exist.tsv"),
        (sends("/", &[]), "/"),
        (sends(file, &["--report", "does/not/exist.tsv"]), "does/not/exist.tsv"),
    ] {
        let done = fake.run(&args).await;
        assert_eq!(done.code, 2, "{}", done.err);
        assert!(done.err.contains(named), "{}", done.err);
    }
    assert!(fake.asked::<UploadExclusionsRequest>(UPLOAD).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_breaks_half_way_is_not_ended_and_names_itself() {
    // A file of Linux that opens, and whose first byte cannot be read.
    let file = "/proc/self/mem";
    let fake = Fake::default().refuses(UPLOAD, Error::invalid("part", "the file broke off"));
    let done = fake.run(&sends(file, &[])).await;
    assert_eq!(done.code, 2, "{}", done.err);
    assert!(done.err.contains(file), "{}", done.err);
    let asked: Vec<UploadExclusionsRequest> = fake.asked(UPLOAD);
    assert!(matches!(asked[0].part, Some(Part::Header(_))) && asked.len() == 1, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_stop_before_the_last_one_are_no_answer() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let fake = Fake::default().answers(UPLOAD, [answer(ExclusionUploadState::Receiving)]);
    assert_eq!(fake.run(&sends(file.path().to_str().unwrap(), &[])).await.code, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_shows_errors_or_all_lines_up_to_a_limit() {
    let fake = Fake::default().answers(REPORT, report());
    let args = ["seller", "exclusion-report", ID, "--output", "json"];
    let errors = fake.run(&args).await.json();
    assert_eq!((lines(&errors), &errors["truncated"]), (vec![0, 3], &false.into()));
    let line = json!({
        "line": 3,
        "result": "UNKNOWN_SKU",
        "column": "sku",
        "message": "7\" nail is not a SKU of yours",
    });
    assert_eq!(errors["lines"][1], line);
    let all = fake.run(&[&args[..], &["--all"]].concat()).await.json();
    assert_eq!(lines(&all), [0, 1, 2, 3, 4]);
    let some = fake.run(&["seller", "exclusion-report", ID, "--limit", "1"]).await;
    assert_eq!((some.code, some.err.as_str()), (0, "more lines exist: raise --limit\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_printed_or_written_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("template.tsv");
    let text = "\u{feff}# Lines that begin with # are comments.\nsku\tasin\n";
    let answer = GetExclusionTemplateResponse { file: text.as_bytes().to_vec() };
    let fake = Fake::default().answers(TEMPLATE, [answer]);
    assert_eq!(fake.run(&["seller", "exclusion-template", "--language", "zh"]).await.out, text);
    let args = ["seller", "exclusion-template", "--output", "json"];
    assert_eq!(fake.run(&args).await.json()["file"], text);
    let written = fake.run(&[&args[..], &["--out", out.to_str().unwrap()]].concat()).await.json();
    assert_eq!(written["bytes"], text.len());
    assert_eq!(std::fs::read_to_string(&out).unwrap(), text);
    let asked: Vec<GetExclusionTemplateRequest> = fake.asked(TEMPLATE);
    let languages: Vec<Language> = asked.iter().map(GetExclusionTemplateRequest::language).collect();
    assert_eq!(languages, [Language::SimplifiedChinese, Language::English, Language::English]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_an_earlier_version_is_fetched_and_restored() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("list.tsv");
    let effect = ExclusionsEffect { added: 2, removed: 1, ..Default::default() };
    let restored = RestoreExclusionsResponse {
        effect: Some(effect),
        settings_version: 9,
        already_applied: true,
        preview: None,
    };
    let fake = Fake::default()
        .answers(FILE, [DownloadExclusionsResponse { chunk: b"sku\tasin\n".to_vec() }])
        .answers(RESTORE, [restored]);
    let args = ["seller", "exclusions", SELLER, "--out", out.to_str().unwrap(), "--at-version", "3"];
    assert_eq!(fake.run(&args).await.code, 0);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "sku\tasin\n");
    let asked: Vec<DownloadExclusionsRequest> = fake.asked(FILE);
    assert_eq!((asked[0].seller_id.as_str(), asked[0].settings_version), (SELLER, 3));

    let args = ["seller", "restore-exclusions", SELLER, "3", "--reason", "mistake", "--output", "json"];
    let done = fake.run(&[&args[..], &["--dry-run", "--expected-version", "8"]].concat()).await;
    assert_eq!(done.code, 0, "{}", done.err);
    let json = done.json();
    assert_eq!(json["already_applied"], true);
    assert_eq!(json["restoration"]["settings_version"], 9);
    assert_eq!(json["restoration"]["effect"]["added"], 2);
    let asked: Vec<RestoreExclusionsRequest> = fake.asked(RESTORE);
    assert_eq!((asked[0].settings_version, asked[0].expected_settings_version), (3, 8));
    assert!(asked[0].dry_run);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_excluded_by_sku_from_countries_and_regions_and_included_again() {
    let exclusion = Some(ProductExclusion { asin: "B000000001".to_owned(), ..Default::default() });
    let excluded = ExcludeProductResponse { exclusion, ..Default::default() };
    let fake = Fake::default()
        .answers(EXCLUDE, [excluded])
        .answers(INCLUDE, [IncludeProductResponse { settings_version: 5, ..Default::default() }]);
    let args = ["seller", "exclude-product", SELLER, "--sku", "SKU-1", "--reason", "contract"];
    let to = ["--destinations", "DE,GREATER_CHINA", "--grounds", "risk"];
    assert_eq!(fake.run(&[&args[..], &to].concat()).await.code, 0);
    let asked: Vec<ExcludeProductRequest> = fake.asked(EXCLUDE);
    assert_eq!((asked[0].asin.as_str(), asked[0].sku.as_str()), ("", "SKU-1"));
    assert_eq!(asked[0].country_codes, ["DE", "GREATER_CHINA"]);
    assert_eq!(asked[0].grounds(), ExclusionGrounds::Risk);

    let args = ["seller", "include-product", SELLER, "B000000001", "--reason", "ended", "--output", "json"];
    assert_eq!(fake.run(&args).await.json()["inclusion"]["settings_version"], 5);
    let asked: Vec<IncludeProductRequest> = fake.asked(INCLUDE);
    assert_eq!((asked[0].asin.as_str(), asked[0].sku.as_str()), ("B000000001", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn exclusions_are_filtered_by_country_and_show_destinations_and_grounds() {
    let exclusion = ProductExclusion {
        asin: "B000000001".to_owned(),
        destinations: vec!["GREATER_CHINA".to_owned()],
        grounds: ExclusionGrounds::DistributionAgreement.into(),
        ..Default::default()
    };
    let answer =
        ListProductExclusionsResponse { exclusions: vec![exclusion], next_page_token: String::new() };
    let fake = Fake::default().answers(LIST, [answer]);
    let done = fake.run(&["seller", "exclusions", SELLER, "--country", "CN"]).await;
    assert_eq!(done.code, 0, "{}", done.err);
    for part in ["B000000001", "GREATER_CHINA", "DISTRIBUTION_AGREEMENT"] {
        assert!(done.out.contains(part), "{part} is not in\n{}", done.out);
    }
    let asked: Vec<ListProductExclusionsRequest> = fake.asked(LIST);
    assert_eq!(asked[0].country_code, "CN");
}
