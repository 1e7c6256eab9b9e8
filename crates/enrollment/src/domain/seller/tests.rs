#![allow(clippy::unwrap_used)]
use std::collections::BTreeSet;

use jiff::civil::date;
use kernel::{CountrySet, Effective};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{Grounds, Membership, Named, Region};

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);
const ACT: Act<'static> = Act { at: NOW, by: "seller:1", channel: Channel::Seller, reason: "because" };

fn rule(by_default: bool, may_take_part: bool) -> EnrolmentRule {
    EnrolmentRule { by_default, may_take_part, reason: "policy".to_owned() }
}

fn terms() -> Terms {
    Terms { version: "2".to_owned(), sha256: "ab".to_owned() }
}

fn authority(n: u128) -> AuthorityId {
    AuthorityId::new(Uuid::from_u128(n))
}

fn registered(rule: &EnrolmentRule) -> (Seller, Change) {
    let registration = Registration {
        seller: SellerId::parse("A123456789").unwrap(),
        marketplace: MarketplaceId::US,
        registered: NOW,
    };
    Seller::register(registration, rule, &terms(), authority(1), NOW)
}

fn enrolled() -> Seller {
    registered(&rule(true, true)).0
}

fn asin() -> Asin {
    Asin::parse("B000000001").unwrap()
}

fn countries(text: &str) -> CountrySet {
    CountrySet::parse(text).unwrap()
}

/// CA, and GL from 2027 on.
fn regions() -> Regions {
    let from = |day: &str| Effective::from_columns(day, "").unwrap();
    let members = ["CA", "GL"].map(|code| Country::parse(code).unwrap());
    let members = members.into_iter().zip([from("2012-01-01"), from("2027-01-01")]).collect();
    let north = Membership { name: "North".to_owned(), name_zh: "北".to_owned(), members };
    Regions::new([(Region::new("NORTH"), north)].into()).unwrap()
}

fn destination(text: &str) -> Destination {
    regions().destination(text).unwrap()
}

/// Destinations joined by `|`.
fn set(text: &str) -> BTreeSet<Destination> {
    text.split('|').filter(|text| !text.is_empty()).map(destination).collect()
}

fn named(text: &str) -> Named {
    set(text).into_iter().map(|destination| (destination, None)).collect()
}

/// A product's exclusion from destinations joined by `|`.
fn scope(text: &str) -> Scope {
    Scope { excluded: Excluded::new(named(text), &regions(), date(2026, 10, 1)), grounds: None }
}

fn exclude(seller: &mut Seller, edit: Edit, expected: Option<i64>) -> Result<Option<Change>, Refused> {
    seller.exclude_countries(ACT, edit, &regions(), date(2026, 10, 1), expected)
}

#[test]
fn a_registered_seller_is_enrolled_by_default_and_grants_an_authority() {
    let (seller, change) = registered(&rule(true, true));
    assert_eq!((seller.participation.state, seller.version), (State::Enabled, 1));
    assert_eq!(seller.participation.authority, Some(authority(1)));
    assert_eq!(change.event, Event::Enrolled(Grant::new(authority(1), &terms())));
    assert_eq!(change.by, "programme:default-enrolment");
}

#[test]
fn a_seller_the_policy_does_not_take_in_grants_nothing() {
    let (seller, change) = registered(&rule(false, false));
    assert_eq!(seller.participation.state, State::NotEnrolled);
    assert_eq!((seller.participation.authority, change.event), (None, Event::NotEnrolled));
}

#[test]
fn a_seller_of_another_marketplace_may_not_enable() {
    let (mut seller, _) = registered(&rule(false, false));
    let refused = seller.enable(ACT, &rule(false, false), &terms(), "2", authority(2)).unwrap_err();
    assert!(matches!(refused, Refused::MayNotTakePart { .. }));
}

#[test]
fn enabling_needs_the_current_terms() {
    let mut seller = enrolled();
    seller.disable(ACT).unwrap();
    let refused = seller.enable(ACT, &rule(true, true), &terms(), "1", authority(2)).unwrap_err();
    assert_eq!(refused, Refused::TermsNotAccepted { accepted: "1".to_owned(), current: "2".to_owned() });
    assert_eq!(seller.participation.state, State::Disabled);
}

#[test]
fn disabling_ends_the_authority_and_enabling_grants_a_new_one() {
    let mut seller = enrolled();
    let ended = seller.disable(ACT).unwrap();
    assert_eq!(ended.event, Event::Disabled { authority: authority(1) });
    let granted = seller.enable(ACT, &rule(true, true), &terms(), "2", authority(2)).unwrap().unwrap();
    assert_eq!(granted.event, Event::Enabled(Grant::new(authority(2), &terms())));
    assert_eq!((seller.version, granted.version), (3, 3));
}

