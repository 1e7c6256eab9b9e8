//! Sets of countries obey the algebra of sets.

use kernel::{Country, CountrySet};
use proptest::prelude::*;
use std::collections::BTreeSet;

pub(crate) fn country() -> impl Strategy<Value = Country> {
    (0..Country::COUNT).prop_map(|i| Country::all().nth(i).unwrap())
}

pub(crate) fn countries() -> impl Strategy<Value = BTreeSet<Country>> {
    proptest::collection::btree_set(country(), 0..60)
}

fn set(countries: &BTreeSet<Country>) -> CountrySet {
    countries.iter().copied().collect()
}

fn model(set: CountrySet) -> BTreeSet<Country> {
    set.iter().collect()
}

proptest! {
    /// Every operation gives what the same operation on a tree of countries gives.
    #[test]
    fn operations_agree_with_plain_sets(a in countries(), b in countries(), one in country()) {
        let (x, y) = (set(&a), set(&b));
        prop_assert_eq!(model(x.union(y)), &a | &b);
        prop_assert_eq!(model(x.intersect(y)), &a & &b);
        prop_assert_eq!(model(x.minus(y)), &a - &b);
        prop_assert_eq!(x.len(), a.len());
        prop_assert_eq!(x.contains(one), a.contains(&one));
        prop_assert_eq!(x.is_subset_of(y), a.is_subset(&b));
        prop_assert!(x.with(one).contains(one) && !x.without(one).contains(one));
    }

    /// De Morgan within the set of all countries.
    #[test]
    fn complement_turns_union_into_intersection(a in countries(), b in countries()) {
        let (x, y, all) = (set(&a), set(&b), CountrySet::all());
        prop_assert_eq!(all.minus(x.union(y)), all.minus(x).intersect(all.minus(y)));
        prop_assert_eq!(all.minus(all.minus(x)), x);
    }

    /// The text form lists the codes in order and parses back, whatever the order it is given in.
    #[test]
    fn text_form_is_sorted_and_parses_back(a in countries()) {
        let codes: Vec<_> = a.iter().map(Country::as_str).collect();
        prop_assert_eq!(set(&a).to_string(), codes.join("|"));
        let reversed: Vec<_> = codes.into_iter().rev().collect();
        prop_assert_eq!(CountrySet::parse(&reversed.join("|")).unwrap(), set(&a));
    }
}

#[test]
fn all_holds_every_country_and_empty_holds_none() {
    assert_eq!(CountrySet::all().len(), Country::COUNT);
    assert!(Country::all().all(|country| CountrySet::all().contains(country)));
    assert!(CountrySet::EMPTY.is_empty() && CountrySet::EMPTY.iter().next().is_none());
    assert_eq!(CountrySet::parse("").unwrap(), CountrySet::EMPTY);
    assert!(CountrySet::parse("CA|XX").is_err() && CountrySet::parse("CA|").is_err());
}
