//! The size tier of a packaged unit. Standard size may be exported, everything larger never.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use jiff::civil::Date;
use kernel::{Dimensions, Effective, Length, Weight};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::data::{DataError, SIZE_TIERS, Table, Tables};

/// All tiers of all periods, from `size_tiers.csv`.
#[derive(Debug)]
pub(crate) struct SizeTiers(Vec<(Effective, Tier)>);

/// The tiers in force on one day, the smallest first, and the divisor of dimensional weight.
#[derive(Debug)]
pub(crate) struct Tiers {
    tiers: Vec<Tier>,
    divisor: Option<NonZeroU32>,
}

/// One tier: a unit belongs to the first whose limits, all inclusive, it keeps.
#[derive(Debug, Clone)]
struct Tier {
    name: String,
    rank: u32,
    exportable: bool,
    /// The unit's own weight counts, not its dimensional weight.
    unit_weight_only: bool,
    max_weight: Option<Weight>,
    max_longest: Option<Length>,
    max_median: Option<Length>,
    max_shortest: Option<Length>,
    max_length_girth: Option<Length>,
    /// In the dimensional weight the two smaller sides count as at least this.
    min_side: Option<Length>,
}

/// What is known of a unit's size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Size {
    /// It has this tier.
    Tier { name: String, exportable: bool, evidence: String },
    /// A measure is missing, but what is there already exceeds every exportable tier.
    TooLargeAnyway { evidence: String },
    /// Cannot be decided; names what is missing.
    Unknown { missing: String },
}

#[derive(Deserialize)]
struct Row {
    tier: String,
    valid_from: String,
    valid_to: String,
    rank: u32,
    exportable: String,
    weight_basis: String,
    max_weight_lb: String,
    max_longest_in: String,
    max_median_in: String,
    max_shortest_in: String,
    max_length_girth_in: String,
    min_side_in: String,
}

impl SizeTiers {
    pub(crate) fn read(tables: &Tables) -> Result<Self, DataError> {
        let tiers = tables.of(SIZE_TIERS).rows::<Row>()?.into_iter().map(|(table, row)| {
            let effective = table.effective(&row.valid_from, &row.valid_to)?;
            Ok((effective, Tier::read(table, &row)?))
        });
        tiers.collect::<Result<_, _>>().map(Self)
    }

    /// The tiers of a day; none before the first period.
    pub(crate) fn at(&self, day: Date, divisor: Option<i64>) -> Tiers {
        let in_force = self.0.iter().filter(|(effective, _)| effective.contains(day));
        let by_rank: BTreeMap<u32, Tier> = in_force.map(|(_, tier)| (tier.rank, tier.clone())).collect();
        let divisor = divisor.and_then(|divisor| u32::try_from(divisor).ok()).and_then(NonZeroU32::new);
        Tiers { tiers: by_rank.into_values().collect(), divisor }
    }

    pub(crate) fn periods(&self) -> impl Iterator<Item = Effective> {
        self.0.iter().map(|(effective, _)| *effective)
    }
}

impl Tiers {
    /// Sorts a unit into its tier. Missing measures are never guessed.
    pub(crate) fn classify(&self, sides: Option<Dimensions>, weight: Option<Weight>) -> Size {
        let (Some(sides), Some(weight)) = (sides, weight) else { return self.classify_partly(sides, weight) };
        let Some(divisor) = self.divisor else { return Size::unknown("size rules for this date") };
        match self.tiers.iter().find(|tier| tier.takes(sides, weight, divisor)) {
            Some(tier) => Size::Tier {
                name: tier.name.clone(),
                exportable: tier.exportable,
                evidence: format!("package {sides}, {weight}: {}", tier.name),
            },
            None => Size::unknown("size rules for this date"),
        }
    }

    fn classify_partly(&self, sides: Option<Dimensions>, weight: Option<Weight>) -> Size {
        let mut exportable = self.tiers.iter().filter(|tier| tier.exportable).peekable();
        if exportable.peek().is_none() {
            return Size::unknown("size rules for this date");
        }
        let may_fit = exportable.any(|tier| {
            sides.is_none_or(|sides| tier.takes_sides(sides))
                && weight.is_none_or(|weight| tier.takes_weight(weight))
        });
        match (sides, weight) {
            (Some(sides), None) if !may_fit => {
                Size::TooLargeAnyway { evidence: format!("package {sides}; weight missing") }
            }
            (None, Some(weight)) if !may_fit => {
                Size::TooLargeAnyway { evidence: format!("weight {weight}; dimensions missing") }
            }
            (Some(_), _) => Size::unknown("package weight"),
            (None, Some(_)) => Size::unknown("package dimensions"),
            (None, None) => Size::unknown("package dimensions and weight"),
        }
    }
}

impl Size {
    fn unknown(missing: &str) -> Self {
        Self::Unknown { missing: format!("missing: {missing}") }
    }
}

impl Tier {
    fn read(table: Table<'_>, row: &Row) -> Result<Self, DataError> {
        let inches = |cell: &str| -> Result<Option<Length>, DataError> {
            let inches: Option<Decimal> = table.optional(cell)?;
            inches.map(Length::from_in_decimal).transpose().map_err(|error| table.wrong(error))
        };
        let pounds: Option<Decimal> = table.optional(&row.max_weight_lb)?;
        Ok(Self {
            name: row.tier.clone(),
            rank: row.rank,
            exportable: table.word(&row.exportable, &[("yes", true), ("no", false)])?,
            unit_weight_only: table.word(&row.weight_basis, &[("UNIT", true), ("GREATER", false)])?,
            max_weight: pounds
                .map(Weight::from_lb_decimal)
                .transpose()
                .map_err(|error| table.wrong(error))?,
            max_longest: inches(&row.max_longest_in)?,
            max_median: inches(&row.max_median_in)?,
            max_shortest: inches(&row.max_shortest_in)?,
            max_length_girth: inches(&row.max_length_girth_in)?,
            min_side: inches(&row.min_side_in)?,
        })
    }

    fn takes(&self, sides: Dimensions, weight: Weight, divisor: NonZeroU32) -> bool {
        self.takes_sides(sides) && self.takes_weight(weight) && self.takes_room(sides, divisor)
    }

    fn takes_sides(&self, sides: Dimensions) -> bool {
        let within = |side: Length, limit: Option<Length>| limit.is_none_or(|limit| side <= limit);
        let length_girth = sides.longest().micrometres() + sides.girth_micrometres();
        within(sides.longest(), self.max_longest)
            && within(sides.median(), self.max_median)
            && within(sides.shortest(), self.max_shortest)
            && self.max_length_girth.is_none_or(|limit| length_girth <= limit.micrometres())
    }

    fn takes_weight(&self, weight: Weight) -> bool {
        self.max_weight.is_none_or(|limit| weight <= limit)
    }

    /// The dimensional weight keeps the limit too, where it counts.
    fn takes_room(&self, sides: Dimensions, divisor: NonZeroU32) -> bool {
        if self.unit_weight_only || self.max_weight.is_none() {
            return true;
        }
        let least = self.min_side.unwrap_or(Length::ZERO);
        let padded = Dimensions::new(sides.longest(), sides.median().max(least), sides.shortest().max(least));
        // A dimensional weight beyond all bounds keeps no limit.
        padded.dimensional_weight(divisor).is_some_and(|room| self.takes_weight(room))
    }
}

#[cfg(test)]
mod tests;
