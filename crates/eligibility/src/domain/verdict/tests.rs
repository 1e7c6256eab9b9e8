#![allow(clippy::unwrap_used)]
use std::sync::LazyLock;

use jiff::civil::date;
use kernel::{Asin, Country, HsCode, Length};
use proptest::prelude::*;

use super::super::data::Tables;
use super::super::export_control::ExportControl;
use super::super::masks::Masks;
use super::super::offer::{BatteryPackaging, Group, Hazards};
use super::super::rules::{Effect, Rule, RuleBook};
use super::*;

static TODAY: LazyLock<RuleSet> =
    LazyLock::new(|| RuleBook::read(&Tables::shipped()).unwrap().at(date(2026, 10, 1)));

/// A product that nothing speaks against.
fn plain() -> Offer {
    Offer {
        asin: Asin::parse("B000000001").unwrap(),
        title: "Cotton T-shirt".to_owned(),
        bullet_points: vec!["Soft".to_owned()],
        description: String::new(),
        category: "Clothing".to_owned(),
        group: Group::Other,
        sides: Some(sides(10, 8, 1)),
        weight: Some(Weight::from_grams(200).unwrap()),
        hs_code: None,
        confirmed_code: None,
        content_chars: 4,
        declared_families: Vec::new(),
        hazards: Hazards::default(),
        export_control: ExportControl::default(),
    }
}

fn sides(a: i64, b: i64, c: i64) -> Dimensions {
    let inches = |n: i64| Length::from_micrometres(n * 25_400).unwrap();
    Dimensions::new(inches(a), inches(b), inches(c))
}

fn judge(offers: &[Offer]) -> Verdict {
    let mut product = Product::default();
    for offer in offers {
        TODAY.observe(&mut product, offer);
    }
    TODAY.judge(TODAY.show(&product))
}

fn judge_one(offer: Offer) -> Verdict {
    judge(&[offer])
}

fn codes(verdict: &Verdict) -> Vec<String> {
    verdict.ruling.codes.clone()
}

fn without(countries: &str) -> CountrySet {
    TODAY.destinations.open.minus(CountrySet::parse(countries).unwrap())
}

#[test]
fn an_ordinary_product_may_go_wherever_the_programme_delivers() {
    let verdict = judge_one(plain());
    assert_eq!((verdict.ruling.state, verdict.ruling.eligible), (State::Exportable, TODAY.destinations.open));
    assert_eq!((verdict.shown.size_tier.as_deref(), codes(&verdict)), (Some("LARGE_STANDARD"), vec![]));
}

#[test]
fn without_visible_content_a_product_is_not_exportable() {
    let verdict = judge_one(Offer { content_chars: 0, ..plain() });
    assert_eq!(
        (verdict.ruling.state, codes(&verdict)),
        (State::NotExportable, vec!["EXP_CONTENT_MISSING".to_owned()])
    );
}

#[test]
fn missing_dimensions_or_weight_need_review_and_are_never_permission() {
    for offer in [Offer { sides: None, ..plain() }, Offer { weight: None, ..plain() }] {
        let verdict = judge_one(offer);
        assert_eq!((verdict.ruling.state, verdict.shown.size_tier.clone()), (State::NeedsReview, None));
        assert_eq!(codes(&verdict), ["EXP_DIMENSIONS_MISSING"]);
        assert!(verdict.ruling.eligible.is_empty());
    }
}

#[test]
fn an_oversize_product_is_never_exportable() {
    let verdict = judge_one(Offer { sides: Some(sides(19, 8, 1)), ..plain() });
    assert_eq!(
        (verdict.ruling.state, codes(&verdict)),
        (State::NotExportable, vec!["EXP_OVERSIZE".to_owned()])
    );
    assert_eq!(verdict.shown.size_tier.as_deref(), Some("SMALL_BULKY"));
}

