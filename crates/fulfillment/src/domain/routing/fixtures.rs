//! Values for the tests of routing.
#![allow(clippy::unwrap_used)]

use std::num::NonZeroU32;

use kernel::{Dimensions, HsCode, Length, Money, Weight};

use super::load::{Unit, Wanted};

const DIVISOR: NonZeroU32 = NonZeroU32::new(139).unwrap();

/// A small unit of 500 g worth USD 20.
pub(super) fn wanted(fnsku: &str, units: u32) -> Wanted {
    Wanted { fnsku: fnsku.parse().unwrap(), units, ..wanted_sized(500, [100_000, 80_000, 50_000]) }
}

/// A unit of this weight and these sides in micrometres.
pub(super) fn wanted_sized(grams: i64, sides_um: [i64; 3]) -> Wanted {
    wanted_of(grams, sides_um, 20_00, None)
}

/// A small unit of this price and code.
pub(super) fn wanted_worth(cents: i64, hs_code: Option<&str>) -> Wanted {
    wanted_of(500, [100_000, 80_000, 50_000], cents, hs_code)
}

fn wanted_of(grams: i64, sides_um: [i64; 3], cents: i64, hs_code: Option<&str>) -> Wanted {
    let [a, b, c] = sides_um.map(|side| Length::from_micrometres(side).unwrap());
    let code = hs_code.map(|code| HsCode::parse(code).unwrap());
    let weight = Weight::from_grams(grams).unwrap();
    Wanted {
        fnsku: "X000000001".parse().unwrap(),
        units: 1,
        unit: Unit::new(weight, Dimensions::new(a, b, c), code, DIVISOR).unwrap(),
        unit_price: Money::usd(cents),
    }
}
