//! Packing units into parcels that a carrier takes.

use std::num::NonZeroU64;

use kernel::{Dimensions, Length, Weight};
use wire::convert;
use wire::warehouse::events::v1::{Parcel, ParcelContent};

/// Parcels of one shipment at most (architecture, bounds of orders).
pub const MAX_PARCELS: usize = 50;
/// Packaging: 150 g and two per cent of the contents.
const TARE_MG: u64 = 150_000;
const TARE_PERCENT: u64 = 2;
/// A box of this base is filled up to a height; the third side follows from what is in it.
const BASE_LONG_MM: u64 = 457;
const BASE_SHORT_MM: u64 = 356;
const LEAST_HEIGHT_MM: u64 = 60;
/// Goods fill so much of a box, in per cent.
const FILL_PERCENT: u64 = 85;

/// What goes into one parcel at most.
#[derive(Debug, Clone, Copy)]
struct Limits {
    milligrams: u64,
    cubic_mm: u64,
}

/// A box of this height, filled.
const fn filled(height_mm: u64) -> u64 {
    BASE_LONG_MM * BASE_SHORT_MM * height_mm * FILL_PERCENT / 100
}

/// As the plan assumes: 50 lb, less its packaging, in a box of the usual height.
const USUAL: Limits = Limits { milligrams: 22_000_000, cubic_mm: filled(610) };
/// What carriers take of one piece: 150 lb, less its packaging, in a box that has room for what the plan counts as 50 lb
/// by its volume (6,950 cubic inches). Used when a shipment needs more than 50 usual parcels.
const LARGEST: Limits = Limits { milligrams: 66_000_000, cubic_mm: filled(900) };

/// Weight and room of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    milligrams: u64,
    cubic_mm: u64,
}

impl Measure {
    /// What the center finds of a unit that the catalogue did not measure: 500 g in 20 x 15 x 10 cm.
    pub const OF_THE_UNKNOWN: Self = Self { milligrams: 500_000, cubic_mm: 3_000_000 };

    /// The measure of a packaged unit.
    pub fn new(weight: Weight, sides: Dimensions) -> Self {
        let mm = |side: Length| (side.micrometres() / 1_000).max(1).unsigned_abs();
        Self {
            milligrams: weight.milligrams().unsigned_abs(),
            cubic_mm: mm(sides.longest()) * mm(sides.median()) * mm(sides.shortest()),
        }
    }
}

/// Units of one order line.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    /// The order's line.
    pub line_no: u32,
    /// How many of them.
    pub quantity: u32,
    /// Of each.
    pub measure: Measure,
}

/// A closed parcel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Box {
    /// Units by line.
    pub contents: Vec<(u32, u32)>,
    milligrams: u64,
    cubic_mm: u64,
}

impl Box {
    /// With its packaging, in milligrams.
    pub fn gross_milligrams(&self) -> u64 {
        self.milligrams + TARE_MG + self.milligrams * TARE_PERCENT / 100
    }

    /// How many more units of a measure fit; the first one always does.
    fn room_for(&self, measure: Measure, limits: Limits) -> u64 {
        let by = |free: u64, each: u64| NonZeroU64::new(each).map_or(u64::MAX, |each| free / each);
        let weight = by(limits.milligrams.saturating_sub(self.milligrams), measure.milligrams);
        let room = by(limits.cubic_mm.saturating_sub(self.cubic_mm), measure.cubic_mm);
        let fits = weight.min(room);
        if self.contents.is_empty() { fits.max(1) } else { fits }
    }

    fn add(&mut self, unit: Unit, quantity: u32) {
        self.contents.push((unit.line_no, quantity));
        self.milligrams += unit.measure.milligrams * u64::from(quantity);
        self.cubic_mm += unit.measure.cubic_mm * u64::from(quantity);
    }

    /// The parcel as the center reports it.
    pub fn to_wire(&self, tracking_number: String) -> Parcel {
        let weight = Weight::from_milligrams(i64::try_from(self.gross_milligrams()).unwrap_or(i64::MAX));
        let contents = self
            .contents
            .iter()
            .map(|(line_no, quantity)| ParcelContent { line_no: *line_no, quantity: *quantity });
        Parcel {
            tracking_number,
            gross_weight: weight.ok().map(convert::weight),
            dimensions: self.sides().map(convert::dimensions),
            contents: contents.collect(),
        }
    }

