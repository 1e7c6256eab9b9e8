//! HS codes: suggested, confirmed, looked up.

use chassis::Error;
use serde_json::json;
use wire::ErrorReason;
use wire::eligibility::v1::suggest_classification_request::Subject;
use wire::eligibility::v1::*;

use crate::fake::Fake;

const SUGGEST: &str = "eligibility.v1.EligibilityService/SuggestClassification";
const CONFIRM: &str = "eligibility.v1.EligibilityService/ConfirmClassification";
const GET: &str = "eligibility.v1.EligibilityService/GetClassification";
const HISTORY: &str = "eligibility.v1.EligibilityService/ListClassificationHistory";
const ASIN: &str = "B000000001";

fn classification(version: i64) -> Classification {
    Classification {
        asin: ASIN.to_owned(),
        version,
        hs_code: "610910".to_owned(),
        confirmed_as: ConfirmedAs::Classifier.into(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_are_asked_for_by_asin_or_by_text() {
    let suggestion = HsSuggestion { hs_code: "610910".to_owned(), confidence: 412, ..Default::default() };
    let fake =
        Fake::default().answers(SUGGEST, [SuggestClassificationResponse { suggestions: vec![suggestion] }]);
    let done = fake.run(&["classification", "suggest", ASIN, "--output", "json"]).await;
    assert_eq!(done.code, 0, "{}", done.err);
    let suggested = &done.json()["suggestions"][0];
    assert_eq!((&suggested["hs_code"], &suggested["confidence"]), (&json!("610910"), &json!(412)));
    fake.run(&["classification", "suggest", "--text", "cotton shirt"]).await;
    let asked: Vec<_> = fake
        .asked::<SuggestClassificationRequest>(SUGGEST)
        .into_iter()
        .map(|asked| asked.subject.unwrap())
        .collect();
    assert_eq!(asked, [Subject::Asin(ASIN.to_owned()), Subject::Text("cotton shirt".to_owned())]);
    for wrong in [&["classification", "suggest"][..], &["classification", "suggest", ASIN, "--text", "shirt"]]
    {
        assert_eq!(fake.run(wrong).await.code, 2, "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_carries_its_reason_and_the_version_that_was_read() {
    let answer =
        ConfirmClassificationResponse { classification: Some(classification(3)), already_applied: false };
    let fake = Fake::default().answers(CONFIRM, [answer]);
    let args = ["classification", "confirm", ASIN, "610910", "--reason", "label", "--output", "json"];
    let done = fake.run(&[&args[..], &["--expected-version", "2", "--request-id", "r-1"]].concat()).await;
    assert_eq!(done.code, 0, "{}", done.err);
    let json = done.json();
    assert_eq!((&json["request_id"], &json["already_applied"]), (&json!("r-1"), &json!(false)));
    assert_eq!(
        (&json["classification"]["version"], &json["classification"]["confirmed_as"]),
        (&json!(3), &json!("CLASSIFIER"))
    );
    fake.run(&args).await;
    let asked: Vec<ConfirmClassificationRequest> = fake.asked(CONFIRM);
    assert_eq!((asked[0].hs_code.as_str(), asked[0].reason.as_str()), ("610910", "label"));
    assert_eq!((asked[0].expected_version, asked[1].expected_version), (Some(2), None));
    assert_eq!(fake.run(&["classification", "confirm", ASIN, "6109.10", "--reason", "label"]).await.code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_has_moved_on_is_a_refusal() {
    let refused = Error::new(ErrorReason::VersionConflict, "the classification is at version 2");
    let fake = Fake::default().refuses(CONFIRM, refused);
    let args = ["classification", "confirm", ASIN, "610910", "--reason", "label", "--output", "json"];
    let done = fake.run(&args).await;
    assert_eq!((done.code, done.error()["error"]["reason"].as_str()), (3, Some("VERSION_CONFLICT")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_codes_of_an_asin_and_their_history_are_shown() {
    let declared_hs_codes = vec!["950300".to_owned()];
    let fake = Fake::default()
        .answers(GET, [GetClassificationResponse { classification: None, declared_hs_codes }])
        .answers(
            HISTORY,
            [ListClassificationHistoryResponse {
                classifications: vec![classification(2), classification(1)],
                next_page_token: String::new(),
            }],
        );
    let shown = fake.run(&["classification", "show", ASIN, "--output", "json"]).await.json();
    assert_eq!(shown, json!({"classification": null, "declared_hs_codes": ["950300"]}));
    let history = fake.run(&["classification", "history", ASIN, "--output", "json"]).await.json();
    assert_eq!(
        (&history["classifications"][1]["version"], &history["truncated"]),
        (&json!(1), &json!(false))
    );
}
