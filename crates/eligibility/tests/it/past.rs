//! What was answered at a time that has passed, and everything that was looked at.

use chassis::reason_of;
use testbed::soon;
use wire::ErrorReason;
use wire::catalog::events::v1::ItemListed;
use wire::convert::timestamp;
use wire::eligibility::v1::*;
use wire::enrollment::events::v1::{CountryExclusionsReplaced, ProductExcluded, ProductIncluded};

use crate::classification::calls::{classifier, confirm, request};
use crate::support::{SELLER, World, asin, item, line, oversize};

/// A seller and its product, evaluated on the 5th; on the 6th France is excluded, on the 7th the product is measured and too large, on the
/// 8th it is taken off.
async fn changing() -> World {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    world.past_known().await;
    world.time.move_to("2026-10-06T08:00:00Z");
    world.settings(SELLER, excluded("FR", 2)).await;
    world.settings_known(SELLER, 2).await;
    world.time.move_to("2026-10-07T08:00:00Z");
    world.listed(&[oversize(1, 2)]).await;
    world.answers("SKU-1", "DE", &["EXP_OVERSIZE"]).await;
    world.time.move_to("2026-10-08T08:00:00Z");
    world.delist(&item(1), 3).await;
    world.item_known(&item(1), 3).await;
    world.time.move_to("2026-10-09T08:00:00Z");
    world
}

impl World {
    /// Waits until what held is written down.
    pub(crate) async fn past_known(&self) {
        soon("what held is known", async || self.count("SELECT count(*) FROM past_kept").await == 1).await;
    }
}

fn excluded(country: &str, settings_version: i64) -> CountryExclusionsReplaced {
    CountryExclusionsReplaced {
        seller_id: SELLER.to_owned(),
        country_codes: vec![country.to_owned()],
        settings_version,
        ..Default::default()
    }
}

fn by_asin(n: usize, country: &str) -> EligibilityLine {
    EligibilityLine { sku: String::new(), asin: asin(n), ..line(SELLER, "", country) }
}

fn at(time: &str) -> Option<prost_types::Timestamp> {
    Some(timestamp(time.parse().unwrap()))
}

/// Reason codes of a line, now or then.
async fn codes(world: &World, line: EligibilityLine, time: Option<&str>) -> Vec<String> {
    let at = time.and_then(at);
    let request = CheckEligibilityRequest { lines: vec![line], at, ..Default::default() };
    let answer = world.operator().check_eligibility(request).await.unwrap().into_inner();
    let [result] = <[EligibilityResult; 1]>::try_from(answer.results).unwrap();
    assert_eq!(result.eligible, result.reasons.is_empty());
    result.reasons.into_iter().map(|reason| reason.code).collect()
}

#[tokio::test]
async fn a_line_is_answered_as_it_was_then() {
    let world = changing().await;
    for (time, country, expected) in [
        ("2026-10-05T08:00:00Z", "FR", vec![]),
        ("2026-10-06T07:59:59Z", "FR", vec![]),
        ("2026-10-06T08:00:00Z", "FR", vec!["SELLER_EXCLUDED_COUNTRY"]),
        ("2026-10-06T12:00:00Z", "DE", vec![]),
        ("2026-10-07T12:00:00Z", "DE", vec!["EXP_OVERSIZE"]),
        ("2026-10-08T12:00:00Z", "DE", vec!["SKU_UNKNOWN"]),
    ] {
        let by_sku = codes(&world, line(SELLER, "SKU-1", country), Some(time)).await;
        assert_eq!(by_sku, expected, "{time} {country}");
        let by_asin = codes(&world, by_asin(1, country), Some(time)).await;
        assert_eq!(by_asin, expected, "{time} {country}");
    }
}

#[tokio::test]
async fn an_offer_is_named_by_sku_or_by_asin() {
    let world = World::start().await;
    world.enrolled().await;
    // Another offer of the same product comes later in order.
    let other = ItemListed { sku: "SKU-2".to_owned(), fnsku: "X000000002".to_owned(), ..item(1) };
    world.listed(&[other, item(1)]).await;
    world.cycle().await;
    assert_eq!(codes(&world, by_asin(1, "DE"), None).await, Vec::<String>::new());
    assert_eq!(codes(&world, by_asin(1, "CU"), None).await, ["EMBARGO_CU"]);
    assert_eq!(codes(&world, by_asin(9, "DE"), None).await, ["SKU_UNKNOWN"]);
    let both = EligibilityLine { asin: asin(1), ..line(SELLER, "SKU-1", "DE") };
    let request = CheckEligibilityRequest { lines: vec![both], ..Default::default() };
    let refused = world.operator().check_eligibility(request).await.unwrap_err();
    assert!(refused.message().starts_with("lines[0].asin"), "{refused:?}");
    let request = CheckEligibilityRequest { lines: vec![by_asin(1, "DE")], ..Default::default() };
    let answer = world.operator().check_eligibility(request).await.unwrap().into_inner();
    assert_eq!(answer.results[0].sku, "SKU-1");
    let explained = explain(&world, by_asin(1, "DE"), None).await;
    assert_eq!(
        step(&explained, CheckSubject::Offer).known,
        "SKU SKU-1 lists B000000001, product group OTHER"
    );
}

