//! Mutations: request ids, reasons, what is sent.

use chassis::Error;
use wire::eligibility::v1::{
    GetReviewRequest, GetReviewResponse, RequestReviewRequest, RequestReviewResponse, Review, ReviewState,
};
use wire::enrollment::v1::{
    DisableExportRequest, DisableExportResponse, Enrollment, ExcludedDestination, ExclusionGrounds,
    PatchExcludedCountriesRequest, PatchExcludedCountriesResponse, ReplaceExcludedCountriesRequest,
    ReplaceExcludedCountriesResponse,
};
use wire::fulfillment::v1::resolve_hold_request::Resolution;
use wire::fulfillment::v1::{
    ListRevokedShipmentsResponse, ResolveHoldRequest, ResolveHoldResponse, RevokedShipment, Shipment,
    ShipmentState,
};
use wire::ops::v1::{DropDeadLettersRequest, DropDeadLettersResponse};
use wire::returns::v1::{AuthoriseReturnRequest, AuthoriseReturnResponse, Return};

use crate::fake::Fake;

const DISABLE: &str = "enrollment.v1.EnrollmentService/DisableExport";
const EXCLUDE: &str = "enrollment.v1.EnrollmentService/ReplaceExcludedCountries";
const PATCH: &str = "enrollment.v1.EnrollmentService/PatchExcludedCountries";
const REVIEW: &str = "eligibility.v1.EligibilityService/RequestReview";
const GET_REVIEW: &str = "eligibility.v1.EligibilityService/GetReview";
const RESOLVE: &str = "fulfillment.v1.FulfillmentService/ResolveHold";
const REVOKED: &str = "fulfillment.v1.FulfillmentService/ListRevokedShipments";
const AUTHORISE: &str = "returns.v1.ReturnsService/AuthoriseReturn";
const DROP: &str = "ops.v1.DeadLetterService/DropDeadLetters";
const SELLER: &str = "A1EXAMPLESELLER";
const SHIPMENT: &str = "0190a5b0-0000-7000-8000-000000000001";
const ORDER: &str = "111-1111111-1111111";

