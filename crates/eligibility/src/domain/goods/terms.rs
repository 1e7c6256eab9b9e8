//! Terms of listings: words and phrases, found between word boundaries, unless a longer phrase around them means
//! something else ("laser" in "laser printer"). A term may have several parts, or say what the goods are not.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::Confidence;
use super::classes::{ClassId, Classes};
use super::phrase::Phrase;
use super::texts::{Field, Texts};
use crate::domain::data::{DataError, GOODS_TERMS};

/// All terms and exclusions, in one automaton.
#[derive(Debug)]
pub(super) struct Terms {
    automaton: AhoCorasick,
    /// By pattern of the automaton.
    patterns: Vec<Pattern>,
    terms: Vec<Term>,
}

/// What a phrase is good for: it may be (part of) terms of several classes and exclude terms of others.
#[derive(Debug)]
struct Pattern {
    phrase: Phrase,
    /// Positions of terms, each with the part that the phrase is of it.
    terms: Box<[(u16, u8)]>,
    /// Classes whose terms inside this phrase mean nothing.
    excludes: Lineage,
}

/// Terms and exclusions of a phrase while the table is read.
type Phrases = BTreeMap<Phrase, (Vec<(u16, u8)>, Lineage)>;

#[derive(Debug)]
struct Term {
    class: ClassId,
    /// The class and the wider ones it belongs to.
    lineage: Lineage,
    says: Says,
    fields: u8,
    /// Counts in media too, where a title names a work and not a thing.
    in_media: bool,
    /// All of them are needed: the first in the title, the others in one of the fields.
    parts: u8,
    text: Box<str>,
}

/// What a term says of its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Is(Confidence),
    /// The goods are something else, whatever terms that only suggest the class and categories say.
    Not,
}

/// Classes as bits.
type Lineage = u128;

/// A term found in an offer.
pub(super) struct Matched {
    pub(super) class: ClassId,
    pub(super) confidence: Confidence,
    pub(super) evidence: String,
}

/// A phrase in the words of an offer, in a field.
struct Hit<'a> {
    pattern: &'a Pattern,
    range: Range<usize>,
    field: Field,
}

#[derive(Deserialize)]
struct Row {
    class: String,
    term: String,
    fields: String,
    products: String,
    confidence: String,
    unless: String,
}

const FIELDS: [(&str, Field); 3] =
    [("TITLE", Field::Title), ("BULLETS", Field::Bullets), ("CATEGORY", Field::Category)];
const CONFIDENCES: [(&str, Says); 3] = [
    ("CERTAIN", Says::Is(Confidence::Certain)),
    ("POSSIBLE", Says::Is(Confidence::Possible)),
    ("NOT", Says::Not),
];
/// Between the parts of a term.
const AND: &str = " + ";

impl Terms {
    pub(super) fn embedded(classes: &Classes) -> Result<Self, DataError> {
        let mut phrases = Phrases::new();
        let mut terms = Vec::new();
        for row in GOODS_TERMS.rows::<Row>()? {
            let class = classes.named(&row.class);
            let class =
                class.ok_or_else(|| GOODS_TERMS.wrong(format!("no class is called {}", row.class)))?;
            for phrase in row.unless.split('|').filter(|phrase| !phrase.is_empty()) {
                phrases.entry(Phrase::read(phrase)).or_default().1 |= bit(class);
            }
            let term = Term::read(class, classes, &row)?;
            let at = u16::try_from(terms.len()).map_err(|_| GOODS_TERMS.wrong("more than 65,536 terms"))?;
            for (part, text) in (0..).zip(row.term.split(AND)) {
                let phrase = Phrase::read(text);
                if let Some(joined) = phrase.joined() {
                    phrases.entry(joined).or_default().0.push((at, part));
                }
                phrases.entry(phrase).or_default().0.push((at, part));
            }
            terms.push(term);
        }
        let letters = phrases.keys().map(|phrase| &phrase.letters);
        let automaton = AhoCorasick::new(letters).map_err(|error| GOODS_TERMS.wrong(error))?;
        let patterns = phrases.into_iter().map(|(phrase, (terms, excludes))| {
            Pattern { phrase, terms: terms.into_boxed_slice(), excludes }
        });
        Ok(Self { automaton, patterns: patterns.collect(), terms })
    }

