#![allow(clippy::unwrap_used)]
use jiff::civil::date;

use super::*;

const DAY: Date = date(2026, 10, 1);

fn today() -> RuleSet {
    RuleBook::read(&Tables::shipped()).unwrap().at(DAY)
}

fn rule<'a>(rules: &'a RuleSet, id: &str) -> &'a Rule {
    rules.rules.iter().find(|rule| rule.id == id).unwrap_or_else(|| panic!("no rule {id}"))
}

#[test]
fn rule_ids_are_unique_and_every_rule_has_a_source() {
    let rules = today();
    let ids: BTreeSet<&str> = rules.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids.len(), rules.rules.len());
    assert!(rules.rules.iter().all(|rule| !rule.source.is_empty() && !rule.scope.is_empty()));
}

#[test]
fn the_five_export_families_are_blocked_everywhere() {
    let rules = today();
    for family in ["WEAPON", "PLANT", "ANIMAL", "SURVEILLANCE", "LASER"] {
        let rule = rule(&rules, &format!("FAMILY-{family}"));
        assert_eq!(rule.code, format!("EXP_RESTRICTED_{family}"));
        assert_eq!((rule.effect, rule.scope), (Effect::Block, CountrySet::all()));
    }
}

#[test]
fn the_twelve_import_families_are_restricted_in_every_country_without_a_row_that_allows_them() {
    let rules = today();
    for family in [
        "ALCOHOL",
        "WEAPON-PART",
        "CHEMICAL",
        "FOOD",
        "MEDICAL-DEVICE",
        "DRUG-PARAPHERNALIA",
        "ADULT",
        "BREWING",
        "BABY",
        "CRYPTO",
        "GAMBLING",
        "IMITATION-CURRENCY",
    ] {
        let rule = rule(&rules, &format!("FAMILY-{family}"));
        assert_eq!((rule.effect, rule.scope, rule.per_country), (Effect::Block, CountrySet::all(), true));
        assert_eq!(rule.code, format!("IMP_RESTRICTED_{}", family.replace('-', "_")));
    }
}

const HEAD: &str = "rule_id,country,class,decision,item,valid_from,valid_to,source\n";

fn with_row(row: &str) -> Result<RuleSet, DataError> {
    let shipped = Tables::shipped();
    let files = shipped.iter().map(|table| match table.file {
        "restrictions.csv" => (table.file.to_owned(), format!("{HEAD}{row}\n")),
        file => (file.to_owned(), table.text.to_owned()),
    });
    Ok(RuleBook::read(&Tables::new(files).unwrap())?.at(DAY))
}

#[test]
fn a_row_that_allows_opens_an_import_family_for_its_country_only() {
    let rules = with_row("X,DE,ALCOHOL,ALLOW,all,2026-01-01,,test").unwrap();
    let scope = rule(&rules, "FAMILY-ALCOHOL").scope;
    assert_eq!(scope, CountrySet::all().without(Country::constant("DE")));
}

#[test]
fn a_row_that_allows_holds_on_its_days_only() {
    let rules = with_row("X,DE,ALCOHOL,ALLOW,all,2026-01-01,2026-09-30,test").unwrap();
    assert_eq!(rule(&rules, "FAMILY-ALCOHOL").scope, CountrySet::all());
}

#[test]
fn no_row_can_open_an_export_family_or_what_cannot_be_carried() {
    assert!(with_row("X,DE,WEAPON,ALLOW,all,2026-01-01,,test").is_err());
    assert!(with_row("X,DE,DANGEROUS_GOODS,ALLOW,all,2026-01-01,,test").is_err());
    assert!(with_row("X,DE,NO_SUCH_CLASS,PROHIBIT,all,2026-01-01,,test").is_err());
}

#[test]
fn a_permit_is_a_licence_and_a_condition_is_looked_at() {
    let rules = today();
    let plants = rule(&rules, "CA-PLANT");
    assert_eq!((plants.code.as_str(), plants.effect), ("LICENSE_REQUIRED", Effect::Block));
    let electronics = rule(&rules, "JM-ELECTRONICS");
    assert_eq!(
        (electronics.code.as_str(), electronics.effect),
        ("IMP_CONDITION_ELECTRONICS", Effect::Review)
    );
}

#[test]
fn postal_rows_only_warn() {
    let rules = today();
    let lithium = rule(&rules, "NZ-LITHIUM-BATTERY-INSIDE");
    assert_eq!((lithium.code.as_str(), lithium.effect), ("POSTAL_LITHIUM_BATTERY_INSIDE", Effect::Warn));
}

#[test]
fn a_withdrawn_rule_held_until_it_was_withdrawn() {
    let book = RuleBook::read(&Tables::shipped()).unwrap();
    let holds = |day| book.at(day).rules.iter().any(|rule| rule.id == "BE-EMPTY-TONER");
    assert!(!holds(date(2012, 6, 23)) && holds(date(2012, 6, 24)) && holds(date(2013, 9, 3)));
    assert!(!holds(date(2013, 9, 4)) && !holds(DAY));
}

#[test]
fn a_rule_that_binds_a_possible_class_asks_for_a_look() {
    let rules = today();
    assert_eq!(rule(&rules, "FAMILY-WEAPON/POSSIBLE").effect, Effect::Review);
    let hazard = rule(&rules, "FAMILY-DANGEROUS-GOODS/POSSIBLE");
    assert_eq!((hazard.code.as_str(), hazard.effect), ("EXP_HAZMAT_REVIEW", Effect::Review));
    assert_eq!(rule(&rules, "NZ-MAGNET/POSSIBLE").effect, Effect::Warn);
}

#[test]
fn the_version_names_semantics_tables_and_epoch() {
    let book = RuleBook::read(&Tables::shipped()).unwrap();
    let (a, b, c) =
        (book.at(DAY).version, book.at(date(2026, 10, 2)).version, book.at(date(2026, 1, 14)).version);
    assert_eq!(a, b);
    assert_ne!(a, c);
    assert!(a.starts_with("1.2.0+") && a.ends_with("@2026-01-15"), "{a}");
}

#[test]
fn country_codes_are_appended_where_a_country_judges() {
    let rules = today();
    let (canada, germany) = (Country::constant("CA"), Country::constant("DE"));
    assert_eq!(rule(&rules, "CA-BOOK").code_for(canada), "MEDIA_BOOK_CA");
    assert_eq!(rule(&rules, "FAMILY-ALCOHOL").code_for(germany), "IMP_RESTRICTED_ALCOHOL_DE");
    assert_eq!(rule(&rules, "FAMILY-LASER").code_for(germany), "EXP_RESTRICTED_LASER");
    assert_eq!(rules.programme.embargo.code_for(Country::constant("CU")), "EMBARGO_CU");
}

#[test]
fn every_dated_table_holds_without_a_gap_for_the_months_that_are_played() {
    let book = RuleBook::read(&Tables::shipped()).unwrap();
    for month in 0..24i32 {
        let day = date(2025, 9, 1).checked_add(jiff::Span::new().months(month)).unwrap();
        let rules = book.at(day);
        assert!(rules.destinations.open.len() > 200, "{day}");
        assert!(rules.numbers.content_min_chars.is_some() && rules.numbers.dimensional_divisor.is_some());
        assert!(rules.numbers.lithium_ion_max_mwh.is_some() && rules.numbers.lithium_metal_max_mg.is_some());
    }
}
