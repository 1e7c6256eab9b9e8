//! What a shipment weighs and measures, as far as carriers' prices and limits go.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use kernel::{Dimensions, Fnsku, HsCode, Money, Weight};

/// Hundredths of a milligram in a pound (453,592.37 mg).
const HUNDREDTHS_OF_MG_PER_LB: i64 = 45_359_237;
/// A stored weight is rounded to the milligram: it may be half of one too high, which must not cost another pound.
const ROUNDING_OF_A_UNIT: i64 = 50;

/// One packaged unit of an item whose weight and sides are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    weight: Weight,
    dimensional: Weight,
    dimensions: Dimensions,
    hs6: Option<HsCode>,
}

impl Unit {
    /// A unit; its dimensional weight follows from the carriers' divisor. `None` when that is out of range.
    pub(crate) fn new(
        weight: Weight,
        dimensions: Dimensions,
        hs_code: Option<HsCode>,
        divisor: NonZeroU32,
    ) -> Option<Self> {
        let dimensional = dimensions.dimensional_weight(divisor)?;
        Some(Self { weight, dimensional, dimensions, hs6: hs_code.map(|code| code.hs6()) })
    }

    /// The greater of actual and dimensional weight.
    pub(super) fn billable(&self) -> Weight {
        self.weight.max(self.dimensional)
    }

    /// The worldwide part of the declared HS code.
    pub(super) fn hs6(&self) -> Option<HsCode> {
        self.hs6
    }
}

/// Units of one order line that are to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Label of the units in the centers.
    pub(crate) fnsku: Fnsku,
    /// How many, one or more.
    pub(crate) units: u32,
    /// What one of them is.
    pub(crate) unit: Unit,
    /// Price of one before promotions: what counts for a filing.
    pub(crate) unit_price: Money,
}

/// A shipment's measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Load {
    pub(super) billable: Weight,
    units: i64,
    pub(super) parcels: u32,
    pub(super) heaviest_piece: Weight,
    pub(super) longest_piece_um: i64,
    pub(super) greatest_length_and_girth_um: i64,
    /// Distinct HS codes; a unit without one counts by its line.
    pub(super) commodities: u32,
    pub(super) needs_filing: bool,
}

impl Load {
    /// The load of some lines; `None` when its weight is out of range.
    pub(super) fn of(lines: &[(&Wanted, u32)], parcels: u32, needs_filing: bool) -> Option<Self> {
        let (mut actual, mut dimensional) = (Weight::ZERO, Weight::ZERO);
        let (mut codes, mut without_code, mut count) = (BTreeSet::new(), 0_u32, 0_i64);
        let (mut heaviest_piece, mut longest_piece_um, mut greatest_length_and_girth_um) =
            (Weight::ZERO, 0, 0);
        for (wanted, units) in lines {
            let unit = &wanted.unit;
            count += i64::from(*units);
            actual = actual.checked_add(unit.weight.checked_mul_qty(*units)?)?;
            dimensional = dimensional.checked_add(unit.dimensional.checked_mul_qty(*units)?)?;
            heaviest_piece = heaviest_piece.max(unit.weight);
            let longest = unit.dimensions.longest().micrometres();
            longest_piece_um = longest_piece_um.max(longest);
            greatest_length_and_girth_um =
                greatest_length_and_girth_um.max(longest + unit.dimensions.girth_micrometres());
            match unit.hs6 {
                Some(code) => drop(codes.insert(code)),
                None => without_code += 1,
            }
        }
        Some(Self {
            billable: actual.max(dimensional),
            units: count,
            parcels,
            heaviest_piece,
            longest_piece_um,
            greatest_length_and_girth_um,
            commodities: u32::try_from(codes.len()).ok()?.checked_add(without_code)?,
            needs_filing,
        })
    }

    /// Billable weight in pounds, rounded up to the next whole one as carriers do.
    pub(super) fn billable_pounds(&self) -> Option<u32> {
        let hundredths = self.billable.milligrams().checked_mul(100)? - ROUNDING_OF_A_UNIT * self.units;
        let pounds = hundredths.max(1).unsigned_abs().div_ceil(HUNDREDTHS_OF_MG_PER_LB.unsigned_abs());
        u32::try_from(pounds).ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixtures::{wanted, wanted_sized};
    use super::*;

    fn load(lines: &[(&Wanted, u32)]) -> Load {
        Load::of(lines, 1, false).unwrap()
    }

    #[test]
    fn the_greater_of_actual_and_dimensional_weight_is_billed() {
        // 10 x 10 x 13.9 in / 139 = 10 lb.
        let light_and_large = wanted_sized(500, [254_000, 254_000, 353_060]);
        assert_eq!(load(&[(&light_and_large, 1)]).billable_pounds(), Some(10));
        let heavy_and_small = wanted_sized(9_500, [10_000, 10_000, 10_000]);
        assert_eq!(load(&[(&heavy_and_small, 1)]).billable_pounds(), Some(21));
    }

    #[test]
    fn pounds_are_rounded_up() {
        let unit = |grams| load(&[(&wanted_sized(grams, [1_000, 1_000, 1_000]), 1)]).billable_pounds();
        assert_eq!(unit(1), Some(1));
        assert_eq!(unit(453), Some(1));
        assert_eq!(unit(454), Some(2));
    }

    #[test]
    fn a_unit_without_a_code_is_a_commodity_of_its_own() {
        let (mut a, b) = (wanted("X000000001", 1), wanted("X000000002", 1));
        assert_eq!(load(&[(&a, 1), (&b, 1)]).commodities, 2);
        a.unit.hs6 = Some(HsCode::parse("610910").unwrap());
        let mut c = b;
        c.unit.hs6 = a.unit.hs6;
        assert_eq!(load(&[(&a, 1), (&c, 1)]).commodities, 1);
    }
}
