//! Checking order lines.

use chassis::{Role, reason_of};
use wire::ErrorReason;
use wire::catalog::events::v1::{ItemListed, ProductGroup};
use wire::common::v1::Language;
use wire::eligibility::v1::*;
use wire::enrollment::events::v1::*;

use crate::support::{Client, SELLER, World, asin, item, line};

/// A world whose seller takes part with a shirt (1), a book (2) and a bottle of whisky (3), all evaluated.
async fn evaluated() -> World {
    let world = World::start().await;
    world.enrolled().await;
    let book = ItemListed { product_group: ProductGroup::Book.into(), ..item(2) };
    let whisky = ItemListed { title: "Single malt whisky 0.7 l".to_owned(), ..item(3) };
    world.listed(&[item(1), book, whisky]).await;
    world.cycle().await;
    world
}

fn france_excluded(settings_version: i64) -> CountryExclusionsReplaced {
    CountryExclusionsReplaced {
        seller_id: SELLER.to_owned(),
        country_codes: vec!["FR".to_owned()],
        settings_version,
        ..Default::default()
    }
}

#[tokio::test]
async fn lines_are_answered_in_order_with_all_their_reasons() {
    let world = evaluated().await;
    let lines = [
        ("SKU-1", "DE"),
        ("SKU-2", "CA"),
        ("SKU-2", "MX"),
        ("SKU-3", "JP"),
        ("SKU-9", "DE"),
        ("SKU-1", "CU"),
    ];
    let results = world.check(&lines).await;
    let codes: Vec<Vec<&str>> =
        results.iter().map(|result| result.reasons.iter().map(|r| r.code.as_str()).collect()).collect();
    assert_eq!(
        codes,
        [
            vec![],
            vec!["MEDIA_BOOK_CA"],
            vec![],
            vec!["IMP_RESTRICTED_ALCOHOL_JP"],
            vec!["SKU_UNKNOWN"],
            vec!["EMBARGO_CU"]
        ]
    );
    assert_eq!((results[0].asin.clone(), results[4].asin.as_str()), (asin(1), ""));
    let whisky = &results[3].reasons[0];
    assert_eq!(whisky.rule_id, "FAMILY-ALCOHOL");
    assert!(whisky.evidence.contains("whisky"), "{}", whisky.evidence);
    assert!(!whisky.source.is_empty() && !whisky.remedy.is_empty());
}

#[tokio::test]
async fn enrolment_and_exclusions_count_as_of_now() {
    let world = evaluated().await;
    world.settings(SELLER, france_excluded(2)).await;
    let product = |settings_version, country_codes: &[&str]| ProductExcluded {
        seller_id: SELLER.to_owned(),
        asin: asin(1),
        country_codes: country_codes.iter().map(|code| (*code).to_owned()).collect(),
        settings_version,
    };
    world.settings(SELLER, product(3, &["JP"])).await;
    world.settings_known(SELLER, 3).await;
    world.answers("SKU-1", "FR", &["SELLER_EXCLUDED_COUNTRY"]).await;
    world.answers("SKU-1", "JP", &["SELLER_EXCLUDED_PRODUCT_COUNTRY"]).await;
    world.answers("SKU-1", "DE", &[]).await;
    world.settings(SELLER, product(4, &[])).await;
    world.settings_known(SELLER, 4).await;
    world.answers("SKU-1", "DE", &["SELLER_EXCLUDED_PRODUCT"]).await;
    world.answers("SKU-2", "DE", &[]).await;
    let included = ProductIncluded { seller_id: SELLER.to_owned(), asin: asin(1), settings_version: 5 };
    world.settings(SELLER, included).await;
    let disabled = ExportDisabled { seller_id: SELLER.to_owned(), settings_version: 6, ..Default::default() };
    world.settings(SELLER, disabled).await;
    world.settings_known(SELLER, 6).await;
    world.answers("SKU-1", "DE", &["PROGRAM_DISABLED"]).await;
    let enabled = ExportEnabled { seller_id: SELLER.to_owned(), authority: None, settings_version: 7 };
    world.settings(SELLER, enabled).await;
    world.settings_known(SELLER, 7).await;
    world.answers("SKU-1", "DE", &[]).await;
}

#[tokio::test]
async fn a_seller_that_enrollment_never_told_of_does_not_take_part() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    assert_eq!(world.codes("SKU-1", "DE").await, ["PROGRAM_DISABLED"]);
}

#[tokio::test]
async fn a_delisted_offer_is_unknown() {
    let world = evaluated().await;
    world.delist(&item(1), 2).await;
    world.item_known(&item(1), 2).await;
    assert_eq!(world.codes("SKU-1", "DE").await, ["SKU_UNKNOWN"]);
}