#[test]
fn book_to_canada_is_not_exportable() {
    let verdict = judge_one(Offer { group: Group::Book, ..plain() });
    assert_eq!((verdict.ruling.state, verdict.ruling.eligible), (State::Exportable, without("CA")));
    assert_eq!(codes(&verdict), ["MEDIA_BOOK"]);
}

#[test]
fn music_video_and_dvd_may_go_to_canada() {
    for group in [Group::Music, Group::Video, Group::Dvd] {
        assert_eq!(judge_one(Offer { group, ..plain() }).ruling.eligible, TODAY.destinations.open);
    }
}

#[test]
fn an_oversize_book_is_as_little_exportable_as_any_other_oversize_product() {
    let verdict = judge_one(Offer { group: Group::Book, sides: Some(sides(30, 20, 5)), ..plain() });
    assert_eq!(verdict.ruling.state, State::NotExportable);
}

#[test]
fn an_export_restricted_family_may_go_nowhere() {
    let verdict = judge_one(Offer { title: "Green laser pointer".to_owned(), ..plain() });
    assert_eq!(verdict.ruling.state, State::NotExportable);
    assert!(codes(&verdict).contains(&"EXP_RESTRICTED_LASER".to_owned()));
}

#[test]
fn an_import_restricted_family_is_restricted_in_every_country() {
    let verdict = judge_one(Offer { title: "Single malt whisky 0.7 l".to_owned(), ..plain() });
    assert_eq!(verdict.ruling.state, State::NotExportable);
    assert!(codes(&verdict).contains(&"IMP_RESTRICTED_ALCOHOL".to_owned()));
}

#[test]
fn a_possible_family_needs_review() {
    let verdict = judge_one(Offer { title: "Beer gift set".to_owned(), category: String::new(), ..plain() });
    assert_eq!((verdict.ruling.state, verdict.ruling.eligible), (State::NeedsReview, CountrySet::EMPTY));
}

#[test]
fn a_dangerous_good_stays_and_an_unclear_one_needs_review() {
    let hazard = |regulation: &str| {
        judge_one(Offer {
            hazards: Hazards { regulation: regulation.to_owned(), ..Hazards::default() },
            ..plain()
        })
    };
    assert_eq!(
        (hazard("ghs").ruling.state, codes(&hazard("ghs"))),
        (State::NotExportable, vec!["EXP_DANGEROUS_GOODS".to_owned()])
    );
    assert_eq!(
        (hazard("unknown").ruling.state, codes(&hazard("unknown"))),
        (State::NeedsReview, vec!["EXP_HAZMAT_REVIEW".to_owned()])
    );
}

#[test]
fn a_block_outweighs_a_review() {
    let hazards = Hazards { regulation: "unknown".to_owned(), ..Hazards::default() };
    let verdict = judge_one(Offer { hazards, sides: Some(sides(40, 8, 1)), ..plain() });
    assert_eq!(verdict.ruling.state, State::NotExportable);
}

#[test]
fn small_lithium_inside_may_go_and_post_only_rows_are_warnings() {
    let hazards = Hazards {
        packaging: BatteryPackaging::InEquipment,
        composition: "lithium_ion".to_owned(),
        energy_mwh: Some(10_000),
        ..Hazards::default()
    };
    let verdict = judge_one(Offer { hazards, ..plain() });
    assert_eq!((verdict.ruling.eligible, codes(&verdict)), (TODAY.destinations.open, vec![]));
    assert_eq!(verdict.ruling.warnings, ["POSTAL_LITHIUM_BATTERY_INSIDE"]);
}

#[test]
fn a_country_that_prohibits_an_item_is_closed_for_it_alone() {
    let verdict = judge_one(Offer { title: "Lawn darts, 4 pcs".to_owned(), ..plain() });
    assert_eq!((verdict.ruling.state, verdict.ruling.eligible), (State::Exportable, without("CA")));
    assert_eq!(codes(&verdict), ["IMP_RESTRICTED_LAWN_DART"]);
}