#[tokio::test]
async fn verdicts_of_before_stay_known_in_place_and_by_generation() {
    let world = World::start().await;
    world.listed(&[item(1), oversize(2, 1)]).await;
    world.cycle().await;
    world.past_known().await;
    // New after the cycle, and of little count: the next cycle evaluates it in place.
    world.listed(&[item(3)]).await;
    world.time.move_to("2026-11-01T00:00:00Z");
    world.completed_events(2).await;
    world.listed(&[ItemListed { item_version: 2, ..item(2) }]).await;
    // As if these verdicts came from an older rule set: everything is evaluated, into fresh tables.
    sqlx::raw_sql("UPDATE rule_sets SET version = 'older'").execute(&world.pool).await.unwrap();
    world.time.move_to("2026-12-01T00:00:00Z");
    world.completed_events(3).await;
    world.time.move_to("2026-12-02T00:00:00Z");
    for (n, time, expected) in [
        (1, "2026-10-05T08:00:00Z", VerdictState::Exportable),
        (2, "2026-10-20T00:00:00Z", VerdictState::NotExportable),
        (2, "2026-11-30T00:00:00Z", VerdictState::NotExportable),
        (2, "2026-12-01T00:00:00Z", VerdictState::Exportable),
        (3, "2026-10-20T00:00:00Z", VerdictState::Pending),
        (3, "2026-11-01T00:00:00Z", VerdictState::Exportable),
        (3, "2026-12-01T12:00:00Z", VerdictState::Exportable),
    ] {
        let request = GetVerdictRequest { asin: asin(n), at: at(time), ..Default::default() };
        let verdict = world.operator().get_verdict(request).await.unwrap().into_inner().verdict.unwrap();
        assert_eq!(verdict.state(), expected, "{n} {time}");
        let reasons = verdict.reasons.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>();
        match expected {
            VerdictState::NotExportable => assert_eq!(reasons, ["EXP_OVERSIZE"]),
            VerdictState::Pending => assert_eq!(reasons, ["EXP_PENDING_REVIEW"]),
            _ => assert!(reasons.is_empty() && verdict.eligible_country_codes.len() >= 100),
        }
    }
}

#[tokio::test]
async fn only_times_are_answered_of_which_it_is_known_what_held() {
    let world = changing().await;
    let refused = async |time: &str| {
        let lines = vec![line(SELLER, "SKU-1", "DE")];
        let request = CheckEligibilityRequest { lines, at: at(time), ..Default::default() };
        world.operator().check_eligibility(request).await.unwrap_err().message().to_owned()
    };
    assert_eq!(
        refused("2026-10-09T08:00:02Z").await,
        "at: 2026-10-09T08:00:02Z lies in the future: it is 2026-10-09T08:00:00Z"
    );
    assert_eq!(
        refused("2026-10-01T00:00:00Z").await,
        "at: 2026-10-01T00:00:00Z lies before 2026-10-05T08:00:00Z, since when it is known what held"
    );
    let newer = EligibilityLine { min_settings_version: 2, ..line(SELLER, "SKU-1", "DE") };
    let at = at("2026-10-06T00:00:00Z");
    let request = CheckEligibilityRequest { lines: vec![newer], at, ..Default::default() };
    let refused_newer = world.operator().check_eligibility(request).await.unwrap_err();
    assert_eq!(reason_of(&refused_newer), Some(ErrorReason::InvalidArgument));
    let left = "SELECT (SELECT count(*) FROM past_sellers) + (SELECT count(*) FROM past_items)
                     + (SELECT count(*) FROM past_verdicts)";
    assert_eq!(world.count(left).await, 3);
    world.time.pass_days(100);
    soon("what is old is forgotten", async || world.count(left).await == 0).await;
    let message = refused("2026-10-09T07:00:00Z").await;
    assert!(message.contains("lies before 2026-10-17T08:00:00Z"), "{message}");
}

