//! The likeliest code of a product, as it is told to others.

use kernel::{Asin, HsCode};

use crate::domain::offer::{Group, Offer};

/// A code that a product is likely to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Likeliest {
    /// Six digits.
    pub(crate) code: HsCode,
    /// In a thousand.
    pub(crate) confidence: u16,
}

/// What was told last of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Suggested {
    pub(crate) asin: Asin,
    /// Counts what was told; 0: nothing yet.
    pub(crate) version: i64,
    /// `None`: no code is likely enough.
    pub(crate) likeliest: Option<Likeliest>,
}

impl Suggested {
    /// What is to be told now; `None` where it was told last.
    pub(crate) fn next(self, likeliest: Option<Likeliest>) -> Option<Self> {
        (likeliest != self.likeliest).then(|| Self { version: self.version + 1, likeliest, ..self })
    }
}

/// What of a listed offer a suggestion goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Basis {
    pub(crate) asin: Asin,
    pub(crate) title: String,
    pub(crate) category: String,
    pub(crate) group: Group,
    pub(crate) declared: Option<HsCode>,
}

impl Basis {
    pub(crate) fn of(offer: &Offer) -> Self {
        Self {
            asin: offer.asin,
            title: offer.title.clone(),
            category: offer.category.clone(),
            group: offer.group,
            declared: offer.hs_code,
        }
    }
}

/// The products, at most two, of which another code may be suggested after a change of an offer; `None`: it is not listed.
pub(crate) fn affected(before: Option<&Basis>, after: Option<&Basis>) -> impl Iterator<Item = Asin> {
    let products = [before, after].map(|basis| basis.map(|basis| basis.asin).filter(|_| before != after));
    products.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn likeliest(code: &str, confidence: u16) -> Option<Likeliest> {
        Some(Likeliest { code: code.parse().unwrap(), confidence })
    }

    fn basis(asin: &str, title: &str) -> Basis {
        let (category, group) = ("Clothing".to_owned(), Group::Other);
        Basis { asin: asin.parse().unwrap(), title: title.to_owned(), category, group, declared: None }
    }

    #[test]
    fn only_what_differs_from_the_last_is_told() {
        let nothing = Suggested { asin: "B000000001".parse().unwrap(), version: 0, likeliest: None };
        assert_eq!(nothing.next(None), None);
        let first = nothing.next(likeliest("610910", 700)).unwrap();
        assert_eq!((first.version, first.next(likeliest("610910", 700))), (1, None));
        assert_eq!(first.next(likeliest("610910", 701)).unwrap().version, 2);
        let withdrawn = first.next(None).unwrap();
        assert_eq!((withdrawn.version, withdrawn.likeliest), (2, None));
    }

    #[test]
    fn a_change_of_text_group_code_or_product_affects_suggestions() {
        let affected = |before: Option<&Basis>, after: Option<&Basis>| -> Vec<String> {
            affected(before, after).map(|asin| asin.to_string()).collect()
        };
        let shirt = basis("B000000001", "Shirt");
        assert_eq!(affected(Some(&shirt), Some(&shirt.clone())), [""; 0]);
        assert_eq!(affected(None, Some(&shirt)), ["B000000001"]);
        assert_eq!(affected(Some(&shirt), None), ["B000000001"]);
        assert_eq!(affected(None, None), [""; 0]);
        let moved = basis("B000000002", "Shirt");
        assert_eq!(affected(Some(&shirt), Some(&moved)), ["B000000001", "B000000002"]);
        for other in [
            Basis { title: "Skirt".to_owned(), ..shirt.clone() },
            Basis { category: "Toys".to_owned(), ..shirt.clone() },
            Basis { group: Group::Book, ..shirt.clone() },
            Basis { declared: "610910".parse().ok(), ..shirt.clone() },
        ] {
            assert!(affected(Some(&shirt), Some(&other)).contains(&"B000000001".to_owned()), "{other:?}");
        }
    }
}
