//! Cuts what one center sends into shipments that stay within the bound of parcels.
//!
//! Parcels are planned by weight, next-fit in line order: units go into the open parcel while they fit, then into a new
//! one. A unit heavier than a full parcel travels alone. What the warehouse packs is its own decision; the plan only
//! has to be one that it can keep.

use kernel::Weight;

use super::load::Wanted;

/// Units of lines, by position of the line.
pub(super) type Units = Vec<(usize, u32)>;

/// One shipment's units and planned parcels.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) units: Units,
    pub(super) parcels: u32,
}

/// Cuts `units` of `wanted`, which come from one center, into shipments of at most `max_parcels`.
pub(super) fn cut(
    wanted: &[Wanted],
    units: &[(usize, u32)],
    parcel_max: Weight,
    max_parcels: u32,
) -> Vec<Cut> {
    let mut packer = Packer::new(parcel_max, max_parcels);
    for &(line, count) in units {
        packer.pack(line, count, wanted[line].unit.billable());
    }
    packer.finish()
}

struct Packer {
    parcel_max: i64,
    max_parcels: u32,
    done: Vec<Cut>,
    open: Cut,
    /// Room in the open parcel, milligrams.
    room: i64,
}

impl Packer {
    fn new(parcel_max: Weight, max_parcels: u32) -> Self {
        let open = Cut { units: Vec::new(), parcels: 0 };
        Self { parcel_max: parcel_max.milligrams(), max_parcels, done: Vec::new(), open, room: 0 }
    }

    fn pack(&mut self, line: usize, mut count: u32, unit: Weight) {
        let weight = unit.milligrams().max(1);
        while count > 0 {
            let mut fitting = count_of(self.room / weight);
            if fitting == 0 {
                self.open_parcel();
                fitting = count_of(self.parcel_max / weight).max(1);
            }
            let taken = fitting.min(count);
            self.room = (self.room - weight.saturating_mul(i64::from(taken))).max(0);
            count -= taken;
            match self.open.units.last_mut() {
                Some((last, units)) if *last == line => *units += taken,
                _ => self.open.units.push((line, taken)),
            }
        }
    }

    fn open_parcel(&mut self) {
        if self.open.parcels == self.max_parcels {
            let full = std::mem::replace(&mut self.open, Cut { units: Vec::new(), parcels: 0 });
            self.done.push(full);
        }
        self.open.parcels += 1;
        self.room = self.parcel_max;
    }

    fn finish(mut self) -> Vec<Cut> {
        if self.open.parcels > 0 {
            self.done.push(self.open);
        }
        self.done
    }
}

fn count_of(units: i64) -> u32 {
    u32::try_from(units).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::super::fixtures::wanted_sized;
    use super::*;

    const FULL: i64 = 20_000;

    fn cut_grams(lines: &[(i64, u32)], max_parcels: u32) -> Vec<Cut> {
        let wanted: Vec<Wanted> =
            lines.iter().map(|(grams, _)| wanted_sized(*grams, [1_000, 1_000, 1_000])).collect();
        let units: Units = lines.iter().enumerate().map(|(line, (_, count))| (line, *count)).collect();
        cut(&wanted, &units, Weight::from_grams(FULL).unwrap(), max_parcels)
    }

    #[test]
    fn small_units_share_a_parcel() {
        assert_eq!(cut_grams(&[(500, 3), (700, 2)], 50), [Cut { units: vec![(0, 3), (1, 2)], parcels: 1 }]);
    }

    #[test]
    fn a_unit_heavier_than_a_parcel_travels_alone() {
        assert_eq!(cut_grams(&[(25_000, 2), (1_000, 1)], 50)[0].parcels, 3);
    }

    #[test]
    fn more_parcels_than_a_shipment_may_have_make_another_shipment() {
        let cuts = cut_grams(&[(10_000, 5)], 2);
        assert_eq!(cuts, [Cut { units: vec![(0, 4)], parcels: 2 }, Cut { units: vec![(0, 1)], parcels: 1 },]);
    }

    proptest! {
        #[test]
        fn every_unit_is_in_exactly_one_shipment_and_no_shipment_has_too_many_parcels(
            lines in prop::collection::vec((1_i64..30_000, 1_u32..400), 1..8),
            max_parcels in 1_u32..20,
        ) {
            let cuts = cut_grams(&lines, max_parcels);
            for (line, (_, count)) in lines.iter().enumerate() {
                let sent: u32 =
                    cuts.iter().flat_map(|cut| &cut.units).filter(|(l, _)| *l == line).map(|(_, n)| n).sum();
                prop_assert_eq!(sent, *count);
            }
            prop_assert!(cuts.iter().all(|cut| (1..=max_parcels).contains(&cut.parcels)));
        }
    }
}
