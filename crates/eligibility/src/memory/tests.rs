#![allow(clippy::unwrap_used)]
use kernel::{Asin, CountrySet, SellerId, Sku};

use super::*;
use crate::domain::facts::Facts;
use crate::domain::offer::Group;
use crate::domain::settings::{Excluded, Settings};
use crate::store::check::{KnownProduct, KnownVerdict};
use crate::store::verdicts::Because;

const SELLER: &str = "A1SELLER00001";
const ASIN: &str = "B000000001";

fn key(sku: &str) -> Asked {
    (SellerId::parse(SELLER).unwrap(), Some(Sku::parse(sku).unwrap()))
}

fn known(version: i64, evaluated: bool) -> Known {
    let verdict = KnownVerdict {
        eligible: CountrySet::all(),
        rule_set: 1,
        because: Because::Facts(Facts::default(), String::new()),
    };
    Known {
        settings: Some(Settings { enabled: true, excluded: CountrySet::EMPTY, version }),
        product: Some(KnownProduct {
            asin: Asin::parse(ASIN).unwrap(),
            group: Group::Other,
            excluded: Excluded::Not,
            verdict: evaluated.then_some(verdict),
        }),
    }
}

fn hearing() -> Memory {
    let memory = Memory::new(1);
    memory.hears(true);
    memory
}

fn has(memory: &Memory, sku: &str) -> bool {
    memory.get(SELLER, sku, 0).is_some()
}

#[test]
fn what_was_read_is_remembered_until_its_product_or_its_seller_changes() {
    for changed in [ASIN, SELLER, "B000000002\nB000000001", "*"] {
        let memory = hearing();
        memory.keep(key("one"), known(1, true), memory.moment());
        memory.told("B000000003");
        assert!(has(&memory, "one"), "{changed}");
        memory.told(changed);
        assert!(!has(&memory, "one"), "{changed}");
        memory.keep(key("one"), known(1, true), memory.moment());
        assert!(has(&memory, "one"), "{changed}");
    }
}

#[test]
fn what_changed_while_it_was_read_is_not_remembered() {
    let memory = hearing();
    let moment = memory.moment();
    memory.told(ASIN);
    memory.keep(key("one"), known(1, true), moment);
    assert!(!has(&memory, "one"));
}

#[test]
fn an_answer_is_never_older_than_the_settings_that_the_caller_saw() {
    let memory = hearing();
    memory.keep(key("one"), known(7, true), memory.moment());
    assert!(memory.get(SELLER, "one", 7).is_some());
    assert!(memory.get(SELLER, "one", 8).is_none());
}

#[test]
fn nothing_is_remembered_while_nothing_is_heard() {
    let memory = Memory::new(1);
    memory.keep(key("one"), known(1, true), memory.moment());
    assert!(!has(&memory, "one"));
    memory.hears(true);
    assert!(!has(&memory, "one"));
    memory.keep(key("one"), known(1, true), memory.moment());
    memory.hears(false);
    assert!(!has(&memory, "one"));
    memory.hears(true);
    assert!(!has(&memory, "one"));
}

#[test]
fn what_is_not_there_is_looked_for_again() {
    let memory = hearing();
    memory.keep(key("new"), known(1, false), memory.moment());
    memory.keep(key("none"), Known { settings: None, product: None }, memory.moment());
    assert!(!has(&memory, "new") && !has(&memory, "none"));
}

#[test]
fn memory_is_bounded_and_may_be_none() {
    let memory = hearing();
    for n in 0..10_000 {
        memory.keep(key(&format!("SKU-{n}")), known(1, true), memory.moment());
    }
    let kept = (0..10_000).filter(|n| has(&memory, &format!("SKU-{n}"))).count();
    assert!((500..5_000).contains(&kept), "{kept}");
    let none = Memory::new(0);
    none.hears(true);
    none.keep(key("one"), known(1, true), none.moment());
    assert!(!has(&none, "one"));
}
