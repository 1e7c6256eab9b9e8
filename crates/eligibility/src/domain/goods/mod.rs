//! What kind of good a product is, as far as a rule cares: the restriction families of the programme and the narrower
//! classes that countries name. Found from declared families, HS codes and terms, each with its evidence.

mod classes;
mod contexts;
mod dictionary;
mod hits;
mod hs;
mod languages;
mod phrase;
mod places;
mod stars;
mod term_rows;
mod terms;
mod texts;
mod words;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use classes::{Class, ClassId, Kind};
use kernel::HsCode;

use super::data::{DataError, Tables};
use super::offer::{Group, Offer};
use classes::Classes;
use hs::{HsHints, Strength};
use languages::Languages;
use terms::Terms;
use texts::Texts;

/// How sure it is that a product belongs to a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Confidence {
    /// A look by people is needed: never permission, never a final no.
    Possible,
    Certain,
}

/// The classes a product was found to belong to, each with the strongest evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Found(BTreeMap<ClassId, (Confidence, String)>);

/// What of an offer says nothing to us.
#[derive(Debug, Default)]
pub(crate) struct Unclear<'a> {
    /// Names in its declared families that no class has.
    pub(crate) families: Vec<&'a str>,
    /// The beginning of a text in a language that the terms do not know.
    pub(crate) text: Option<String>,
}

/// The tables of classes, HS hints, terms and languages.
#[derive(Debug)]
pub(crate) struct Goods {
    classes: Classes,
    hs: HsHints,
    terms: Terms,
    languages: Languages,
}

impl Goods {
    pub(crate) fn read(tables: &Tables) -> Result<Self, DataError> {
        let classes = Classes::read(tables)?;
        let hs = HsHints::read(tables, &classes)?;
        let terms = Terms::read(tables, &classes)?;
        Ok(Self { classes, hs, terms, languages: Languages::read(tables)? })
    }

    pub(crate) fn class(&self, id: ClassId) -> &Class {
        self.classes.get(id)
    }

    /// The class with a name or an alias.
    pub(crate) fn named(&self, name: &str) -> Option<ClassId> {
        self.classes.named(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (ClassId, &Class)> {
        self.classes.iter()
    }

    /// Finds the classes of one offer; of a text of `least_words` or more it must know the language.
    pub(crate) fn find<'a>(&self, offer: &'a Offer, least_words: i64, found: &mut Found) -> Unclear<'a> {
        let mut unknown = Vec::new();
        for declared in &offer.declared_families {
            match self.named(declared) {
                Some(class) => self.add(found, class, Confidence::Certain, format!("declared: {declared}")),
                None => unknown.push(declared.as_str()),
            }
        }
        let texts = Texts::of(offer);
        let media = offer.group != Group::Other;
        self.find_by_hs_and_terms(offer, &texts, media, found);
        self.find_books(offer, found);
        // The language of a work is not that of its listing.
        let readable = media || offer.asin.is_isbn();
        let text = if readable { None } else { self.languages.not_understood(&texts, least_words) };
        Unclear { families: unknown, text }
    }

    /// Adds a class, and with it the wider ones it belongs to.
    pub(crate) fn add(&self, found: &mut Found, class: ClassId, confidence: Confidence, evidence: String) {
        let mut next = Some(class);
        while let Some(class) = next {
            found.keep_stronger(class, confidence, &evidence);
            next = self.class(class).parent;
        }
    }

    /// A term that only suggests a class is certain where the HS code points to the same class.
    fn find_by_hs_and_terms(&self, offer: &Offer, texts: &Texts, media: bool, found: &mut Found) {
        let mut hinted: BTreeMap<ClassId, Strength> = BTreeMap::new();
        let code = offer.code();
        if let Some(code) = code {
            for (class, strength) in self.hs.of(code.code) {
                let stronger = hinted.entry(class).or_insert(strength);
                *stronger = strength.max(*stronger);
                if let Some(confidence) = strength.alone() {
                    self.add(found, class, confidence, code.to_string());
                }
            }
        }
        for matched in self.terms.find(texts, media, |class| self.classes.lineage(class)) {
            let hint = hinted.contains_key(&matched.class) && matched.confidence == Confidence::Possible;
            match code.filter(|_| hint) {
                Some(code) => {
                    let evidence = format!("{}, {code}", matched.evidence);
                    self.add(found, matched.class, Confidence::Certain, evidence);
                }
                None => self.add(found, matched.class, matched.confidence, matched.evidence),
            }
        }
    }

    /// The classes that an HS code points to, however little it says alone, in their order.
    pub(crate) fn pointed_to(&self, code: HsCode) -> Vec<&str> {
        let classes: BTreeSet<ClassId> = self.hs.of(code).map(|(class, _)| class).collect();
        classes.into_iter().map(|class| self.class(class).name.as_str()).collect()
    }

    /// A book is a book by its product group or by an ISBN as its ASIN (an HS code of heading 4901 says so as well).
    fn find_books(&self, offer: &Offer, found: &mut Found) {
        let evidence = match offer.group {
            Group::Book => "product group: book".to_owned(),
            Group::Other if offer.asin.is_isbn() => format!("ASIN is an ISBN: {}", offer.asin),
            _ => return,
        };
        if let Some(book) = self.named("BOOK") {
            self.add(found, book, Confidence::Certain, evidence);
        }
    }
}

impl Found {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (ClassId, Confidence, &str)> {
        self.0.iter().map(|(class, (confidence, evidence))| (*class, *confidence, evidence.as_str()))
    }

    /// Of equal confidence the first evidence stays, so that the order of offers decides nothing but words.
    fn keep_stronger(&mut self, class: ClassId, confidence: Confidence, evidence: &str) {
        match self.0.get(&class) {
            Some((known, _)) if *known >= confidence => {}
            _ => {
                self.0.insert(class, (confidence, evidence.to_owned()));
            }
        }
    }
}

#[cfg(test)]
mod tests;
