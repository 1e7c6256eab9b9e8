//! Single numbers of the programme, dated.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Dated, Effective};

use super::data::{DataError, POLICIES, Tables};

/// All rows of `policies.csv`.
#[derive(Debug)]
pub(crate) struct Policies(BTreeMap<String, Dated<i64>>);

/// The numbers that hold on one day; `None` where no row holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers {
    /// Fewest visible characters that make a description or bullet point count as content.
    pub(crate) content_min_chars: Option<i64>,
    /// Words from which on a text in a known language has two of its frequent words.
    pub(crate) text_min_words: Option<i64>,
    /// Cubic inches that weigh a pound.
    pub(crate) dimensional_divisor: Option<i64>,
    /// Largest energy of one lithium-ion battery, milliwatt-hours.
    pub(crate) lithium_ion_max_mwh: Option<i64>,
    /// Most lithium in one lithium-metal battery, milligrams.
    pub(crate) lithium_metal_max_mg: Option<i64>,
}

impl Policies {
    pub(crate) fn read(tables: &Tables) -> Result<Self, DataError> {
        tables.of(POLICIES).numbers().map(Self)
    }

    pub(crate) fn at(&self, day: Date) -> Numbers {
        let number = |name: &str| self.0.get(name).and_then(|rows| rows.at(day)).copied();
        Numbers {
            content_min_chars: number("content_min_visible_chars"),
            text_min_words: number("text_min_words"),
            dimensional_divisor: number("dimensional_weight_divisor"),
            lithium_ion_max_mwh: number("lithium_ion_battery_max"),
            lithium_metal_max_mg: number("lithium_metal_battery_max"),
        }
    }

    pub(crate) fn periods(&self) -> impl Iterator<Item = Effective> {
        self.0.values().flat_map(|rows| rows.rows().iter().map(|(effective, _)| *effective))
    }
}
