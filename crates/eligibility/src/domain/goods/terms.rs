//! Terms of listings: words and phrases, each with what it says of a class, unless the words around it mean something else
//! ("laser" in "laser printer", "sword" before "stand").

use std::collections::BTreeMap;
use std::ops::Range;

use super::Confidence;
use super::classes::ClassId;
use super::contexts::{Around, Contexts};
use super::dictionary::{Dictionary, Use};
use super::term_rows::Filling;
use super::texts::{Field, Texts};
use super::words::{self, Word};
use crate::domain::data::{DataError, Tables};

/// All terms and what takes their meaning away.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) dictionary: Dictionary,
    pub(super) terms: Box<[Term]>,
    pub(super) contexts: Contexts,
    /// The phrases of all terms as the tables write them.
    pub(super) phrases: Box<str>,
}

#[derive(Debug)]
pub(super) struct Term {
    pub(super) class: ClassId,
    pub(super) says: Says,
    pub(super) fields: Fields,
    /// Counts in media too, where a title names a work and not a thing.
    pub(super) in_media: bool,
    /// All of them are needed: the first in the title, the others in one of the fields.
    pub(super) parts: u8,
    /// Where its phrase is.
    pub(super) phrase: (u32, u16),
}

/// What a term says of its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Is(Confidence),
    /// The goods are something else, whatever terms that only suggest the class and categories say.
    Not,
}

/// Classes as bits.
pub(super) type Lineage = u128;

/// Fields as bits.
pub(super) type Fields = u8;

/// A term found in an offer.
pub(super) struct Matched {
    pub(super) class: ClassId,
    pub(super) confidence: Confidence,
    pub(super) evidence: String,
}

/// A part of a term in the words of an offer.
struct Hit<'a> {
    at: u32,
    term: &'a Term,
    part: u8,
    words: Range<usize>,
    field: Field,
}

/// A term of which all parts were found.
struct Whole<'a> {
    term: &'a Term,
    confidence: Confidence,
    found: Place,
}

/// Where a term was found.
enum Place {
    In(Field),
    /// The words of each part, in their order.
    Parts(BTreeMap<u8, Range<usize>>),
}

impl Terms {
    pub(super) fn read(tables: &Tables, classes: &super::Classes) -> Result<Self, DataError> {
        Filling::read(tables, classes)?.done()
    }

    /// All terms in the texts of an offer. `media`: its titles name works and not things; `lineage` is a class with the wider ones
    /// that it belongs to.
    pub(super) fn find(
        &self,
        texts: &Texts,
        media: bool,
        lineage: impl Fn(ClassId) -> Lineage,
    ) -> Vec<Matched> {
        let words = words::read(texts.words());
        let (hits, around) = self.hits(texts, &words, media);
        if hits.is_empty() {
            return Vec::new();
        }
        let (mut whole, denied) = whole(&hits, &around, &lineage);
        whole.retain(|Whole { term, confidence, found }| {
            let weak = *confidence == Confidence::Possible || matches!(found, Place::In(Field::Category));
            !weak || lineage(term.class) & denied == 0
        });
        whole.into_iter().map(|whole| self.matched(whole, texts, &words)).collect()
    }

    /// Parts of terms where they count, and what stands around them.
    fn hits(&self, texts: &Texts, words: &[Word], media: bool) -> (Vec<Hit<'_>>, Around) {
        let (mut hits, mut around, mut near) = (Vec::new(), Around::default(), 0);
        self.dictionary.find(texts.words(), words, &mut |found, Use { at, part, .. }| {
            let letters = words[found.start].from as usize..words[found.end - 1].to as usize;
            let (field, text) = texts.part(&letters, &mut near);
            // Of a category only the whole is a term, between two blanks.
            if field == Field::Category && (text.start + 1 != letters.start || text.end != letters.end + 1) {
                return;
            }
            if part == Use::CONTEXT {
                return around.add(self.contexts.get(at), words, found, field);
            }
            let term = &self.terms[at as usize];
            if term.counts_in(field, part, media) {
                hits.push(Hit { at, term, part, words: found, field });
            }
        });
        (hits, around)
    }

    fn matched(&self, whole: Whole<'_>, texts: &Texts, words: &[Word]) -> Matched {
        let Whole { term, confidence, found } = whole;
        let evidence = match found {
            Place::In(field) => {
                let (begin, length) = (term.phrase.0 as usize, usize::from(term.phrase.1));
                format!("{}: \"{}\"", field.name(), &self.phrases[begin..begin + length])
            }
            Place::Parts(parts) => {
                let shown = |part: Range<usize>| {
                    texts.shown(words[part.start].from as usize..words[part.end - 1].to as usize)
                };
                let parts: Vec<_> = parts.into_values().map(shown).collect();
                format!("texts: \"{}\"", parts.join(" + "))
            }
        };
        Matched { class: term.class, confidence, evidence }
    }
}

/// The terms of which all parts mean what they say, and the classes that the goods are not of. What stands beside a term counts for
/// the first of its parts.
fn whole<'a>(
    hits: &[Hit<'a>],
    around: &Around,
    lineage: impl Fn(ClassId) -> Lineage,
) -> (Vec<Whole<'a>>, Lineage) {
    let (mut whole, mut parts) = (Vec::new(), BTreeMap::new());
    let mut denied = around.denied();
    for Hit { at, term, part, words, field } in hits {
        let beside = *part == 0 && *field != Field::Category;
        match term.says {
            Says::Is(_) if around.excludes(lineage(term.class), words, beside) => {}
            Says::Is(confidence) if term.parts == 1 => {
                whole.push(Whole { term, confidence, found: Place::In(*field) });
            }
            _ => {
                let (_, found) = parts.entry(*at).or_insert((*term, BTreeMap::new()));
                found.entry(*part).or_insert(words.clone());
            }
        }
    }
    for (term, found) in parts.into_values() {
        match term.says {
            _ if found.len() != usize::from(term.parts) => {}
            Says::Not => denied |= bit(term.class),
            Says::Is(confidence) => whole.push(Whole { term, confidence, found: Place::Parts(found) }),
        }
    }
    (whole, denied)
}

impl Term {
    /// Several parts: what the goods are is in the title, the rest may stand elsewhere.
    fn counts_in(&self, field: Field, part: u8, media: bool) -> bool {
        let place = if self.parts > 1 && part == 0 { bit_of(Field::Title) } else { self.fields };
        place & bit_of(field) != 0 && (!media || self.in_media)
    }
}

pub(super) const fn bit(class: ClassId) -> Lineage {
    1 << class.index()
}

pub(super) const fn bit_of(field: Field) -> Fields {
    1 << field as u8
}