#[test]
fn enabling_or_disabling_twice_changes_nothing() {
    let mut seller = enrolled();
    assert_eq!(seller.enable(ACT, &rule(true, true), &terms(), "2", authority(2)), Ok(None));
    assert!(seller.disable(ACT).is_some());
    assert!(seller.disable(ACT).is_none());
    assert_eq!(seller.version, 2);
}

#[test]
fn revoking_disables_and_takes_back_every_authority_that_stands() {
    let mut seller = enrolled();
    let changes = seller.revoke(ACT, &[authority(1), authority(9)]);
    let events: Vec<_> = changes.iter().map(|change| change.event.clone()).collect();
    assert_eq!(
        events,
        [
            Event::Disabled { authority: authority(1) },
            Event::Revoked { authority: authority(1) },
            Event::Revoked { authority: authority(9) },
        ]
    );
    assert_eq!(seller.version, 4);
}

#[test]
fn revoking_when_nothing_stands_changes_nothing() {
    let mut seller = enrolled();
    seller.revoke(ACT, &[authority(1)]);
    assert_eq!(seller.revoke(ACT, &[]), []);
}

#[test]
fn countries_are_replaced_only_at_the_version_the_caller_read() {
    let mut seller = enrolled();
    let refused = exclude(&mut seller, Edit::Replace(named("DE")), Some(7)).unwrap_err();
    assert_eq!(refused, Refused::VersionConflict { expected: 7, actual: 1 });
    assert!(seller.excluded.named().is_empty());
    let change = exclude(&mut seller, Edit::Replace(named("DE")), Some(1)).unwrap().unwrap();
    assert_eq!(change.before, Setting::ExcludedCountries(Excluded::default()));
    assert_eq!((seller.excluded.countries(), seller.version), (countries("DE"), 2));
}

#[test]
fn the_same_countries_change_nothing() {
    let mut seller = enrolled();
    assert_eq!(exclude(&mut seller, Edit::Replace(named("")), None), Ok(None));
}

#[test]
fn a_patch_adds_and_takes_and_leaves_the_rest() {
    let mut seller = enrolled();
    exclude(&mut seller, Edit::Replace(named("DE|JP|NORTH")), None).unwrap();
    let patch = |exclude, include| Edit::Patch { exclude: named(exclude), include: set(include) };
    exclude(&mut seller, patch("FR", "DE|BR"), None).unwrap();
    assert_eq!(seller.excluded.named().keys().cloned().collect::<BTreeSet<_>>(), set("FR|JP|NORTH"));
    assert_eq!(seller.excluded.countries(), countries("CA|FR|JP"));
    assert_eq!(exclude(&mut seller, patch("FR", "DE"), None), Ok(None));
}

#[test]
fn other_grounds_are_a_change_that_a_patch_makes() {
    let mut seller = enrolled();
    exclude(&mut seller, Edit::Replace(named("DE")), None).unwrap();
    let grounded = Named::from([(destination("DE"), Some(Grounds::Risk))]);
    let patch = Edit::Patch { exclude: grounded.clone(), include: BTreeSet::new() };
    assert!(exclude(&mut seller, patch, None).unwrap().is_some());
    assert_eq!(seller.excluded.named(), &grounded);
}

#[test]
fn a_country_is_not_included_while_its_region_stays_excluded() {
    let mut seller = enrolled();
    exclude(&mut seller, Edit::Replace(named("CA|NORTH")), None).unwrap();
    let patch = Edit::Patch { exclude: Named::new(), include: set("CA") };
    let refused = exclude(&mut seller, patch, None).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "CA is in NORTH, which stays excluded: include NORTH and exclude its other members by name"
    );
    let patch = Edit::Patch { exclude: Named::new(), include: set("CA|NORTH") };
    exclude(&mut seller, patch, None).unwrap();
    assert_eq!(seller.excluded, Excluded::default());
}

#[test]
fn a_country_that_joins_a_region_later_is_excluded_too() {
    let mut seller = enrolled();
    exclude(&mut seller, Edit::Replace(named("DE|NORTH")), None).unwrap();
    assert_eq!(seller.follow_regions(&regions(), date(2026, 12, 31), NOW), None);
    let change = seller.follow_regions(&regions(), date(2027, 1, 1), NOW).unwrap();
    assert_eq!((change.channel, change.by.as_str()), (Channel::Programme, "programme:region-membership"));
    assert_eq!(seller.excluded.countries(), countries("CA|DE|GL"));
    assert_eq!(seller.follow_regions(&regions(), date(2027, 1, 2), NOW), None);
}