#[test]
fn a_possible_item_closes_its_country_until_somebody_looked() {
    let verdict = judge_one(Offer { title: "Chef's knife 20 cm".to_owned(), ..plain() });
    assert_eq!((verdict.ruling.state, verdict.ruling.eligible), (State::Exportable, without("DK|FO|GL")));
}

#[test]
fn an_unknown_declared_family_needs_review() {
    let verdict = judge_one(Offer { declared_families: vec!["SPACE_ROCKS".to_owned()], ..plain() });
    assert_eq!(
        (verdict.ruling.state, codes(&verdict)),
        (State::NeedsReview, vec!["EXP_FAMILY_UNKNOWN".to_owned()])
    );
}

#[test]
fn every_finding_has_its_evidence() {
    let offer = Offer {
        title: "Laser pointer".to_owned(),
        hs_code: Some(HsCode::parse("220830").unwrap()),
        sides: Some(sides(40, 8, 1)),
        ..plain()
    };
    let verdict = judge_one(offer);
    assert!(verdict.shown.evidence.len() >= 3);
    assert!(verdict.shown.evidence.values().all(|evidence| !evidence.is_empty()));
    assert!(verdict.shown.evidence.keys().copied().eq(verdict.shown.facts.iter()));
}

#[test]
fn what_one_offer_leaves_open_another_tells() {
    let bare = Offer { sides: None, weight: None, content_chars: 0, ..plain() };
    assert_eq!(judge(&[bare, plain()]).ruling.state, State::Exportable);
}

#[test]
fn where_offers_contradict_each_other_the_stricter_counts() {
    let large = Offer { sides: Some(sides(30, 4, 1)), ..plain() };
    assert_eq!(judge(&[plain(), large]).ruling.state, State::NotExportable);
    let hazard = Offer { hazards: Hazards { regulation: "ghs".to_owned(), ..Hazards::default() }, ..plain() };
    assert_eq!(judge(&[plain(), hazard]).ruling.state, State::NotExportable);
    let book = Offer { group: Group::Book, ..plain() };
    assert!(!judge(&[plain(), book]).ruling.eligible.contains(Country::constant("CA")));
}

fn any_offer() -> impl Strategy<Value = Offer> {
    let words = prop::sample::select(vec![
        "shirt",
        "laser pointer",
        "gun",
        "whisky",
        "beer",
        "knife",
        "playing cards",
        "lawn darts",
        "pork",
        "bluetooth",
        "antique",
        "toy gun",
        "perfume",
        "power bank",
        "bible",
        "anzac",
        "hoverboard",
        "green",
        "mug",
        "smartphone",
    ]);
    let title = prop::collection::vec(words, 0..4).prop_map(|words| words.join(", "));
    let group = prop::sample::select(vec![Group::Other, Group::Book, Group::Music, Group::Video, Group::Dvd]);
    let side = 1i64..40;
    let box_ = prop::option::of((side.clone(), side.clone(), side).prop_map(|(a, b, c)| sides(a, b, c)));
    let weight = prop::option::of((1i64..12_000).prop_map(|grams| Weight::from_grams(grams).unwrap()));
    let code = prop::option::of(
        prop::sample::select(vec![
            "220830", "930400", "490199", "851713", "610910", "711311", "821192", "950300",
        ])
        .prop_map(|code| HsCode::parse(code).unwrap()),
    );
    let regulation = prop::sample::select(vec!["", "not_applicable", "ghs", "unknown"]);
    let family = prop::option::of(prop::sample::select(vec!["WEAPON", "FOOD", "TOBACCO", "WHO_KNOWS"]));
    (title, group, box_, weight, code, regulation, family, 0i64..3).prop_map(
        |(title, group, sides, weight, hs_code, regulation, family, content_chars)| Offer {
            title,
            group,
            sides,
            weight,
            hs_code,
            content_chars,
            declared_families: family.into_iter().map(str::to_owned).collect(),
            hazards: Hazards { regulation: regulation.to_owned(), ..Hazards::default() },
            ..plain()
        },
    )
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let facts: Vec<Fact> = TODAY.with_facts().map(|(fact, _)| fact).collect();
    prop::collection::vec(prop::sample::select(facts), 0..6).prop_map(Facts::from_iter)
}

