//! The destinations a seller does not export to: what it named, and which countries that stands for.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::CountrySet;

use super::{Destination, Refused, Regions};

/// Destinations as the seller named them, each with its grounds where they were given.
pub(crate) type Named = BTreeMap<Destination, Option<Grounds>>;

/// Excluded destinations, and the countries they stood for when they were last looked up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Excluded {
    named: Named,
    countries: CountrySet,
}

/// Why a destination is excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grounds {
    /// Somebody else has the right to sell there.
    DistributionAgreement,
    Risk,
    Other,
}

/// A change of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Edit {
    /// The whole new list.
    Replace(Named),
    /// Some come or get other grounds, some go, the others stay.
    Patch { exclude: Named, include: BTreeSet<Destination> },
}

impl Excluded {
    pub(crate) fn new(named: Named, regions: &Regions, day: Date) -> Self {
        let sets = named.keys().map(|destination| regions.countries(destination, day));
        let countries = sets.fold(CountrySet::EMPTY, CountrySet::union);
        Self { named, countries }
    }

    /// As they were stored.
    pub(crate) fn stored(named: Named, countries: CountrySet) -> Self {
        Self { named, countries }
    }

    pub(crate) fn named(&self) -> &Named {
        &self.named
    }

    pub(crate) fn countries(&self) -> CountrySet {
        self.countries
    }

    /// True when a region is named, so that the countries may change by themselves.
    pub(crate) fn follows_regions(&self) -> bool {
        self.named.keys().any(|destination| matches!(destination, Destination::Region(_)))
    }

    /// The same destinations, looked up anew.
    pub(crate) fn on(&self, regions: &Regions, day: Date) -> Self {
        Self::new(self.named.clone(), regions, day)
    }

    /// The list after an edit.
    ///
    /// # Errors
    /// When a country is to be included that an excluded region has: that alone would not include it.
    pub(crate) fn edited(&self, edit: Edit, regions: &Regions, day: Date) -> Result<Self, Refused> {
        let (exclude, include) = match edit {
            Edit::Replace(named) => return Ok(Self::new(named, regions, day)),
            Edit::Patch { exclude, include } => (exclude, include),
        };
        let mut named = self.named.clone();
        named.retain(|destination, _| !include.contains(destination));
        named.extend(exclude);
        for destination in &include {
            let Destination::Country(country) = destination else { continue };
            let has_it = |region: &&Destination| regions.countries(region, day).contains(*country);
            if let Some(region) = named.keys().find(has_it) {
                return Err(Refused::StillExcluded { country: *country, region: region.clone() });
            }
        }
        Ok(Self::new(named, regions, day))
    }
}

impl Grounds {
    const ALL: [Self; 3] = [Self::DistributionAgreement, Self::Risk, Self::Other];

    /// Name in tables and files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DistributionAgreement => "DISTRIBUTION_AGREEMENT",
            Self::Risk => "RISK",
            Self::Other => "OTHER",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grounds| grounds.name() == name)
    }
}