    fn sides(&self) -> Option<Dimensions> {
        let height = (self.cubic_mm * 100 / FILL_PERCENT).div_ceil(BASE_LONG_MM * BASE_SHORT_MM);
        let side = |mm: u64| Length::from_micrometres(i64::try_from(mm * 1_000).ok()?).ok();
        Some(Dimensions::new(side(BASE_LONG_MM)?, side(BASE_SHORT_MM)?, side(height.max(LEAST_HEIGHT_MM))?))
    }
}

/// Packs all units: first into usual parcels, into the largest ones when that takes too many. `None` when even
/// these are more than a shipment may have.
pub fn build(units: &[Unit]) -> Option<Vec<Box>> {
    [USUAL, LARGEST].into_iter().find_map(|limits| fill(units, limits))
}

/// Line by line, each parcel as full as it gets.
fn fill(units: &[Unit], limits: Limits) -> Option<Vec<Box>> {
    let mut boxes = vec![Box::default()];
    for unit in units {
        let mut left = unit.quantity;
        while left > 0 {
            let open = boxes.last_mut()?;
            let fits = u32::try_from(open.room_for(unit.measure, limits)).unwrap_or(u32::MAX).min(left);
            if fits == 0 {
                if boxes.len() == MAX_PARCELS {
                    return None;
                }
                boxes.push(Box::default());
                continue;
            }
            open.add(*unit, fits);
            left -= fits;
        }
    }
    boxes.retain(|parcel| !parcel.contents.is_empty());
    (!boxes.is_empty()).then_some(boxes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn unit(line_no: u32, quantity: u32, grams: u64, cubic_cm: u64) -> Unit {
        Unit { line_no, quantity, measure: Measure { milligrams: grams * 1_000, cubic_mm: cubic_cm * 1_000 } }
    }

    #[test]
    fn light_goods_share_a_parcel() {
        let boxes = build(&[unit(1, 2, 300, 1_000), unit(2, 1, 200, 500)]).unwrap();
        assert_eq!(boxes.len(), 1);
        assert_eq!(boxes[0].contents, [(1, 2), (2, 1)]);
        assert_eq!(boxes[0].gross_milligrams(), 800_000 + 150_000 + 16_000);
    }

    #[test]
    fn more_than_the_usual_weight_takes_more_parcels() {
        let boxes = build(&[unit(1, 10, 5_000, 1_000)]).unwrap();
        assert_eq!(boxes.len(), 3);
    }

    #[test]
    fn what_needs_too_many_parcels_is_packed_heavier_and_then_refused() {
        assert_eq!(build(&[unit(1, 300, 9_000, 1_000)]).unwrap().len(), 43);
        assert_eq!(build(&[unit(1, 30_000, 9_000, 1_000)]), None);
    }

    #[test]
    fn fifty_parcels_that_the_plan_counts_by_their_volume_can_be_packed() {
        // 1,138 cubic centimetres count as half a pound: 5,000 units are planned as 50 parcels of 50 lb.
        assert!(build(&[unit(1, 5_000, 100, 1_138)]).is_some());
    }

    #[test]
    fn a_unit_above_every_limit_travels_alone() {
        let boxes = build(&[unit(1, 2, 70_000, 500_000)]).unwrap();
        assert_eq!(boxes.len(), 2);
    }

    proptest! {
        #[test]
        fn every_unit_is_in_one_parcel_and_parcels_keep_their_limits(
            units in prop::collection::vec((1u32..300, 0u64..9_000, 0u64..40_000), 1..40)
        ) {
            let units: Vec<Unit> =
                (1u32..).zip(units).map(|(n, (quantity, grams, room))| unit(n, quantity, grams, room)).collect();
            let Some(boxes) = build(&units) else { return Ok(()) };
            prop_assert!(boxes.len() <= MAX_PARCELS);
            let mut packed: BTreeMap<u32, u32> = BTreeMap::new();
            for parcel in &boxes {
                let count: u32 = parcel.contents.iter().map(|(_, quantity)| quantity).sum();
                prop_assert!(count > 0);
                prop_assert!(parcel.milligrams <= LARGEST.milligrams || count == 1);
                prop_assert!(parcel.cubic_mm <= LARGEST.cubic_mm || count == 1);
                for (line, quantity) in &parcel.contents {
                    *packed.entry(*line).or_default() += quantity;
                }
            }
            for unit in &units {
                prop_assert_eq!(packed.get(&unit.line_no), Some(&unit.quantity));
            }
        }
    }
}
