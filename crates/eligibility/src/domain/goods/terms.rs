//! Terms of listings: words and phrases, found between word boundaries, unless a longer phrase around them means
//! something else ("laser" in "laser printer").

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::Confidence;
use super::classes::{ClassId, Classes};
use crate::domain::data::{DataError, GOODS_TERMS};
use crate::domain::offer::{Group, Offer};
use crate::domain::text::{append_words, words};

/// All terms and exclusions, in one automaton.
#[derive(Debug)]
pub(super) struct Terms {
    automaton: AhoCorasick,
    /// By pattern.
    patterns: Vec<Pattern>,
}

/// What a phrase is good for: it may be a term of several classes and exclude terms of others.
#[derive(Debug, Default)]
struct Pattern {
    terms: Vec<Term>,
    /// Classes whose terms inside this phrase mean nothing.
    excludes: Vec<ClassId>,
}

#[derive(Debug)]
struct Term {
    class: ClassId,
    confidence: Confidence,
    fields: Vec<Field>,
    /// Counts in media too, where a title names a work and not a thing.
    in_media: bool,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Bullets,
    /// Counts where bullet points do.
    Description,
    /// One segment of the category path; a term is the whole segment.
    Category,
}

/// A term found in an offer.
pub(super) struct Matched {
    pub(super) class: ClassId,
    pub(super) confidence: Confidence,
    pub(super) evidence: String,
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
const CONFIDENCES: [(&str, Confidence); 2] =
    [("CERTAIN", Confidence::Certain), ("POSSIBLE", Confidence::Possible)];

impl Terms {
    pub(super) fn embedded(classes: &Classes) -> Result<Self, DataError> {
        let mut patterns: BTreeMap<String, Pattern> = BTreeMap::new();
        for row in GOODS_TERMS.rows::<Row>()? {
            let class = classes.named(&row.class);
            let class =
                class.ok_or_else(|| GOODS_TERMS.wrong(format!("no class is called {}", row.class)))?;
            for phrase in row.unless.split('|').filter(|phrase| !phrase.is_empty()) {
                patterns.entry(words(phrase)).or_default().excludes.push(class);
            }
            let term = Term::read(class, &row)?;
            patterns.entry(words(&row.term)).or_default().terms.push(term);
        }
        let automaton = AhoCorasick::new(patterns.keys()).map_err(|error| GOODS_TERMS.wrong(error))?;
        Ok(Self { automaton, patterns: patterns.into_values().collect() })
    }

    /// All terms of an offer, field by field, in one pass.
    pub(super) fn find(&self, offer: &Offer) -> Vec<Matched> {
        let media = offer.group != Group::Other;
        let texts = Texts::of(offer);
        // Phrases share the blanks between them, so matches overlap.
        let hits: Vec<(&Pattern, Range<usize>)> = self
            .automaton
            .find_overlapping_iter(&texts.words)
            .map(|hit| (&self.patterns[hit.pattern().as_usize()], hit.range()))
            .collect();
        let mut matched = Vec::new();
        for (pattern, range) in &hits {
            let (field, whole) = texts.part(range);
            if field == Field::Category && whole != *range {
                continue;
            }
            let terms = pattern.terms.iter().filter(|term| term.fields.contains(&field));
            for term in terms.filter(|term| !media || term.in_media) {
                if !is_excluded(term.class, range, &hits) {
                    matched.push(term.matched(field));
                }
            }
        }
        matched
    }
}

/// Between two texts: no phrase has it.
const SEPARATOR: char = '\n';

/// The words of all texts of an offer, one after the other.
struct Texts {
    words: String,
    /// Field and end of each.
    parts: Vec<(Field, usize)>,
}

impl Texts {
    fn of(offer: &Offer) -> Self {
        let bullets = &offer.bullet_points;
        let named = offer.title.len() + offer.category.len() + offer.description.len();
        let room = named + bullets.iter().map(String::len).sum::<usize>() + 3 * (bullets.len() + 8);
        let mut texts = Self { words: String::with_capacity(room), parts: Vec::with_capacity(16) };
        texts.add(Field::Title, &offer.title);
        bullets.iter().for_each(|bullet| texts.add(Field::Bullets, bullet));
        texts.add(Field::Description, &offer.description);
        offer.category.split(['>', '|', '/']).for_each(|segment| texts.add(Field::Category, segment));
        texts
    }

    fn add(&mut self, field: Field, text: &str) {
        append_words(&mut self.words, text);
        self.parts.push((field, self.words.len()));
        self.words.push(SEPARATOR);
    }

    /// The field and the extent of the text that a phrase was found in.
    fn part(&self, phrase: &Range<usize>) -> (Field, Range<usize>) {
        let at = self.parts.partition_point(|(_, end)| *end < phrase.end).min(self.parts.len() - 1);
        let begin = at.checked_sub(1).map_or(0, |before| self.parts[before].1 + SEPARATOR.len_utf8());
        let (field, end) = self.parts[at];
        (field, begin..end)
    }
}

/// A longer phrase around the term takes its meaning away.
fn is_excluded(class: ClassId, term: &Range<usize>, hits: &[(&Pattern, Range<usize>)]) -> bool {
    hits.iter().any(|(pattern, range)| {
        range.start <= term.start && term.end <= range.end && pattern.excludes.contains(&class)
    })
}

impl Term {
    fn read(class: ClassId, row: &Row) -> Result<Self, DataError> {
        let fields = row.fields.split('|').map(|field| GOODS_TERMS.word(field, &FIELDS));
        let mut fields = fields.collect::<Result<Vec<_>, _>>()?;
        if fields.contains(&Field::Bullets) {
            fields.push(Field::Description);
        }
        Ok(Self {
            class,
            confidence: GOODS_TERMS.word(&row.confidence, &CONFIDENCES)?,
            fields,
            in_media: GOODS_TERMS.word(&row.products, &[("ALL", true), ("GOODS", false)])?,
            text: row.term.clone(),
        })
    }

    fn matched(&self, field: Field) -> Matched {
        let field = match field {
            Field::Title => "title",
            Field::Bullets => "bullet point",
            Field::Description => "description",
            Field::Category => "category",
        };
        let evidence = format!("{field}: \"{}\"", self.text);
        Matched { class: self.class, confidence: self.confidence, evidence }
    }
}
