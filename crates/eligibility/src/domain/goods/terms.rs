//! Terms of listings: words and phrases, each with what it says of a class, unless the words around it mean something else
//! ("laser" in "laser printer", "sword" before "stand").

use super::Confidence;
use super::classes::ClassId;
use super::contexts::Contexts;
use super::dictionary::{Dictionary, Use};
use super::hits::{Hit, Hits};
use super::term_rows::Filling;
use super::texts::{Field, Texts};
use super::words::{self, Word};
use crate::domain::data::{DataError, Tables};

/// All terms and what takes their meaning away.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) dictionary: Dictionary,
    pub(super) alone: Box<[Term]>,
    pub(super) joint: Box<[Joint]>,
    pub(super) contexts: Contexts,
    /// The phrases of all terms of one part as the tables write them.
    pub(super) phrases: Box<str>,
}

/// A term that is one phrase.
#[derive(Debug)]
pub(super) struct Term {
    pub(super) class: ClassId,
    pub(super) confidence: Confidence,
    /// Where its phrase is.
    pub(super) phrase: (u32, u16),
}

/// A term of several parts, all of which are needed: the first in the title, the others in one of the fields.
#[derive(Debug)]
pub(super) struct Joint {
    pub(super) class: ClassId,
    pub(super) says: Says,
    pub(super) parts: u8,
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

/// A term found in an offer.
pub(super) struct Matched {
    pub(super) class: ClassId,
    pub(super) confidence: Confidence,
    pub(super) evidence: String,
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
        let hits = Hits::of(&self.dictionary, &self.joint, texts, &words, media);
        if hits.is_empty() {
            return Vec::new();
        }
        let around = hits.around(&self.contexts, &words);
        let excluded = |class, hit: &Hit| {
            // What stands beside a term counts for the first of its parts.
            let beside = matches!(hit.part, 0 | Use::ALONE) && hit.field != Field::Category;
            around.excludes(lineage(class), &hit.words, beside)
        };
        let (joint, not) = self.joint(&hits, excluded);
        let denied = around.denied() | not;
        let means = |class, weak: bool| !weak || lineage(class) & denied == 0;
        let alone = hits.alone.iter().map(|hit| (hit, &self.alone[hit.at as usize]));
        let alone = alone.filter(|(hit, term)| {
            let weak = term.confidence == Confidence::Possible || hit.field == Field::Category;
            means(term.class, weak) && !excluded(term.class, hit)
        });
        let alone = alone.map(|(hit, term)| Matched {
            class: term.class,
            confidence: term.confidence,
            evidence: format!("{}: \"{}\"", hit.field.name(), self.phrase(term)),
        });
        let joint = joint
            .into_iter()
            .filter(|(class, confidence, _)| means(*class, *confidence == Confidence::Possible));
        let joint = joint.map(|(class, confidence, parts)| Matched {
            class,
            confidence,
            evidence: shown(&parts, texts, &words),
        });
        alone.chain(joint).collect()
    }

    /// The terms of several parts that are all there, with the first words of each, and the classes that the goods are not of.
    fn joint<'a>(
        &self,
        hits: &'a Hits,
        excluded: impl Fn(ClassId, &Hit) -> bool,
    ) -> (Vec<Whole<'a>>, Lineage) {
        let (mut whole, mut denied) = (Vec::new(), 0);
        for hits in hits.parts.chunk_by(|one, next| one.at == next.at) {
            let Joint { class, says, parts } = &self.joint[hits[0].at as usize];
            match says {
                Says::Not => denied |= bit(*class),
                Says::Is(confidence) => {
                    let first = |part| hits.iter().find(|hit| hit.part == part && !excluded(*class, hit));
                    let found: Option<Vec<_>> = (0..*parts).map(first).collect();
                    whole.extend(found.map(|found| (*class, *confidence, found)));
                }
            }
        }
        (whole, denied)
    }

    /// As the table writes it.
    fn phrase(&self, term: &Term) -> &str {
        let (begin, length) = (term.phrase.0 as usize, usize::from(term.phrase.1));
        &self.phrases[begin..begin + length]
    }
}

/// A class, how sure it is, and the words of each part.
type Whole<'a> = (ClassId, Confidence, Vec<&'a Hit>);

/// The evidence of a term of several parts: the words that were found.
fn shown(parts: &[&Hit], texts: &Texts, words: &[Word]) -> String {
    let letters = |hit: &Hit| words[hit.words.start].from as usize..words[hit.words.end - 1].to as usize;
    let parts: Vec<_> = parts.iter().map(|hit| texts.shown(letters(hit))).collect();
    format!("texts: \"{}\"", parts.join(" + "))
}

impl Joint {
    /// `seen` has a bit for each part.
    pub(super) fn has_all(&self, seen: u8) -> bool {
        u32::from(self.parts) == seen.count_ones()
    }
}

pub(super) const fn bit(class: ClassId) -> Lineage {
    1 << class.index()
}
