//! Sets of countries: what eligibility rules compile to.

use std::fmt;

use crate::{Country, ParseError, text_form};

const WORDS: usize = 4;

/// A set of countries in 256 bits: union, intersection and difference are four machine words each.
///
/// Text form: alpha-2 codes in order, joined by `|` (`CA|DE|MX`); the empty set is the empty text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CountrySet([u64; WORDS]);

impl CountrySet {
    /// No country.
    pub const EMPTY: Self = Self([0; WORDS]);

    /// Every country.
    #[must_use]
    pub const fn all() -> Self {
        let mut set = Self::EMPTY;
        let mut i = 0;
        while i < Country::COUNT {
            set = set.with(Country::at(i));
            i += 1;
        }
        set
    }

    /// This set and one country more.
    #[must_use]
    pub const fn with(mut self, country: Country) -> Self {
        self.0[country.index() / 64] |= 1 << (country.index() % 64);
        self
    }

    /// This set without one country.
    #[must_use]
    pub const fn without(mut self, country: Country) -> Self {
        self.0[country.index() / 64] &= !(1 << (country.index() % 64));
        self
    }

    /// Adds a country.
    pub fn insert(&mut self, country: Country) {
        *self = self.with(country);
    }

    /// Countries in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([a[0] | b[0], a[1] | b[1], a[2] | b[2], a[3] | b[3]])
    }

    /// Countries in both sets.
    #[must_use]
    pub const fn intersect(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([a[0] & b[0], a[1] & b[1], a[2] & b[2], a[3] & b[3]])
    }

    /// Countries in this set and not in the other.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([a[0] & !b[0], a[1] & !b[1], a[2] & !b[2], a[3] & !b[3]])
    }

    /// True when the country is in the set.
    #[must_use]
    pub const fn contains(&self, country: Country) -> bool {
        self.0[country.index() / 64] & (1 << (country.index() % 64)) != 0
    }

    /// True when every country of this set is in the other.
    #[must_use]
    pub fn is_subset_of(&self, other: Self) -> bool {
        self.minus(other).is_empty()
    }

    /// How many countries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// True for the empty set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::EMPTY
    }

    /// The countries, ordered by alpha-2.
    pub fn iter(&self) -> impl Iterator<Item = Country> + use<> {
        self.0
            .into_iter()
            .enumerate()
            .flat_map(|(index, word)| Bits(word).map(move |bit| Country::at(index * 64 + bit)))
    }

    /// Parses codes joined by `|`, in any order.
    ///
    /// # Errors
    /// When a code is no country's.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.is_empty() {
            return Ok(Self::EMPTY);
        }
        text.split('|').map(Country::parse).collect()
    }
}

/// The positions of a word's set bits, lowest first.
struct Bits(u64);

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(bit)
    }
}

impl FromIterator<Country> for CountrySet {
    fn from_iter<I: IntoIterator<Item = Country>>(countries: I) -> Self {
        countries.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl Extend<Country> for CountrySet {
    fn extend<I: IntoIterator<Item = Country>>(&mut self, countries: I) {
        *self = self.union(countries.into_iter().collect());
    }
}

impl fmt::Display for CountrySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, country) in self.iter().enumerate() {
            let separator = if position == 0 { "" } else { "|" };
            write!(f, "{separator}{country}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for CountrySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CountrySet({self})")
    }
}

text_form!(CountrySet);
