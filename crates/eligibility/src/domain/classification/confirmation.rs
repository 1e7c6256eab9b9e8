//! HS codes that people confirm. The newest confirmation of a product holds: it outranks what its offers declare, and counts
//! for rules and for customs.

use jiff::Timestamp;
use kernel::{Asin, HsCode};

/// As what somebody confirms a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ConfirmedAs {
    /// A seller that lists the product.
    Seller,
    /// Who classifies goods for the programme.
    Classifier,
}

/// A code that somebody answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Confirmation {
    pub(crate) asin: Asin,
    /// Counts the confirmations of the product.
    pub(crate) version: i64,
    pub(crate) code: HsCode,
    pub(crate) by_role: ConfirmedAs,
    /// Subject of the caller.
    pub(crate) by: String,
    pub(crate) reason: String,
    pub(crate) at: Timestamp,
}

/// What somebody asks to be confirmed.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) asin: Asin,
    pub(crate) code: HsCode,
    pub(crate) by_role: ConfirmedAs,
    pub(crate) by: String,
    pub(crate) reason: String,
    /// The version that the caller has read: 0 where nobody had confirmed anything; `None` = any.
    pub(crate) expected: Option<i64>,
}

/// What becomes of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// To be written.
    Confirmed(Confirmation),
    /// The same stands already.
    Stands(Confirmation),
    /// Somebody has confirmed another code since.
    VersionConflict { actual: i64 },
    /// A seller does not overrule a classifier.
    ClassifierHasSpoken { code: HsCode },
}

impl Asked {
    /// Compares with the confirmation that stands.
    pub(crate) fn after(self, standing: Option<Confirmation>, now: Timestamp) -> Outcome {
        let Self { asin, code, by_role, by, reason, expected } = self;
        let actual = match standing {
            Some(it) if it.code == code && it.by_role >= by_role => return Outcome::Stands(it),
            Some(it) if it.by_role > by_role && expected.is_none_or(|expected| expected == it.version) => {
                return Outcome::ClassifierHasSpoken { code: it.code };
            }
            standing => standing.map_or(0, |it| it.version),
        };
        if expected.is_some_and(|expected| expected != actual) {
            return Outcome::VersionConflict { actual };
        }
        Outcome::Confirmed(Confirmation { asin, version: actual + 1, code, by_role, by, reason, at: now })
    }
}

impl ConfirmedAs {
    const NAMES: [(&'static str, Self); 2] = [("SELLER", Self::Seller), ("CLASSIFIER", Self::Classifier)];

    /// Name in tables and events.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, role)| *role == self).map_or("", |(name, _)| name)
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, role)| *role)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::ConfirmedAs::{Classifier, Seller};
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn code(text: &str) -> HsCode {
        text.parse().unwrap()
    }

    fn asked(text: &str, by_role: ConfirmedAs, expected: Option<i64>) -> Asked {
        let asin = Asin::parse("B000000001").unwrap();
        Asked { asin, code: code(text), by_role, by: "ann".to_owned(), reason: "label".to_owned(), expected }
    }

    fn confirmed(asked: Asked, standing: Option<&Confirmation>) -> Confirmation {
        match asked.after(standing.cloned(), NOW) {
            Outcome::Confirmed(confirmed) => confirmed,
            other => panic!("{other:?}"),
        }
    }

    fn standing(text: &str, by_role: ConfirmedAs) -> Confirmation {
        confirmed(asked(text, by_role, Some(0)), None)
    }

    #[test]
    fn confirmations_count_up() {
        let first = standing("610910", Seller);
        assert_eq!((first.version, first.by_role), (1, Seller));
        let second = confirmed(asked("6109100010", Seller, Some(1)), Some(&first));
        assert_eq!((second.version, second.code), (2, code("6109100010")));
    }

    #[test]
    fn what_stands_already_is_not_written_again_whatever_version_was_read() {
        let first = standing("610910", Classifier);
        for role in [Seller, Classifier] {
            let again = asked("610910", role, Some(7)).after(Some(first.clone()), NOW);
            assert_eq!(again, Outcome::Stands(first.clone()));
        }
    }

    #[test]
    fn who_read_another_version_is_refused() {
        let conflict = |actual| Outcome::VersionConflict { actual };
        assert_eq!(asked("610910", Seller, Some(1)).after(None, NOW), conflict(0));
        let first = standing("610910", Seller);
        assert_eq!(asked("610990", Seller, Some(0)).after(Some(first.clone()), NOW), conflict(1));
        assert_eq!(confirmed(asked("610990", Seller, None), Some(&first)).version, 2);
    }

    #[test]
    fn a_classifier_overrules_a_seller_and_not_the_other_way_round() {
        let seller = standing("610910", Seller);
        // The same code, now with a classifier's word.
        let same = confirmed(asked("610910", Classifier, None), Some(&seller));
        assert_eq!((same.version, same.by_role), (2, Classifier));
        let refused = asked("610990", Seller, Some(2)).after(Some(same.clone()), NOW);
        assert_eq!(refused, Outcome::ClassifierHasSpoken { code: code("610910") });
        assert_eq!(confirmed(asked("610990", Classifier, Some(2)), Some(&same)).version, 3);
    }
}
