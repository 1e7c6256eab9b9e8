//! The rules of eligibility as a whole, without a service around them: other engines decide alike.
#![allow(clippy::unwrap_used)] // A test that cannot go on ends.

mod engines;

/// Random items; `make bench` takes a million.
const ITEMS: usize = 2_000;

#[test]
fn the_compiled_rules_decide_as_an_interpreter_and_as_rego() {
    let rules = engines::rules();
    let items = engines::items(&rules, ITEMS, 6);
    assert_eq!(engines::agreed(&rules, &items).unwrap(), ITEMS);
    let closed = items.iter().filter(|facts| rules.judge(**facts).eligible != rules.open()).count();
    assert!(closed > ITEMS / 2, "only {closed} items show anything that closes a country");
}

#[test]
fn every_reason_of_a_closed_country_is_kept() {
    let rules = engines::rules();
    let closing: Vec<_> = rules.closing().collect();
    for facts in engines::items(&rules, ITEMS, 7) {
        let outcome = rules.judge(facts);
        for country in rules.open().minus(outcome.eligible).iter() {
            let mut reasons = closing.iter().filter(|rule| outcome.reasons.contains(rule.fact));
            assert!(reasons.any(|rule| rule.countries.contains(country)), "{country} is closed by nothing");
        }
    }
}
