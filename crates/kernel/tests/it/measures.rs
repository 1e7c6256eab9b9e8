//! Weights and sizes: exact conversions between the units of sellers, carriers and customs.

use std::num::NonZeroU32;

use kernel::{Dimensions, Length, Weight};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn inches(text: &str) -> Length {
    Length::from_in_decimal(decimal(text)).unwrap()
}

pub(crate) fn weight() -> impl Strategy<Value = Weight> {
    (0..=Weight::MAX.milligrams()).prop_map(|mg| Weight::from_milligrams(mg).unwrap())
}

pub(crate) fn length() -> impl Strategy<Value = Length> {
    (0..=Length::MAX.micrometres()).prop_map(|um| Length::from_micrometres(um).unwrap())
}

pub(crate) fn dimensions() -> impl Strategy<Value = Dimensions> {
    (length(), length(), length()).prop_map(|(a, b, c)| Dimensions::new(a, b, c))
}

#[test]
fn a_pound_is_453_59237_grams_and_an_ounce_its_sixteenth() {
    assert_eq!(Weight::from_lb_decimal(Decimal::ONE).unwrap().milligrams(), 453_592);
    assert_eq!(Weight::from_lb_decimal(decimal("100")).unwrap().milligrams(), 45_359_237);
    assert_eq!(
        Weight::from_oz_decimal(decimal("1600")).unwrap(),
        Weight::from_lb_decimal(decimal("100")).unwrap()
    );
    assert_eq!(Weight::from_oz_decimal(Decimal::ONE).unwrap().milligrams(), 28_350);
    assert_eq!(
        Weight::from_kg_decimal(decimal("0.0000005")).unwrap().milligrams(),
        1,
        "half-up to the milligram"
    );
}

#[test]
fn a_hundredth_of_an_inch_is_254_micrometres() {
    assert_eq!(inches("0.01").micrometres(), 254);
    assert_eq!(inches("15").to_in_decimal(), decimal("15"));
    assert_eq!(Length::from_cm_decimal(decimal("2.54")).unwrap(), inches("1"));
    assert_eq!(Length::from_mm_decimal(decimal("25.4")).unwrap(), inches("1"));
}

#[test]
fn weights_and_lengths_are_bounded() {
    assert!(Weight::from_milligrams(-1).is_err() && Weight::from_grams(i64::MAX).is_err());
    assert!(Weight::from_kg_decimal(decimal("1000000000.000001")).is_err());
    assert!(
        Weight::from_lb_decimal(Decimal::MAX).is_err() && Weight::from_kg_decimal(decimal("-0.001")).is_err()
    );
    assert!(Weight::MAX.checked_add(Weight::from_milligrams(1).unwrap()).is_none());
    assert!(Length::from_micrometres(-1).is_err() && Length::from_in_decimal(Decimal::MAX).is_err());
}

#[test]
fn girth_and_dimensional_weight_are_as_carriers_compute_them() {
    let parcel = Dimensions::new(inches("10"), inches("12"), inches("8"));
    assert_eq!(
        (parcel.longest(), parcel.median(), parcel.shortest()),
        (inches("12"), inches("10"), inches("8"))
    );
    assert_eq!(parcel.girth_in(), decimal("36"));
    assert_eq!(parcel.length_plus_girth_in(), decimal("48"));
    assert_eq!(parcel.volume_in3(), decimal("960"));
    // 960 / 139 lb = 6.906474… lb = 3,132,723.56… g
    let charged = parcel.dimensional_weight(NonZeroU32::new(139).unwrap()).unwrap();
    assert_eq!(charged.milligrams(), 3_132_724);
    let exact = parcel.dimensional_weight(NonZeroU32::new(160).unwrap()).unwrap();
    assert_eq!(exact, Weight::from_lb_decimal(decimal("6")).unwrap());
}

proptest! {
    /// Pounds and ounces round-trip: converting back differs by less than the half milligram of rounding.
    #[test]
    fn pounds_and_ounces_keep_the_milligram(weight in weight()) {
        prop_assert_eq!(Weight::from_lb_decimal(weight.to_lb_decimal()).unwrap(), weight);
        prop_assert_eq!(Weight::from_oz_decimal(weight.to_oz_decimal()).unwrap(), weight);
        prop_assert_eq!(Weight::from_kg_decimal(weight.to_kg_decimal()).unwrap(), weight);
    }

    /// An inch is a whole number of micrometres, so hundredths of inches are exact.
    #[test]
    fn hundredths_of_inches_are_exact(hundredths in 0_i64..3_900_000) {
        let length = Length::from_in_decimal(Decimal::new(hundredths, 2)).unwrap();
        prop_assert_eq!(length.micrometres(), hundredths * 254);
        prop_assert_eq!(Length::from_in_decimal(length.to_in_decimal()).unwrap(), length);
    }

    /// Sides may come in any order; they are sorted.
    #[test]
    fn the_order_of_sides_does_not_matter(a in length(), b in length(), c in length()) {
        let sorted = Dimensions::new(a, b, c);
        prop_assert!(sorted.longest() >= sorted.median() && sorted.median() >= sorted.shortest());
        for other in [Dimensions::new(b, c, a), Dimensions::new(c, a, b), Dimensions::new(b, a, c)] {
            prop_assert_eq!(other, sorted);
        }
    }

    /// A larger divisor never makes a box heavier, and no size panics.
    #[test]
    fn a_larger_divisor_never_charges_more(sides in dimensions(), divisor in 1_u32..10_000) {
        let weight = |divisor| sides.dimensional_weight(NonZeroU32::new(divisor).unwrap());
        if let (Some(smaller), Some(larger)) = (weight(divisor), weight(divisor + 1)) {
            prop_assert!(larger <= smaller);
        }
    }
}
