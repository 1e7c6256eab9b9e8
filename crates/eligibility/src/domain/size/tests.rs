#![allow(clippy::unwrap_used)]
use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn sides(a: &str, b: &str, c: &str) -> Dimensions {
    let inches = |text: &str| Length::from_in_decimal(text.parse().unwrap()).unwrap();
    Dimensions::new(inches(a), inches(b), inches(c))
}

fn pounds(text: &str) -> Weight {
    Weight::from_lb_decimal(text.parse().unwrap()).unwrap()
}

fn tiers(day: Date) -> Tiers {
    SizeTiers::read(&Tables::shipped()).unwrap().at(day, Some(139))
}

fn tier_on(day: Date, sides: Dimensions, weight: Weight) -> String {
    match tiers(day).classify(Some(sides), Some(weight)) {
        Size::Tier { name, .. } => name,
        other => panic!("{other:?}"),
    }
}

fn tier(sides: Dimensions, weight: Weight) -> String {
    tier_on(date(2026, 10, 1), sides, weight)
}

#[test]
fn a_unit_at_the_limits_of_standard_size_is_standard() {
    assert_eq!(tier(sides("18", "14", "8"), pounds("20")), "LARGE_STANDARD");
}

#[test]
fn a_hundredth_of_an_inch_or_pound_more_is_not_standard() {
    assert_eq!(tier(sides("18.01", "14", "8"), pounds("20")), "SMALL_BULKY");
    assert_eq!(tier(sides("18", "14.01", "8"), pounds("20")), "SMALL_BULKY");
    assert_eq!(tier(sides("18", "14", "8.01"), pounds("20")), "SMALL_BULKY");
    assert_eq!(tier(sides("18", "14", "8"), pounds("20.01")), "SMALL_BULKY");
}

#[test]
fn small_standard_ends_at_16_ounces_and_three_quarters_of_an_inch() {
    let ounces = Weight::from_oz_decimal(16.into()).unwrap();
    assert_eq!(tier(sides("15", "12", "0.75"), ounces), "SMALL_STANDARD");
    assert_eq!(tier(sides("15", "12", "0.76"), ounces), "LARGE_STANDARD");
    assert_eq!(tier(sides("15", "12", "0.75"), pounds("1.01")), "LARGE_STANDARD");
}

#[test]
fn small_standard_goes_by_unit_weight_only() {
    // 15 x 12 x 0.75 in / 139 = 0.97 lb would do; a light but wide pack shows that room does not count.
    assert_eq!(tier(sides("15", "12", "0.75"), pounds("0.05")), "SMALL_STANDARD");
}

#[test]
fn dimensional_weight_never_makes_a_standard_box_oversize() {
    // 18 x 14 x 8 / 139 = 14.5 lb.
    assert_eq!(tier(sides("18", "14", "8"), pounds("0.1")), "LARGE_STANDARD");
}

#[test]
fn small_bulky_exists_from_15_january_2026() {
    let (box_, weight) = (sides("30", "20", "11"), pounds("30"));
    assert_eq!(tier_on(date(2026, 1, 14), box_, weight), "LARGE_BULKY");
    assert_eq!(tier_on(date(2026, 1, 15), box_, weight), "SMALL_BULKY");
}

#[test]
fn a_box_inside_small_bulky_can_still_be_extra_large_by_girth_and_room() {
    // Every side fits, but length + girth is 133 in and the dimensional weight 149 lb.
    assert_eq!(tier(sides("37", "28", "20"), pounds("40")), "EXTRA_LARGE_70_150");
}

#[test]
fn thin_sides_count_as_two_inches_in_bulky_room() {
    // 59 x 33 x 1: 14 lb by its sides, 28 lb with 2 in.
    assert_eq!(tier(sides("59", "33", "1"), pounds("5")), "LARGE_BULKY");
    // 110 x 70 x 0.1 in is 110.8 lb when its thin side counts as 2 in: above the 50 lb and 70 lb bands.
    assert_eq!(tier(sides("110", "70", "0.1"), pounds("5")), "EXTRA_LARGE_70_150");
}

#[test]
fn the_words_of_2023_are_standard_and_oversize() {
    let day = date(2024, 1, 1);
    assert_eq!(tier_on(day, sides("18", "14", "8"), pounds("20")), "LARGE_STANDARD");
    assert_eq!(tier_on(day, sides("18.01", "14", "8"), pounds("20")), "SMALL_OVERSIZE");
    assert_eq!(tier_on(day, sides("61", "20", "10"), pounds("20")), "MEDIUM_OVERSIZE");
    assert_eq!(tier_on(day, sides("100", "20", "10"), pounds("80")), "LARGE_OVERSIZE");
    assert_eq!(tier_on(day, sides("110", "20", "12"), pounds("80")), "SPECIAL_OVERSIZE");
    assert_eq!(tier_on(date(2024, 2, 5), sides("61", "20", "10"), pounds("20")), "EXTRA_LARGE_70_150");
}

#[test]
fn the_heaviest_tier_goes_by_unit_weight() {
    assert_eq!(tier(sides("20", "20", "20"), pounds("151")), "EXTRA_LARGE_150_PLUS");
}

#[test]
fn a_missing_measure_leaves_the_tier_open() {
    let tiers = tiers(date(2026, 10, 1));
    let unknown = |missing: &str| Size::Unknown { missing: format!("missing: {missing}") };
    assert_eq!(tiers.classify(None, Some(pounds("1"))), unknown("package dimensions"));
    assert_eq!(tiers.classify(Some(sides("1", "1", "1")), None), unknown("package weight"));
    assert_eq!(tiers.classify(None, None), unknown("package dimensions and weight"));
}

#[test]
fn one_measure_beyond_standard_decides_without_the_other() {
    let tiers = tiers(date(2026, 10, 1));
    assert!(matches!(tiers.classify(Some(sides("19", "1", "1")), None), Size::TooLargeAnyway { .. }));
    assert!(matches!(tiers.classify(None, Some(pounds("20.01"))), Size::TooLargeAnyway { .. }));
}

#[test]
fn before_the_first_period_nothing_is_decided() {
    let size = tiers(date(2022, 12, 31)).classify(Some(sides("1", "1", "1")), Some(pounds("1")));
    assert_eq!(size, Size::Unknown { missing: "missing: size rules for this date".to_owned() });
}

proptest! {
    /// The border between standard and the rest never moved, so it can be stated without the table.
    #[test]
    fn exportable_is_exactly_20_lb_and_18_by_14_by_8_inches(
        a in 1i64..3000, b in 1i64..3000, c in 1i64..3000, weight in 1i64..3000,
        day in prop_oneof![Just(date(2023, 6, 1)), Just(date(2025, 6, 1)), Just(date(2026, 6, 1))],
    ) {
        let hundredths = |n: i64| Length::from_micrometres(n * 254).unwrap();
        let sides = Dimensions::new(hundredths(a), hundredths(b), hundredths(c));
        let weight = pounds(&Decimal::new(weight, 2).to_string());
        let mut sorted = [a, b, c];
        sorted.sort_unstable();
        let fits = sorted[2] <= 1800 && sorted[1] <= 1400 && sorted[0] <= 800 && weight <= pounds("20");
        match tiers(day).classify(Some(sides), Some(weight)) {
            Size::Tier { exportable, .. } => prop_assert_eq!(exportable, fits),
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