#[tokio::test]
async fn of_excluded_products_and_moved_offers_it_is_known_what_held() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1), item(2)]).await;
    world.cycle().await;
    world.past_known().await;
    let product = |countries: &[&str], settings_version| ProductExcluded {
        seller_id: SELLER.to_owned(),
        asin: asin(1),
        country_codes: countries.iter().map(|code| (*code).to_owned()).collect(),
        settings_version,
    };
    world.time.move_to("2026-10-06T08:00:00Z");
    world.settings(SELLER, product(&["FR"], 2)).await;
    world.settings_known(SELLER, 2).await;
    // Two changes in one moment: what held until then is what was before the first.
    world.time.move_to("2026-10-07T08:00:00Z");
    world.settings(SELLER, product(&["DE"], 3)).await;
    world.settings_known(SELLER, 3).await;
    world.settings(SELLER, product(&[], 4)).await;
    world.settings_known(SELLER, 4).await;
    world.time.move_to("2026-10-08T08:00:00Z");
    let included = ProductIncluded { seller_id: SELLER.to_owned(), asin: asin(1), settings_version: 5 };
    world.settings(SELLER, included).await;
    world.settings_known(SELLER, 5).await;
    // The offer is taken off, and listed again as another product.
    world.time.move_to("2026-10-09T08:00:00Z");
    world.delist(&item(1), 2).await;
    world.item_known(&item(1), 2).await;
    world.time.move_to("2026-10-10T08:00:00Z");
    world.listed(&[ItemListed { item_version: 3, asin: asin(2), ..item(1) }]).await;
    world.time.move_to("2026-10-11T08:00:00Z");
    for (time, country, expected) in [
        ("2026-10-06T07:00:00Z", "FR", vec![]),
        ("2026-10-06T08:00:00Z", "FR", vec!["SELLER_EXCLUDED_PRODUCT_COUNTRY"]),
        ("2026-10-06T12:00:00Z", "DE", vec![]),
        ("2026-10-07T12:00:00Z", "FR", vec!["SELLER_EXCLUDED_PRODUCT"]),
        ("2026-10-08T12:00:00Z", "FR", vec![]),
        ("2026-10-09T12:00:00Z", "FR", vec!["SKU_UNKNOWN"]),
        ("2026-10-10T12:00:00Z", "FR", vec![]),
    ] {
        assert_eq!(
            codes(&world, line(SELLER, "SKU-1", country), Some(time)).await,
            expected,
            "{time} {country}"
        );
    }
    assert_eq!(codes(&world, by_asin(1, "FR"), Some("2026-10-08T12:00:00Z")).await, Vec::<String>::new());
    assert_eq!(codes(&world, by_asin(1, "FR"), Some("2026-10-10T12:00:00Z")).await, ["SKU_UNKNOWN"]);
    let sku = async |time: &str| {
        let request =
            CheckEligibilityRequest { lines: vec![by_asin(2, "DE")], at: at(time), ..Default::default() };
        let answer = world.operator().check_eligibility(request).await.unwrap().into_inner();
        answer.results[0].sku.clone()
    };
    assert_eq!(sku("2026-10-09T12:00:00Z").await, "SKU-2");
    assert_eq!(sku("2026-10-10T12:00:00Z").await, "SKU-1");
}

#[tokio::test]
async fn who_has_waited_for_a_lock_makes_no_time_go_back() {
    let world = changing().await;
    // As if the change of the 6th had been made by a replica whose clock is days ahead.
    let ahead = "UPDATE past_sellers SET until = '2026-10-20T00:00:00Z';
                 UPDATE sellers SET since = '2026-10-20T00:00:00Z'";
    sqlx::raw_sql(ahead).execute(&world.pool).await.unwrap();
    world.settings(SELLER, excluded("DE", 3)).await;
    world.settings_known(SELLER, 3).await;
    // What held until then still does: before, the newer row ended earlier, began later, and hid it.
    let then = codes(&world, line(SELLER, "SKU-1", "FR"), Some("2026-10-06T12:00:00Z")).await;
    assert_eq!(then, Vec::<String>::new());
    let backwards = "SELECT count(*) FROM past_sellers WHERE until < since";
    assert_eq!(world.count(backwards).await, 0);
}

async fn explain(world: &World, line: EligibilityLine, time: Option<&str>) -> Explanation {
    let at = time.and_then(at);
    let request = ExplainEligibilityRequest { line: Some(line), at, ..Default::default() };
    world.seller(SELLER).explain_eligibility(request).await.unwrap().into_inner().explanation.unwrap()
}

