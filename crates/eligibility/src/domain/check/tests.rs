#![allow(clippy::unwrap_used)]
use std::sync::LazyLock;

use jiff::civil::date;
use kernel::CountrySet;

use super::super::data::Tables;
use super::super::rules::{Effect, RuleBook};
use super::*;

static TODAY: LazyLock<RuleSet> =
    LazyLock::new(|| RuleBook::read(&Tables::shipped()).unwrap().at(date(2026, 10, 1)));

/// A line that nothing speaks against.
fn line(country: &str) -> LineFacts<'static> {
    LineFacts {
        country: Country::parse(country).unwrap(),
        purpose: Purpose::Export,
        seller: Some(SellerFacts { enabled: true, excludes_country: false }),
        product: Some(ProductFacts {
            group: Group::Other,
            exclusion: None,
            verdict: Some(VerdictFacts { permits: true, findings: Vec::new() }),
        }),
    }
}

fn codes(line: &LineFacts<'_>) -> Vec<String> {
    reasons(&TODAY, line).into_iter().map(|reason| reason.code()).collect()
}

fn excluded(exclusion: Exclusion) -> LineFacts<'static> {
    let product = ProductFacts { exclusion: Some(exclusion), ..line("DE").product.unwrap() };
    LineFacts { product: Some(product), ..line("DE") }
}

#[test]
fn a_line_that_nothing_speaks_against_is_eligible() {
    assert_eq!(codes(&line("DE")), Vec::<String>::new());
}

#[test]
fn an_unknown_sku_is_never_eligible() {
    assert_eq!(codes(&LineFacts { product: None, ..line("DE") }), ["SKU_UNKNOWN"]);
}

#[test]
fn a_seller_that_does_not_take_part_or_is_unknown_is_refused() {
    let seller = Some(SellerFacts { enabled: false, excludes_country: false });
    assert_eq!(codes(&LineFacts { seller, ..line("DE") }), ["PROGRAM_DISABLED"]);
    assert_eq!(codes(&LineFacts { seller: None, ..line("DE") }), ["PROGRAM_DISABLED"]);
}

#[test]
fn exclusions_of_the_seller_are_told_apart() {
    let seller = Some(SellerFacts { enabled: true, excludes_country: true });
    assert_eq!(codes(&LineFacts { seller, ..line("DE") }), ["SELLER_EXCLUDED_COUNTRY"]);
    assert_eq!(codes(&excluded(Exclusion::Everywhere)), ["SELLER_EXCLUDED_PRODUCT"]);
    assert_eq!(codes(&excluded(Exclusion::ThisCountry)), ["SELLER_EXCLUDED_PRODUCT_COUNTRY"]);
    assert_eq!(codes(&excluded(Exclusion::OtherCountries)), Vec::<String>::new());
}

#[test]
fn embargoes_and_unserved_destinations_count_as_of_now() {
    assert_eq!(codes(&line("CU")), ["EMBARGO_CU"]);
    assert_eq!(codes(&line("RU")), ["EMBARGO_RU"]);
    assert_eq!(codes(&line("PR")), ["DESTINATION_NOT_SERVED_PR"]);
    assert_eq!(codes(&line("US")), ["DESTINATION_NOT_SERVED_US"]);
}

#[test]
fn a_multi_channel_order_takes_media_of_the_programme_alone() {
    let of = |group| {
        let product = ProductFacts { group, ..line("DE").product.unwrap() };
        codes(&LineFacts { purpose: Purpose::Mcf, product: Some(product), ..line("DE") })
    };
    assert_eq!(of(Group::Book), Vec::<String>::new());
    assert_eq!(of(Group::Dvd), Vec::<String>::new());
    assert_eq!(of(Group::Music), ["MCF_MEDIA_ONLY"]);
    assert_eq!(of(Group::Other), ["MCF_MEDIA_ONLY"]);
}

#[test]
fn what_may_not_be_exported_is_no_multi_channel_order_either() {
    let verdict = VerdictFacts { permits: false, findings: Vec::new() };
    let product = Some(ProductFacts { group: Group::Book, exclusion: None, verdict: Some(verdict) });
    let line = LineFacts { purpose: Purpose::Mcf, product, ..line("DE") };
    assert_eq!(codes(&line), ["EXP_PENDING_REVIEW"]);
}

#[test]
fn a_product_without_a_verdict_waits_for_the_cycle() {
    let product = ProductFacts { group: Group::Other, exclusion: None, verdict: None };
    assert_eq!(codes(&LineFacts { product: Some(product), ..line("DE") }), ["EXP_PENDING_REVIEW"]);
}

#[test]
fn a_verdict_is_explained_by_the_rules_it_was_made_by() {
    let rule = |id: &str, effect, scope: &str| Rule {
        id: id.to_owned(),
        code: "OLD_CODE".to_owned(),
        per_country: true,
        effect,
        scope: CountrySet::parse(scope).unwrap(),
        source: "old".to_owned(),
        remedy: String::new(),
    };
    let rules =
        [rule("1", Effect::Block, "DE|FR"), rule("2", Effect::Block, "FR"), rule("3", Effect::Warn, "DE")];
    let findings = rules.iter().map(|rule| Finding { rule, evidence: "seen" }).collect();
    let verdict = VerdictFacts { permits: false, findings };
    let product = ProductFacts { group: Group::Other, exclusion: None, verdict: Some(verdict) };
    let line = LineFacts { product: Some(product), ..line("DE") };
    let [reason] = reasons(&TODAY, &line).try_into().unwrap();
    assert_eq!((reason.code().as_str(), reason.rule), ("OLD_CODE_DE", &rules[0]));
    assert_eq!(reason.evidence, "seen");
}

#[test]
fn a_country_that_opened_after_the_evaluation_waits_for_the_cycle() {
    let verdict = VerdictFacts { permits: false, findings: Vec::new() };
    let product = Some(ProductFacts { group: Group::Other, exclusion: None, verdict: Some(verdict) });
    assert_eq!(codes(&LineFacts { product: product.clone(), ..line("DE") }), ["EXP_PENDING_REVIEW"]);
    assert_eq!(codes(&LineFacts { product, ..line("CU") }), ["EMBARGO_CU"]);
}

#[test]
fn all_reasons_are_given_at_once() {
    let seller = Some(SellerFacts { enabled: false, excludes_country: true });
    let all = LineFacts { seller, product: None, ..line("IR") };
    assert_eq!(codes(&all), ["PROGRAM_DISABLED", "SELLER_EXCLUDED_COUNTRY", "EMBARGO_IR", "SKU_UNKNOWN"]);
}
