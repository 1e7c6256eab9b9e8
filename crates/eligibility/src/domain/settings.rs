//! A seller's settings, as enrollment's events tell them.

use std::collections::BTreeMap;

use kernel::{Asin, CountrySet};

/// What is mirrored of a seller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Takes part. A seller nobody told us of does not.
    pub(crate) enabled: bool,
    pub(crate) excluded: CountrySet,
    /// Version of the last change that was applied.
    pub(crate) version: i64,
}

/// One change, with the version it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) version: i64,
    pub(crate) what: What,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Participation { enabled: bool },
    ExcludedCountries(CountrySet),
    ExcludedProducts(Vec<(Asin, Excluded)>),
}

/// How a product is excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Excluded {
    Not,
    Everywhere,
    Countries(CountrySet),
}

impl Settings {
    /// Applies a change unless it, or a later one, was applied before. Product exclusions are left in `products`.
    pub(crate) fn apply(&mut self, change: Change, products: &mut BTreeMap<Asin, Excluded>) {
        if change.version <= self.version {
            return;
        }
        self.version = change.version;
        match change.what {
            What::Participation { enabled } => self.enabled = enabled,
            What::ExcludedCountries(countries) => self.excluded = countries,
            What::ExcludedProducts(changed) => products.extend(changed),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn change(version: i64, what: What) -> Change {
        Change { version, what }
    }

    #[test]
    fn an_unknown_seller_does_not_take_part() {
        assert!(!Settings::default().enabled);
    }

    #[test]
    fn a_change_that_was_applied_is_not_applied_again() {
        let mut settings = Settings::default();
        let mut products = BTreeMap::new();
        settings.apply(change(2, What::Participation { enabled: true }), &mut products);
        settings.apply(change(1, What::Participation { enabled: false }), &mut products);
        settings.apply(change(2, What::Participation { enabled: false }), &mut products);
        assert!(settings.enabled && settings.version == 2);
    }

    #[test]
    fn of_a_products_exclusions_the_last_counts() {
        let (mut settings, mut products) = (Settings::default(), BTreeMap::new());
        let asin = Asin::parse("B000000001").unwrap();
        let excluded = |version, excluded| change(version, What::ExcludedProducts(vec![(asin, excluded)]));
        settings.apply(excluded(1, Excluded::Everywhere), &mut products);
        settings.apply(excluded(2, Excluded::Not), &mut products);
        settings.apply(excluded(1, Excluded::Everywhere), &mut products);
        assert_eq!(products, BTreeMap::from([(asin, Excluded::Not)]));
    }
}
