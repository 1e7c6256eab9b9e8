//! Terms of listings: words and phrases, found between word boundaries, unless a longer phrase around them means
//! something else ("laser" in "laser printer").

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::Confidence;
use super::classes::{ClassId, Classes};
use super::texts::{Field, Texts};
use crate::domain::data::{DataError, GOODS_TERMS};
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

    /// All terms in the texts of an offer, in one pass. `media`: its titles name works and not things.
    pub(super) fn find(&self, texts: &Texts, media: bool) -> Vec<Matched> {
        // Phrases share the blanks between them, so matches overlap.
        let hits: Vec<(&Pattern, Range<usize>)> = self
            .automaton
            .find_overlapping_iter(texts.words())
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