#[test]
fn a_product_is_excluded_once_and_its_countries_may_change() {
    let mut seller = enrolled();
    let germany = scope("DE");
    assert!(seller.exclude_product(ACT, asin(), germany.clone(), None, None).unwrap().is_some());
    assert_eq!(seller.exclude_product(ACT, asin(), germany.clone(), Some(germany.clone()), None), Ok(None));
    let wider = seller.exclude_product(ACT, asin(), Scope::default(), Some(germany), None).unwrap();
    assert_eq!(wider.unwrap().after, Setting::Product { asin: asin(), scope: Some(Scope::default()) });
    assert_eq!((seller.product_exclusions, seller.follows_regions()), (1, false));
    seller.exclude_product(ACT, asin(), scope("NORTH"), Some(Scope::default()), None).unwrap();
    assert!(seller.follows_regions());
}

#[test]
fn the_number_of_excluded_products_is_bounded() {
    let mut seller = enrolled();
    let refused = seller.exclude_product(ACT, asin(), Scope::default(), None, Some(10)).unwrap_err();
    assert_eq!(refused, Refused::TooManyExclusions { count: 10 });
    let earlier = Some(scope("DE"));
    assert!(seller.exclude_product(ACT, asin(), Scope::default(), earlier, Some(10)).is_ok());
}

#[test]
fn a_product_that_is_not_excluded_needs_no_including() {
    let mut seller = enrolled();
    assert_eq!(seller.include_product(ACT, asin(), None), None);
    seller.exclude_product(ACT, asin(), Scope::default(), None, None).unwrap();
    assert!(seller.include_product(ACT, asin(), Some(Scope::default())).is_some());
    assert_eq!(seller.product_exclusions, 0);
}

#[test]
fn a_change_of_many_products_is_a_step_of_the_version_for_each_part() {
    let mut seller = enrolled();
    let effect = Effect { added: 3, products: 3, ..Effect::default() };
    let change = seller.change_products(ACT, Source::Restored(1), effect, 4);
    assert_eq!((change.version, seller.version, seller.product_exclusions), (5, 5, 3));
    assert_eq!(
        (change.before, change.event),
        (Setting::Products { count: 0 }, Event::ProductsChanged { parts: 4 })
    );
}

#[derive(Debug, Clone)]
enum Command {
    Enable,
    Disable,
    Revoke,
    Countries(bool),
    Exclude,
    Include,
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::Enable),
        Just(Command::Disable),
        Just(Command::Revoke),
        any::<bool>().prop_map(Command::Countries),
        Just(Command::Exclude),
        Just(Command::Include),
    ]
}

proptest! {
    #[test]
    fn versions_are_gap_free_and_an_authority_stands_exactly_while_enabled(
        commands in proptest::collection::vec(command(), 0..40)
    ) {
        let (mut seller, first) = registered(&rule(true, true));
        let mut changes = vec![first];
        let mut standing = vec![authority(1)];
        let mut excluded = None;
        for (n, command) in commands.into_iter().enumerate() {
            let new = authority(100 + n as u128);
            match command {
                Command::Enable => {
                    let change = seller.enable(ACT, &rule(true, true), &terms(), "2", new).unwrap();
                    standing.extend(change.is_some().then_some(new));
                    changes.extend(change);
                }
                Command::Disable => changes.extend(seller.disable(ACT)),
                Command::Revoke => changes.extend(seller.revoke(ACT, &std::mem::take(&mut standing))),
                Command::Countries(some) => {
                    let list = named(if some { "DE|FR" } else { "" });
                    changes.extend(exclude(&mut seller, Edit::Replace(list), None).unwrap());
                }
                Command::Exclude => {
                    let everywhere = Scope::default();
                    changes.extend(seller.exclude_product(ACT, asin(), everywhere, excluded, None).unwrap());
                    excluded = Some(Scope::default());
                }
                Command::Include => {
                    changes.extend(seller.include_product(ACT, asin(), excluded.take()));
                }
            }
            let enabled = seller.participation.state == State::Enabled;
            prop_assert_eq!(enabled, seller.participation.authority.is_some());
        }
        let versions: Vec<i64> = changes.iter().map(|change| change.version).collect();
        prop_assert_eq!(versions, (1..=seller.version).collect::<Vec<_>>());
    }
}
