//! Exit codes and errors.

use chassis::Error;
use wire::ErrorReason;
use wire::eligibility::v1::{
    CheckEligibilityRequest, CheckEligibilityResponse, EligibilityReason, EligibilityResult,
};
use wire::enrollment::v1::{Enrollment, EnrollmentState, GetEnrollmentResponse};
use wire::ops::v1::GetProgressResponse;

use crate::fake::{Fake, fbactl};

const SHOW: &str = "enrollment.v1.EnrollmentService/GetEnrollment";
const CHECK: &str = "eligibility.v1.EligibilityService/CheckEligibility";
const PROGRESS: &str = "ops.v1.ProgressService/GetProgress";
const SELLER: &str = "A1EXAMPLESELLER";

fn show(extra: &[&str]) -> Vec<String> {
    ["seller", "show", SELLER].iter().chain(extra).map(|arg| (*arg).to_owned()).collect()
}

/// An address that refuses connections: bound once, so that nobody else has it, and closed.
fn closed_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn a_closed_port_is_unreachable() {
    let url = closed_port();
    let done = fbactl(&url, &show(&[]));
    assert_eq!(done.code, 4, "{}", done.err);
    assert!(done.err.starts_with("error: UNAVAILABLE: enrollment at "), "{}", done.err);
    assert!(done.err.contains(&url) && done.err.contains("--endpoint-enrollment"), "{}", done.err);
    assert!(done.err.contains("help: docs/errors/UNAVAILABLE.md"), "{}", done.err);
    assert_eq!(done.out, "");
}

#[test]
fn a_service_that_never_answers_runs_out_of_time() {
    // Accepts connections into its backlog and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let done = fbactl(
        &format!("http://{}", silent.local_addr().unwrap()),
        &show(&["--timeout", "200ms", "--output", "json"]),
    );
    assert_eq!(done.code, 4, "{}", done.err);
    assert_eq!(done.error()["error"]["reason"], "DEADLINE_EXCEEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_reason_message_fields_and_page() {
    let refusal = Error::invalid("seller_id", "is not one of ours");
    let fake = Fake::default().refuses(SHOW, refusal);
    let done = fake.run(&["seller", "show", SELLER]).await;
    assert_eq!(done.code, 3);
    assert_eq!(
        done.err,
        "error: INVALID_ARGUMENT: seller_id: is not one of ours\n  seller_id: is not one of ours\n\
         help: docs/errors/INVALID_ARGUMENT.md\n"
    );
    let json = fake.run(&["seller", "show", SELLER, "--output", "json"]).await.error();
    assert_eq!(json["error"]["reason"], "INVALID_ARGUMENT");
    assert_eq!(json["error"]["help"], "docs/errors/INVALID_ARGUMENT.md");
    assert_eq!(json["error"]["violations"][0]["subject"], "seller_id");
    assert_eq!(json["error"]["exit_code"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_whose_dependency_is_away_may_be_asked_again() {
    let away = Error::unavailable("the database does not answer", std::time::Duration::from_secs(1));
    let done = Fake::default().refuses(SHOW, away).run(&["seller", "show", SELLER]).await;
    assert_eq!(done.code, 4);
    assert!(done.err.contains("UNAVAILABLE: the database does not answer"), "{}", done.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_shown() {
    let enrollment = Enrollment {
        seller_id: SELLER.to_owned(),
        state: EnrollmentState::Enabled.into(),
        excluded_country_codes: vec!["CA".to_owned(), "DE".to_owned()],
        ..Default::default()
    };
    let fake = Fake::default().answers(SHOW, [GetEnrollmentResponse { enrollment: Some(enrollment) }]);
    let done = fake.run(&["seller", "show", SELLER]).await;
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("ENABLED") && done.out.contains("CA, DE"), "{}", done.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_its_resource_is_no_answer() {
    let fake = Fake::default().answers(SHOW, [GetEnrollmentResponse { enrollment: None }]);
    assert_eq!(fake.run(&["seller", "show", SELLER]).await.code, 4);
}

fn checked(eligible: bool) -> EligibilityResult {
    let reason = EligibilityReason { code: "MEDIA_BOOK_CA".to_owned(), ..Default::default() };
    EligibilityResult {
        eligible,
        reasons: if eligible { Vec::new() } else { vec![reason] },
        asin: "B000000001".to_owned(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_fails_when_one_line_may_not_go() {
    let results = vec![checked(true), checked(false)];
    let answer = CheckEligibilityResponse { results, ..Default::default() };
    let fake = Fake::default().answers(CHECK, [answer]);
    let lines = [format!("{SELLER},a,b,DE"), format!("{SELLER},book,CA")];
    let done = fake.run(&["check", &lines[0], &lines[1]]).await;
    assert_eq!(done.code, 1, "{}", done.err);
    assert!(done.out.contains("MEDIA_BOOK_CA"), "{}", done.out);
    assert!(done.err.contains("1 of 2 lines"), "{}", done.err);
    let asked: Vec<CheckEligibilityRequest> = fake.asked(CHECK);
    assert_eq!(asked[0].lines[0].sku, "a,b", "a SKU may hold commas");
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_shows_the_services_that_answer_beside_the_one_that_does_not() {
    let answer = GetProgressResponse { service: "any".to_owned(), outbox_depth: 7, ..Default::default() };
    let fake = Fake::default().answers(PROGRESS, [answer]);
    let closed = closed_port();
    let done = fake.run(&["progress", "--output", "json", "--endpoint-returns", &closed]).await;
    assert_eq!(done.code, 4, "{}", done.err);
    let services = done.json()["services"].clone();
    assert_eq!(services.as_array().unwrap().len(), 5);
    assert_eq!(services[0]["service"], "enrollment");
    assert_eq!(services[0]["outbox_depth"], 7);
    assert!(services[4]["error"].as_str().unwrap().starts_with("UNAVAILABLE"), "{services}");
    assert_eq!(done.error()["error"]["reason"], "UNAVAILABLE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_token_is_the_services_refusal() {
    let refusal = Error::new(ErrorReason::Unauthenticated, "there is no authorization header");
    let done = Fake::default().refuses(SHOW, refusal).run(&["seller", "show", SELLER]).await;
    assert_eq!(done.code, 3);
    assert!(done.err.contains("docs/errors/UNAUTHENTICATED.md"), "{}", done.err);
}