    /// All terms in the texts of an offer, in one pass. `media`: its titles name works and not things.
    pub(super) fn find(&self, texts: &Texts, media: bool) -> Vec<Matched> {
        let hits = self.hits(texts);
        let (mut single, mut parts) = (Vec::new(), BTreeMap::<u16, u8>::new());
        let mut denied: Lineage = 0;
        for hit in &hits {
            for (at, part) in &hit.pattern.terms {
                let term = &self.terms[usize::from(*at)];
                if !term.counts_in(hit.field, *part, media) || is_excluded(term, hit, &hits) {
                    continue;
                }
                match (term.parts, term.says) {
                    (1, Says::Not) => denied |= bit(term.class),
                    (1, Says::Is(confidence)) => single.push((term, confidence, Some(hit.field))),
                    _ => *parts.entry(*at).or_default() |= 1 << part,
                }
            }
        }
        for (at, found) in parts {
            let term = &self.terms[usize::from(at)];
            match term.says {
                _ if found.count_ones() != u32::from(term.parts) => {}
                Says::Not => denied |= bit(term.class),
                Says::Is(confidence) => single.push((term, confidence, None)),
            }
        }
        single.retain(|(term, confidence, field)| {
            let weak = *confidence == Confidence::Possible || *field == Some(Field::Category);
            !weak || term.lineage & denied == 0
        });
        single.into_iter().map(|(term, confidence, field)| term.matched(confidence, field)).collect()
    }

    fn hits(&self, texts: &Texts) -> Vec<Hit<'_>> {
        // Phrases share the blanks between them, so matches overlap.
        let found = self.automaton.find_overlapping_iter(texts.words());
        let hits = found.filter_map(|found| {
            let pattern = &self.patterns[found.pattern().as_usize()];
            let range = found.start()..pattern.phrase.ends(texts.words(), found.end())?;
            let (field, whole) = texts.part(&range);
            // A category's last blank is no part of a phrase.
            let fits = field != Field::Category || (whole.start == range.start && whole.end == range.end + 1);
            fits.then_some(Hit { pattern, range, field })
        });
        hits.collect()
    }
}

/// A longer phrase around the term takes its meaning away.
fn is_excluded(term: &Term, hit: &Hit<'_>, hits: &[Hit<'_>]) -> bool {
    let around = |other: &Hit<'_>| other.range.start <= hit.range.start && hit.range.end <= other.range.end;
    hits.iter().any(|other| other.pattern.excludes & bit(term.class) != 0 && around(other))
}

const fn bit(class: ClassId) -> Lineage {
    1 << class.index()
}

const fn bit_of(field: Field) -> u8 {
    1 << field as u8
}

impl Term {
    fn read(class: ClassId, classes: &Classes, row: &Row) -> Result<Self, DataError> {
        let mut fields = 0;
        for field in row.fields.split('|') {
            match GOODS_TERMS.word(field, &FIELDS)? {
                Field::Bullets => fields |= bit_of(Field::Bullets) | bit_of(Field::Description),
                field => fields |= bit_of(field),
            }
        }
        let wider = std::iter::successors(Some(class), |class| classes.get(*class).parent);
        let parts = u8::try_from(row.term.split(AND).count()).ok().filter(|parts| *parts <= 8);
        Ok(Self {
            class,
            lineage: wider.fold(0, |lineage, class| lineage | bit(class)),
            says: GOODS_TERMS.word(&row.confidence, &CONFIDENCES)?,
            fields,
            in_media: GOODS_TERMS.word(&row.products, &[("ALL", true), ("GOODS", false)])?,
            parts: parts.ok_or_else(|| GOODS_TERMS.wrong(format!("{} has more than 8 parts", row.term)))?,
            text: row.term.clone().into_boxed_str(),
        })
    }

    /// Several parts: what the goods are is in the title, the rest may stand elsewhere.
    fn counts_in(&self, field: Field, part: u8, media: bool) -> bool {
        let place = if self.parts > 1 && part == 0 { bit_of(Field::Title) } else { self.fields };
        place & bit_of(field) != 0 && (!media || self.in_media)
    }

    fn matched(&self, confidence: Confidence, field: Option<Field>) -> Matched {
        let field = match field {
            Some(Field::Title) => "title",
            Some(Field::Bullets) => "bullet point",
            Some(Field::Description) => "description",
            Some(Field::Category) => "category",
            None => "texts",
        };
        let evidence = format!("{field}: \"{}\"", self.text);
        Matched { class: self.class, confidence, evidence }
    }
}