proptest! {
    #[test]
    fn no_verdict_permits_a_country_that_is_not_served(offers in prop::collection::vec(any_offer(), 1..4)) {
        let verdict = judge(&offers);
        prop_assert!(verdict.ruling.eligible.is_subset_of(TODAY.destinations.open));
        prop_assert!(verdict.ruling.eligible.intersect(TODAY.destinations.embargoed).is_empty());
    }

    #[test]
    fn one_more_fact_never_opens_a_country(facts in any_facts(), rule in 0usize..400) {
        let (more, _) = TODAY.with_facts().nth(rule % TODAY.rules.len()).unwrap();
        let (before, after) = (TODAY.masks.judge(facts), TODAY.masks.judge(facts.with(more)));
        prop_assert!(after.eligible.is_subset_of(before.eligible));
        prop_assert!(after.not_blocked.is_subset_of(before.not_blocked));
    }

    #[test]
    fn one_more_rule_never_opens_a_country(facts in any_facts(), left_out in 0usize..400) {
        let left_out = left_out % TODAY.rules.len();
        let fewer = TODAY.with_facts().enumerate().filter(|(at, _)| *at != left_out).map(|(_, rule)| rule);
        let fewer = Masks::compile(TODAY.destinations.open, fewer).judge(facts);
        let all = TODAY.masks.judge(facts);
        prop_assert!(all.eligible.is_subset_of(fewer.eligible));
        prop_assert!(all.not_blocked.is_subset_of(fewer.not_blocked));
    }

    #[test]
    fn one_more_declared_family_never_opens_a_country(offer in any_offer(), class in 0usize..82) {
        let name = TODAY.goods.iter().nth(class).map(|(_, class)| class.name.clone()).unwrap();
        let verdict = judge_one(offer.clone());
        let mut declared = offer;
        declared.declared_families.push(name);
        prop_assert!(judge_one(declared).ruling.eligible.is_subset_of(verdict.ruling.eligible));
    }

    /// Another offer may only tell what is unknown (size, content); of the classes it shows it never takes one away.
    #[test]
    fn another_offer_never_opens_a_country_for_a_product_that_is_fully_described(
        offer in any_offer(), other in any_offer()
    ) {
        let described = Offer { content_chars: 1, sides: offer.sides.or(plain().sides), weight: offer.weight.or(plain().weight), ..offer };
        let alone = judge_one(described.clone());
        prop_assert!(judge(&[described, other]).ruling.eligible.is_subset_of(alone.ruling.eligible));
    }

    #[test]
    fn the_order_of_offers_does_not_matter(offers in prop::collection::vec(any_offer(), 1..5)) {
        let forwards = judge(&offers);
        let backwards = judge(&offers.into_iter().rev().collect::<Vec<_>>());
        prop_assert_eq!(&forwards.ruling, &backwards.ruling);
    }

    #[test]
    fn every_country_that_is_served_and_closed_has_a_reason_with_a_remedy(offer in any_offer()) {
        let verdict = judge_one(offer);
        for country in TODAY.destinations.open.minus(verdict.ruling.eligible).iter() {
            let mut bound = TODAY.with_facts().filter(|(fact, _)| verdict.shown.facts.contains(*fact));
            let against = |rule: &Rule| rule.effect != Effect::Warn && rule.scope.contains(country);
            prop_assert!(bound.any(|(_, rule)| against(rule) && !rule.remedy.is_empty()));
        }
    }
}