fn step(explained: &Explanation, subject: CheckSubject) -> CheckStep {
    explained.steps.iter().find(|step| step.subject() == subject).unwrap().clone()
}

#[tokio::test]
async fn an_explanation_tells_every_step_of_now_and_of_then() {
    let world = changing().await;
    let then = explain(&world, line(SELLER, "SKU-1", "FR"), Some("2026-10-07T12:00:00Z")).await;
    let told: Vec<_> =
        then.steps.iter().map(|step| (step.subject(), step.outcome(), step.known.as_str())).collect();
    assert_eq!(
        told,
        [
            (CheckSubject::Participation, CheckOutcome::Passed, "settings version 2: takes part"),
            (CheckSubject::ExcludedCountries, CheckOutcome::Refused, "FR"),
            (CheckSubject::Destination, CheckOutcome::Passed, "FR: served"),
            (CheckSubject::Offer, CheckOutcome::Passed, "SKU SKU-1 lists B000000001, product group OTHER"),
            (CheckSubject::Purpose, CheckOutcome::Passed, "EXPORT: every product group"),
            (CheckSubject::ExcludedProducts, CheckOutcome::Passed, "not excluded"),
            (CheckSubject::Verdict, CheckOutcome::Refused, "does not permit FR; permits 0 destinations"),
        ]
    );
    let oversize = &step(&then, CheckSubject::Verdict).reasons[0];
    assert_eq!(oversize.code, "EXP_OVERSIZE");
    assert!(!oversize.remedy.is_empty() && oversize.evidence.contains("90"), "{oversize:?}");
    let verdict = then.verdict.unwrap();
    assert_eq!((verdict.state(), verdict.reasons.len()), (VerdictState::NotExportable, 1));
    assert_eq!((then.eligible, then.rule_set_version), (false, verdict.rule_set_version));
    assert_eq!(then.next_evaluation_time, at("2026-11-01T00:00:00Z"));

    // No verdict opens a country under embargo: why stands at the destination.
    let cuba = explain(&world, line(SELLER, "SKU-1", "CU"), Some("2026-10-06T12:00:00Z")).await;
    let [to, verdict] =
        [CheckSubject::Destination, CheckSubject::Verdict].map(|subject| step(&cuba, subject));
    assert_eq!((to.outcome(), to.reasons[0].code.as_str()), (CheckOutcome::Refused, "EMBARGO_CU"));
    assert_eq!((verdict.outcome(), verdict.reasons.len()), (CheckOutcome::Refused, 0));

    let now = explain(&world, line(SELLER, "SKU-1", "DE"), None).await;
    assert_eq!((now.at, &now.verdict), (at("2026-10-09T08:00:00Z"), &None));
    assert_eq!(step(&now, CheckSubject::Offer).outcome(), CheckOutcome::Refused);
    assert_eq!(step(&now, CheckSubject::Verdict).outcome(), CheckOutcome::NotLookedAt);

    let request = ExplainEligibilityRequest { line: Some(line(SELLER, "SKU-1", "DE")), ..Default::default() };
    let refused = world.seller("A1SELLER00002").explain_eligibility(request).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::SellerNotAllowed));
    let nowhere = EligibilityLine { country_code: "Cuba".to_owned(), ..line(SELLER, "SKU-1", "DE") };
    let request = ExplainEligibilityRequest { line: Some(nowhere), ..Default::default() };
    let refused = world.seller(SELLER).explain_eligibility(request).await.unwrap_err();
    assert!(refused.message().starts_with("line.country_code: "), "{refused:?}");
}

#[tokio::test]
async fn an_explanation_names_the_code_that_was_confirmed_then() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    world.past_known().await;
    for (request_id, time, hs_code) in
        [("c-1", "2026-10-10T08:00:00Z", "610910"), ("c-2", "2026-10-12T08:00:00Z", "610990")]
    {
        world.time.move_to(time);
        confirm(classifier(&world), request(request_id, hs_code)).await.unwrap();
    }
    for (time, expected) in [
        (Some("2026-10-09T08:00:00Z"), None),
        (Some("2026-10-10T08:00:00Z"), Some("610910")),
        (Some("2026-10-12T07:59:59Z"), Some("610910")),
        (None, Some("610990")),
    ] {
        let explained = explain(&world, line(SELLER, "SKU-1", "DE"), time).await;
        let known = explained.classification.map(|known| known.hs_code);
        assert_eq!(known.as_deref(), expected, "{time:?}");
    }
}