#[tokio::test]
async fn a_call_has_1_to_2000_lines_that_parse() {
    let world = evaluated().await;
    let mut client = world.operator();
    let many = |count: usize| CheckEligibilityRequest {
        lines: vec![line(SELLER, "SKU-1", "DE"); count],
        ..Default::default()
    };
    let full = client.check_eligibility(many(2_000)).await.unwrap().into_inner();
    assert_eq!(full.results.len(), 2_000);
    assert!(full.results.iter().all(|result| result.eligible) && full.rule_set_version.starts_with("1."));
    let refused = client.check_eligibility(many(2_001)).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::LimitExceeded));
    let refused = client.check_eligibility(many(0)).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidArgument));
    let wrong = CheckEligibilityRequest {
        lines: vec![line(SELLER, "SKU-1", "DE"), line(SELLER, "SKU-1", "UK")],
        ..Default::default()
    };
    let refused = client.check_eligibility(wrong).await.unwrap_err();
    assert!(refused.message().starts_with("lines[1].country_code"), "{refused:?}");
}

#[tokio::test]
async fn only_some_roles_check_and_start_cycles() {
    let world = World::start().await;
    let request = CheckEligibilityRequest { lines: vec![line(SELLER, "SKU-1", "DE")], ..Default::default() };
    let mut seller = world.seller(SELLER);
    let refused = seller.check_eligibility(request.clone()).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::RoleNotAllowed));
    let mut service = Client::new(world.service.caller(Role::Service));
    service.check_eligibility(request).await.unwrap();
    let start = StartCycleRequest { request_id: "1".to_owned(), month: String::new() };
    let refused = service.start_cycle(start).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::RoleNotAllowed));
}

#[tokio::test]
async fn who_changed_settings_is_not_answered_with_older_ones() {
    let world = evaluated().await;
    let mut client = world.operator();
    let known = CheckEligibilityRequest {
        lines: vec![EligibilityLine { min_settings_version: 1, ..line(SELLER, "SKU-1", "FR") }],
        ..Default::default()
    };
    assert!(client.check_eligibility(known).await.unwrap().into_inner().results[0].eligible);
    let newer = CheckEligibilityRequest {
        lines: vec![
            line(SELLER, "SKU-1", "DE"),
            EligibilityLine { min_settings_version: 2, ..line(SELLER, "SKU-1", "FR") },
        ],
        ..Default::default()
    };
    let behind = client.check_eligibility(newer.clone()).await.unwrap_err();
    assert_eq!(reason_of(&behind), Some(ErrorReason::Unavailable));
    assert!(behind.message().contains("settings_version 1, not yet at 2"), "{behind:?}");
    world.settings(SELLER, france_excluded(2)).await;
    let answered =
        testbed::until("the settings arrive", async || client.check_eligibility(newer.clone()).await);
    let results = answered.await.into_inner().results;
    assert!(results[0].eligible && results[1].reasons[0].code == "SELLER_EXCLUDED_COUNTRY");
}

#[tokio::test]
async fn rules_told_apart_make_the_same_answer() {
    let world = evaluated().await;
    let mut client = world.operator();
    let lines = ["SKU-1", "SKU-2", "SKU-3", "SKU-9"].map(|sku| line(SELLER, sku, "JP")).to_vec();
    let whole = CheckEligibilityRequest { lines, ..Default::default() };
    let apart = CheckEligibilityRequest { rules_apart: true, ..whole.clone() };
    let whole = client.check_eligibility(whole).await.unwrap().into_inner();
    let mut apart = client.check_eligibility(apart).await.unwrap().into_inner();
    assert!(whole.rules.is_empty() && !apart.rules.is_empty());
    for reason in apart.results.iter_mut().flat_map(|result| &mut result.reasons) {
        assert!(reason.source.is_empty() && reason.remedy.is_empty() && reason.text.is_empty());
        let rule = apart.rules.iter().find(|rule| rule.rule_id == reason.rule_id).unwrap().clone();
        (reason.source, reason.remedy, reason.text) = (rule.source, rule.remedy, rule.text);
    }
    assert_eq!(apart.results, whole.results);
}

