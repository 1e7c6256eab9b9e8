//! Named groups of destinations, and who belongs to them when: dated rows of `data/enrollment/regions.csv`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use kernel::{Country, CountrySet, Effective};

/// The key of a region, such as `EU27`: three letters or more, so that it is never a country's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Region(Arc<str>);

/// A destination as a seller names it. Its text form is the country's alpha-2 code or the region's key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Destination {
    Country(Country),
    Region(Region),
}

/// All regions.
#[derive(Debug, Clone)]
pub(crate) struct Regions(BTreeMap<Region, Membership>);

/// What a region is called and whom it has.
#[derive(Debug, Clone)]
pub(crate) struct Membership {
    pub(crate) name: String,
    /// In simplified Chinese.
    pub(crate) name_zh: String,
    pub(crate) members: Vec<(Country, Effective)>,
}

/// A name that is neither a country's code nor a region's key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is neither an ISO 3166-1 alpha-2 code in upper case nor a region: ListRegions tells which there are"
)]
pub(crate) struct UnknownDestination(String);

/// A table of regions that could not be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RegionsError {
    #[error("region {0} has fewer than three letters: it could be taken for a country")]
    TooShort(Region),
    // Where nobody were left, an exclusion of the region would exclude nothing, or read as excluding everything.
    #[error("region {0} has no member without an end")]
    Emptied(Region),
}

impl Region {
    pub(crate) fn new(key: &str) -> Self {
        Self(key.into())
    }
}

impl Regions {
    /// # Errors
    /// When a region could be taken for a country, or would one day be empty.
    pub(crate) fn new(table: BTreeMap<Region, Membership>) -> Result<Self, RegionsError> {
        for (region, membership) in &table {
            if region.0.len() < 3 {
                return Err(RegionsError::TooShort(region.clone()));
            }
            if membership.members.iter().all(|(_, held)| held.to().is_some()) {
                return Err(RegionsError::Emptied(region.clone()));
            }
        }
        Ok(Self(table))
    }

    /// Parses a country's code or a region's key.
    ///
    /// # Errors
    /// When it is neither.
    pub(crate) fn destination(&self, text: &str) -> Result<Destination, UnknownDestination> {
        if let Ok(country) = Country::parse(text) {
            return Ok(Destination::Country(country));
        }
        let region = Region::new(text);
        if self.0.contains_key(&region) {
            return Ok(Destination::Region(region));
        }
        Err(UnknownDestination(text.to_owned()))
    }

    /// The members of a region on a day.
    pub(crate) fn members(&self, region: &Region, day: Date) -> CountrySet {
        let membership = self.0.get(region).into_iter().flat_map(|membership| &membership.members);
        membership.filter(|(_, held)| held.contains(day)).map(|(country, _)| *country).collect()
    }

    /// Whom a destination stands for on a day.
    pub(crate) fn countries(&self, destination: &Destination, day: Date) -> CountrySet {
        match destination {
            Destination::Country(country) => CountrySet::EMPTY.with(*country),
            Destination::Region(region) => self.members(region, day),
        }
    }

    /// All regions, by key.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Region, &Membership)> {
        self.0.iter()
    }
}

impl Destination {
    /// Reads what `Display` wrote, of a region also when the table does not have it any more.
    pub(crate) fn stored(text: &str) -> Self {
        Country::parse(text).map_or_else(|_| Self::Region(Region::new(text)), Self::Country)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country(country) => country.fmt(f),
            Self::Region(region) => region.fmt(f),
        }
    }
}
