//! The JSON of answers: what programs may rely on.

use serde_json::{Value, json};
use wire::common::v1::Money;
use wire::customs::v1::{GetQuoteResponse, Quote, QuotedLine};
use wire::eligibility::v1::{
    CheckOutcome, CheckStep, CheckSubject, CountryReason, EligibilityReason, ExplainEligibilityResponse,
    Explanation, GetVerdictResponse, ListItemsResponse, Verdict, VerdictState,
};
use wire::ops::v1::{DeadLetter, GetDeadLetterResponse};
use wire::returns::v1::{Disposition, Fault, GetReturnResponse, Return, ReturnState, ReturnUnit};

use crate::fake::Fake;

const UUID: &str = "0190a5b0-0000-7000-8000-000000000001";

fn at(time: &str) -> Option<prost_types::Timestamp> {
    Some(wire::convert::timestamp(time.parse().unwrap()))
}

fn usd(minor_units: i64) -> Option<Money> {
    Some(Money { currency_code: "USD".to_owned(), minor_units })
}

async fn json(fake: Fake, args: &[&str]) -> Value {
    let done = fake.run(&[args, &["--output", "json"]].concat()).await;
    assert_eq!(done.code, 0, "{}", done.err);
    done.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_has_money_times_and_rates_as_in_the_contract() {
    let line = QuotedLine {
        line_no: 1,
        hs_code: "950300".to_owned(),
        hs_code_estimated: true,
        duty_rate_percent: "4.7".to_owned(),
        duty_rate_basis: "HS6".to_owned(),
        duty: usd(47),
        tax: None,
    };
    let quote = Quote {
        quote_id: UUID.to_owned(),
        destination_country_code: "DE".to_owned(),
        lines: vec![line],
        deposit: usd(1_047),
        explanation: vec!["duty 4.7 %".to_owned()],
        expires_time: at("2026-10-08T12:00:00Z"),
        ..Default::default()
    };
    let fake = Fake::default()
        .answers("customs.v1.CustomsService/GetQuote", [GetQuoteResponse { quote: Some(quote) }]);
    let expected = json!({
        "quote_id": UUID,
        "seller_id": "",
        "destination_country_code": "DE",
        "goods": null,
        "shipping_price": null,
        "duty": null,
        "tax": null,
        "fees": null,
        "deposit": {"currency_code": "USD", "minor_units": 1_047},
        "quoted_time": null,
        "expires_time": "2026-10-08T12:00:00Z",
        "rule_set_version": "",
        "lines": [{
            "line_no": 1,
            "hs_code": "950300",
            "hs_code_estimated": true,
            "duty_rate_percent": "4.7",
            "duty_rate_basis": "HS6",
            "duty": {"currency_code": "USD", "minor_units": 47},
            "tax": null,
        }],
        "explanation": ["duty 4.7 %"],
    });
    assert_eq!(json(fake, &["quote", "show", UUID]).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_names_its_reasons_by_country() {
    let reason = EligibilityReason { code: "MEDIA_BOOK_CA".to_owned(), ..Default::default() };
    let verdict = Verdict {
        asin: "B000000001".to_owned(),
        state: VerdictState::NeedsReview.into(),
        country_reasons: vec![CountryReason { country_codes: vec!["CA".to_owned()], reason: Some(reason) }],
        ..Default::default()
    };
    let answer = GetVerdictResponse { verdict: Some(verdict) };
    let fake = Fake::default().answers("eligibility.v1.EligibilityService/GetVerdict", [answer]);
    let json = json(fake, &["catalogue", "verdict", "B000000001"]).await;
    assert_eq!(json["state"], "NEEDS_REVIEW");
    assert_eq!(json["country_reasons"][0]["country_codes"], json!(["CA"]));
    assert_eq!(json["country_reasons"][0]["reason"]["code"], "MEDIA_BOOK_CA");
    assert_eq!(json["evaluated_time"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_tells_its_steps() {
    let step = CheckStep {
        subject: CheckSubject::Destination.into(),
        outcome: CheckOutcome::Refused.into(),
        known: "CU: under embargo".to_owned(),
        reasons: vec![EligibilityReason { code: "EMBARGO_CU".to_owned(), ..Default::default() }],
    };
    let explanation = Explanation { steps: vec![step], ..Default::default() };
    let answer = ExplainEligibilityResponse { explanation: Some(explanation) };
    let fake = Fake::default().answers("eligibility.v1.EligibilityService/ExplainEligibility", [answer]);
    let json = json(fake, &["explain", "A1EXAMPLESELLER,B000000001,CU", "--by-asin"]).await;
    assert_eq!(json["eligible"], false);
    assert_eq!(
        (&json["steps"][0]["subject"], &json["steps"][0]["outcome"]),
        (&"DESTINATION".into(), &"REFUSED".into())
    );
    assert_eq!(json["steps"][0]["reasons"][0]["code"], "EMBARGO_CU");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enum_value_of_a_newer_service_is_shown_as_its_number_and_an_unset_one_as_nothing() {
    let unit = ReturnUnit { disposition: 99, fault: Fault::Unspecified.into(), ..Default::default() };
    let judged = ReturnUnit { disposition: Disposition::CarrierDamaged.into(), ..Default::default() };
    let back = Return { state: ReturnState::Closed.into(), units: vec![unit, judged], ..Default::default() };
    let answer = GetReturnResponse { r#return: Some(back) };
    let fake = Fake::default().answers("returns.v1.ReturnsService/GetReturn", [answer]);
    let json = json(fake, &["return", "show", UUID]).await;
    assert_eq!(json["state"], "CLOSED");
    assert_eq!((&json["units"][0]["disposition"], &json["units"][0]["fault"]), (&"99".into(), &"".into()));
    assert_eq!(json["units"][1]["disposition"], "CARRIER_DAMAGED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_named_as_in_the_contract() {
    let fake = Fake::default()
        .answers("eligibility.v1.EligibilityService/ListItems", [ListItemsResponse::default()]);
    let json = json(fake, &["catalogue", "list", "A1EXAMPLESELLER"]).await;
    assert_eq!(json, json!({"items": [], "truncated": false}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_comes_with_its_record() {
    let answer = GetDeadLetterResponse {
        dead_letter: Some(DeadLetter { dead_letter_id: UUID.to_owned(), attempts: 3, ..Default::default() }),
        payload: vec![1, 2, 3],
        payload_text: "order_id: \"1\"".to_owned(),
        headers: [("ce_type".to_owned(), "OrderPlaced".to_owned())].into(),
    };
    let fake = Fake::default().answers("ops.v1.DeadLetterService/GetDeadLetter", [answer]);
    let json = json(fake, &["dead-letters", "show", "--service", "fulfillment", UUID]).await;
    assert_eq!(json["dead_letter"]["attempts"], 3);
    assert_eq!(json["payload_bytes"], 3);
    assert_eq!(json["headers"]["ce_type"], "OrderPlaced");
}