#[tokio::test]
async fn reasons_and_remedies_are_told_in_the_language_that_is_asked_for() {
    let world = evaluated().await;
    let mut client = world.operator();
    let language = Language::SimplifiedChinese.into();
    let lines = vec![line(SELLER, "SKU-3", "JP"), line(SELLER, "SKU-9", "JP")];
    let request = CheckEligibilityRequest { lines, language, ..Default::default() };
    let results = client.check_eligibility(request).await.unwrap().into_inner().results;
    let [whisky, unknown] = [&results[0].reasons[0], &results[1].reasons[0]];
    assert_eq!(
        (whisky.code.as_str(), whisky.text.as_str()),
        ("IMP_RESTRICTED_ALCOHOL_JP", "目的地不允许进口酒类，或需要许可证")
    );
    assert_eq!(whisky.remedy, "如果商品并非此类，请更正标题、要点、类目或 HS 编码");
    assert_eq!(unknown.text, "卖家没有此商品");

    let verdict = client
        .get_verdict(GetVerdictRequest { asin: asin(3), language, at: None })
        .await
        .unwrap()
        .into_inner();
    let reason = verdict.verdict.unwrap().country_reasons.remove(0).reason.unwrap_or_default();
    assert!(!reason.text.is_ascii() && !reason.remedy.is_ascii(), "{reason:?}");
    let english = world.verdict(&asin(3)).await;
    let told =
        english.reasons.iter().chain(english.country_reasons.iter().filter_map(|of| of.reason.as_ref()));
    assert!(
        told.clone().count() > 0
            && told.clone().all(|reason| reason.text.is_ascii() && !reason.text.is_empty())
    );
}

#[tokio::test]
async fn what_a_replica_remembers_of_an_offer_goes_when_it_changes() {
    let world = evaluated().await;
    let replica = world.replica().await;
    let mut clients = [world.operator(), Client::new(replica.caller(Role::Operator))];
    let mut all_answer = async |sku: &str, codes: &[&str]| {
        for client in &mut clients {
            testbed::until("the replica answers so", async || {
                let lines = vec![line(SELLER, sku, "DE")];
                let request = CheckEligibilityRequest { lines, ..Default::default() };
                let results = client.check_eligibility(request).await.unwrap().into_inner().results;
                let answered: Vec<String> = results[0].reasons.iter().map(|r| r.code.clone()).collect();
                if answered == codes { Ok(()) } else { Err(answered) }
            })
            .await;
        }
    };
    for sku in ["SKU-1", "SKU-2"] {
        all_answer(sku, &[]).await;
    }
    let excluded = ProductExcluded {
        seller_id: SELLER.to_owned(),
        asin: asin(1),
        country_codes: Vec::new(),
        settings_version: 2,
    };
    world.settings(SELLER, excluded).await;
    all_answer("SKU-1", &["SELLER_EXCLUDED_PRODUCT"]).await;
    // What got stricter between two cycles.
    let whisky = ItemListed { item_version: 2, title: "Single malt whisky".to_owned(), ..item(2) };
    world.list(&[whisky]).await;
    all_answer("SKU-2", &["IMP_RESTRICTED_ALCOHOL_DE"]).await;
    // A version before this one knows of no memory; it is the tables that say what changed.
    let disabled = "UPDATE sellers SET enabled = false, settings_version = 3";
    sqlx::query(disabled).execute(&world.pool).await.unwrap();
    all_answer("SKU-2", &["PROGRAM_DISABLED", "IMP_RESTRICTED_ALCOHOL_DE"]).await;
    let enabled = "UPDATE sellers SET enabled = true, settings_version = 4; DELETE FROM product_exclusions";
    sqlx::raw_sql(enabled).execute(&world.pool).await.unwrap();
    all_answer("SKU-1", &[]).await;
    world.delist(&item(1), 3).await;
    all_answer("SKU-1", &["SKU_UNKNOWN"]).await;
    // The next cycle, which changes over to verdicts of its own.
    world.list(&[ItemListed { item_version: 4, ..item(2) }]).await;
    world.item_known(&item(2), 4).await;
    world.time.move_to("2026-11-01T00:00:00Z");
    all_answer("SKU-2", &[]).await;
}

#[tokio::test]
async fn multi_channel_orders_take_media_alone() {
    let world = evaluated().await;
    let mut client = world.operator();
    let mut codes = async |sku: &str, country: &str| {
        let line = EligibilityLine { purpose: CheckPurpose::Mcf.into(), ..line(SELLER, sku, country) };
        let request = CheckEligibilityRequest { lines: vec![line], ..Default::default() };
        let results = client.check_eligibility(request).await.unwrap().into_inner().results;
        results[0].reasons.iter().map(|reason| reason.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(codes("SKU-1", "DE").await, ["MCF_MEDIA_ONLY"]);
    assert_eq!(codes("SKU-2", "MX").await, Vec::<String>::new());
    assert_eq!(codes("SKU-2", "CA").await, ["MEDIA_BOOK_CA"]);
}