fn disabled() -> Fake {
    let enrollment = Some(Enrollment { seller_id: SELLER.to_owned(), ..Default::default() });
    Fake::default().answers(DISABLE, [DisableExportResponse { enrollment, already_applied: true }])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_carries_its_request_id_and_reason() {
    let fake = disabled();
    let args =
        ["seller", "disable", SELLER, "--reason", "holiday", "--request-id", "r-1", "--output", "json"];
    let done = fake.run(&args).await;
    assert_eq!(done.code, 0, "{}", done.err);
    let json = done.json();
    assert_eq!((&json["request_id"], &json["already_applied"]), (&"r-1".into(), &true.into()));
    assert_eq!(json["enrollment"]["seller_id"], SELLER);
    let asked: Vec<DisableExportRequest> = fake.asked(DISABLE);
    assert_eq!((asked[0].request_id.as_str(), asked[0].reason.as_str()), ("r-1", "holiday"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_asked_for_and_looked_at() {
    let review = |state: ReviewState| {
        Some(Review { review_id: SHIPMENT.to_owned(), state: state.into(), ..Default::default() })
    };
    let queued = RequestReviewResponse { review: review(ReviewState::Queued), already_applied: false };
    let fake = Fake::default()
        .answers(REVIEW, [queued])
        .answers(GET_REVIEW, [GetReviewResponse { review: review(ReviewState::Done) }]);
    let args = ["review", "request", SELLER, "B000000001", "--request-id", "r-1", "--output", "json"];
    let done = fake.run(&args).await;
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(done.json()["review"]["state"], "QUEUED");
    let asked: Vec<RequestReviewRequest> = fake.asked(REVIEW);
    assert_eq!((asked[0].request_id.as_str(), asked[0].asin.as_str()), ("r-1", "B000000001"));
    let done = fake.run(&["review", "show", SHIPMENT, "--output", "json"]).await;
    assert_eq!(done.json()["state"], "DONE");
    assert_eq!(fake.asked::<GetReviewRequest>(GET_REVIEW)[0].review_id, SHIPMENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_request_id_is_made_and_told() {
    let fake = disabled();
    let done = fake.run(&["seller", "disable", SELLER, "--reason", "holiday", "--output", "json"]).await;
    let asked: Vec<DisableExportRequest> = fake.asked(DISABLE);
    assert_eq!(asked[0].request_id.len(), 36);
    assert_eq!(done.json()["request_id"], asked[0].request_id.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_that_fails_tells_the_id_to_repeat_it_with() {
    let away = Error::unavailable("away", std::time::Duration::from_secs(1));
    let fake = Fake::default().refuses(DISABLE, away);
    let args = ["seller", "disable", SELLER, "--reason", "holiday"];
    let done = fake.run(&args).await;
    let asked: Vec<DisableExportRequest> = fake.asked(DISABLE);
    assert!(done.err.contains(&format!("--request-id {}", asked[0].request_id)), "{}", done.err);
    let error = fake.run(&[&args[..], &["--output", "json"]].concat()).await.error();
    assert_eq!(error["request_id"].as_str().unwrap().len(), 36);
}

#[tokio::test(flavor = "multi_thread")]
async fn none_excludes_no_country() {
    let enrollment = Some(Enrollment::default());
    let fake = Fake::default()
        .answers(EXCLUDE, [ReplaceExcludedCountriesResponse { enrollment, already_applied: false }]);
    let args = ["seller", "exclude-countries", SELLER, "--none", "--reason", "all again"];
    assert_eq!(fake.run(&args).await.code, 0);
    let args =
        ["seller", "exclude-countries", SELLER, "CA", "DE", "--reason", "x", "--expected-version", "4"];
    assert_eq!(fake.run(&args).await.code, 0);
    let asked: Vec<ReplaceExcludedCountriesRequest> = fake.asked(EXCLUDE);
    assert!(asked[0].country_codes.is_empty() && asked[0].destinations.is_empty());
    let named: Vec<_> = asked[1].destinations.iter().map(|excluded| excluded.destination.as_str()).collect();
    assert_eq!((named.as_slice(), asked[1].expected_settings_version), (["CA", "DE"].as_slice(), 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_names_what_comes_with_its_grounds_and_what_goes() {
    let enrollment = Some(Enrollment::default());
    let fake = Fake::default()
        .answers(PATCH, [PatchExcludedCountriesResponse { enrollment, already_applied: false }]);
    let args = ["seller", "patch-countries", SELLER, "--exclude", "DE,CIS", "--include", "JP"];
    let why = ["--grounds", "distribution-agreement", "--reason", "contract"];
    assert_eq!(fake.run(&[&args[..], &why].concat()).await.code, 0);
    let asked: Vec<PatchExcludedCountriesRequest> = fake.asked(PATCH);
    let exclude = ["DE", "CIS"].map(|destination| ExcludedDestination {
        destination: destination.to_owned(),
        grounds: ExclusionGrounds::DistributionAgreement.into(),
    });
    assert_eq!(
        (asked[0].exclude.as_slice(), asked[0].include.as_slice()),
        (&exclude[..], &["JP".to_owned()][..])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tax_id_comes_from_a_file_and_is_not_printed() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "12345678901\n").unwrap();
    let answer = ResolveHoldResponse { shipment: Some(Shipment::default()), already_applied: false };
    let fake = Fake::default().answers(RESOLVE, [answer]);
    let args = ["shipment", "resolve-hold", SHIPMENT, "--tax-id-file", file.path().to_str().unwrap()];
    let done = fake.run(&args).await;
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(!done.out.contains("12345678901"));
    let asked: Vec<ResolveHoldRequest> = fake.asked(RESOLVE);
    assert_eq!(asked[0].resolution, Some(Resolution::RecipientTaxId("12345678901".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_address_file_is_named_but_not_quoted() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), r#"{"name": "Ada Secret", "street": "Hidden Lane 1"}"#).unwrap();
    let args = ["shipment", "resolve-hold", SHIPMENT, "--address-file", file.path().to_str().unwrap()];
    let done = Fake::default().run(&args).await;
    assert_eq!(done.code, 2);
    assert!(!done.err.contains("Secret") && !done.err.contains("Hidden"), "{}", done.err);
    assert!(done.err.contains("country_code"), "{}", done.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_names_lines_units_and_reasons() {
    let answer = AuthoriseReturnResponse { r#return: Some(Return::default()), already_applied: false };
    let fake = Fake::default().answers(AUTHORISE, [answer]);
    let args = ["return", "authorise", ORDER, "--line", "1:2:DEFECTIVE", "--line", "3:1:UNWANTED_ITEM"];
    assert_eq!(fake.run(&args).await.code, 0);
    let asked: Vec<AuthoriseReturnRequest> = fake.asked(AUTHORISE);
    let line = &asked[0].lines[0];
    assert_eq!((line.line_no, line.quantity, line.reason_code.as_str()), (1, 2, "DEFECTIVE"));
    assert_eq!(asked[0].lines.len(), 2);
    assert_eq!(fake.run(&["return", "authorise", ORDER, "--line", "1:DEFECTIVE"]).await.code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_are_dropped_with_a_reason() {
    let fake = Fake::default().answers(DROP, [DropDeadLettersResponse { dropped: 2 }]);
    let args = [
        "dead-letters",
        "drop",
        "--service",
        "customs",
        "a",
        "b",
        "--reason",
        "test data",
        "--output",
        "json",
    ];
    let done = fake.run(&args).await;
    assert_eq!(done.json()["dropped"], 2);
    let asked: Vec<DropDeadLettersRequest> = fake.asked(DROP);
    assert_eq!((asked[0].dead_letter_ids.len(), asked[0].reason.as_str()), (2, "test data"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_after_a_revocation_is_made_for_every_shipment_that_waits() {
    let ids = [SHIPMENT, "0190a5b0-0000-7000-8000-000000000002"];
    let waits = |id: &str| RevokedShipment { shipment_id: id.to_owned(), ..Default::default() };
    let page = |id: &str, next: &str| ListRevokedShipmentsResponse {
        shipments: vec![waits(id)],
        next_page_token: next.to_owned(),
    };
    let resolved = |id: &str| {
        let state = ShipmentState::Cancelled.into();
        let shipment = Some(Shipment { shipment_id: id.to_owned(), state, ..Default::default() });
        ResolveHoldResponse { shipment, already_applied: false }
    };
    let fake = Fake::default()
        .answers(REVOKED, [page(ids[0], "more")])
        .answers(REVOKED, [page(ids[1], "")])
        .answers(RESOLVE, [resolved(ids[0])])
        .answers(RESOLVE, [resolved(ids[1])]);
    assert_eq!(fake.run(&["seller", "decide-revoked", SELLER]).await.code, 2, "one choice is needed");
    let args = ["seller", "decide-revoked", SELLER, "--cancel", "--request-id", "r-1", "--output", "json"];
    let done = fake.run(&args).await;
    assert_eq!(done.code, 0, "{}", done.err);
    let shipments = done.json()["shipments"].clone();
    assert_eq!((&shipments[1]["shipment_id"], &shipments[1]["state"]), (&ids[1].into(), &"CANCELLED".into()));
    let asked: Vec<ResolveHoldRequest> = fake.asked(RESOLVE);
    assert!(asked.iter().all(|asked| asked.resolution == Some(Resolution::Cancel(true))));
    assert_eq!([&asked[0].shipment_id, &asked[1].shipment_id], ids);
    // One id of the command's for each shipment, and the same when it is repeated; 64 characters are the bound.
    assert_ne!(asked[0].request_id, asked[1].request_id);
    assert!(asked.iter().all(|asked| asked.request_id.len() == 36));
}
