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
use crate::domain::text::words;

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

    /// All terms of an offer, field by field.
    pub(super) fn find(&self, offer: &Offer) -> Vec<Matched> {
        let media = offer.group != Group::Other;
        let mut matched = Vec::new();
        self.find_in(Field::Title, &offer.title, media, &mut matched);
        for bullet in &offer.bullet_points {
            self.find_in(Field::Bullets, bullet, media, &mut matched);
        }
        for segment in offer.category.split(['>', '|', '/']) {
            self.find_in(Field::Category, segment, media, &mut matched);
        }
        matched
    }

    fn find_in(&self, field: Field, text: &str, media: bool, matched: &mut Vec<Matched>) {
        let text = words(text);
        // Phrases share the blanks between them, so matches overlap.
        let hits: Vec<(&Pattern, Range<usize>)> = self
            .automaton
            .find_overlapping_iter(&text)
            .map(|hit| (&self.patterns[hit.pattern().as_usize()], hit.range()))
            .filter(|(_, range)| field != Field::Category || *range == (0..text.len()))
            .collect();
        for (pattern, range) in &hits {
            let terms = pattern.terms.iter().filter(|term| term.fields.contains(&field));
            for term in terms.filter(|term| !media || term.in_media) {
                if !is_excluded(term.class, range, &hits) {
                    matched.push(term.matched(field));
                }
            }
        }
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
        Ok(Self {
            class,
            confidence: GOODS_TERMS.word(&row.confidence, &CONFIDENCES)?,
            fields: fields.collect::<Result<_, _>>()?,
            in_media: GOODS_TERMS.word(&row.products, &[("ALL", true), ("GOODS", false)])?,
            text: row.term.clone(),
        })
    }

    fn matched(&self, field: Field) -> Matched {
        let field = match field {
            Field::Title => "title",
            Field::Bullets => "bullet point",
            Field::Category => "category",
        };
        let evidence = format!("{field}: \"{}\"", self.text);
        Matched { class: self.class, confidence: self.confidence, evidence }
    }
}
