//! What the words around a term make of it: in "sword stand", "toy food" or "case compatible with a hoverboard" the goods are
//! something else.

use std::ops::Range;

use super::dictionary::after_determiners;
use super::terms::Lineage;
use super::words::Word;

/// Where a phrase stands that takes the meaning of a term away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    /// Anywhere: terms that only suggest the class mean nothing, nor do categories.
    Not,
    /// The term is a part of it.
    Around,
    /// Right after the term.
    After,
    /// Right before it, or before its determiners.
    Before,
    /// Before it in the same clause.
    For,
}

/// A phrase's relation to the terms of some classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Context {
    pub(super) classes: Lineage,
    pub(super) relation: Relation,
}

/// All contexts that phrases of the tables have.
#[derive(Debug)]
pub(super) struct Contexts(pub(super) Box<[Context]>);

impl Contexts {
    pub(super) fn get(&self, at: u32) -> Context {
        self.0[at as usize]
    }
}

/// The contexts in an offer's texts.
#[derive(Default)]
pub(super) struct Around {
    found: Vec<Found>,
    denied: Vec<(Lineage, Range<usize>)>,
}

struct Found {
    context: Context,
    words: Range<usize>,
    /// How far it reaches.
    until: usize,
}

impl Around {
    pub(super) fn add(&mut self, context: Context, words: &[Word], found: Range<usize>) {
        let until = match context.relation {
            Relation::Not => return self.denied.push((context.classes, found)),
            Relation::Around | Relation::After => found.end,
            Relation::Before => after_determiners(words, found.end),
            Relation::For => {
                let clause = words[found.end..].iter().position(Word::ends_clause);
                clause.map_or(words.len(), |length| found.end + length)
            }
        };
        self.found.push(Found { context, words: found, until });
    }

    /// Whether a term of a class, and of the wider ones it belongs to, means nothing there; `beside`: what stands beside it counts.
    pub(super) fn excludes(&self, classes: Lineage, term: &Range<usize>, beside: bool) -> bool {
        self.found.iter().any(|Found { context, words, until }| {
            context.classes & classes != 0
                && match context.relation {
                    Relation::Not => false,
                    Relation::Around => words.start <= term.start && term.end <= words.end,
                    Relation::After => beside && words.start == term.end,
                    Relation::Before => beside && (words.end..=*until).contains(&term.start),
                    Relation::For => beside && (words.end..*until).contains(&term.start),
                }
        })
    }

    /// The classes that the goods are not of.
    pub(super) fn denied(&self) -> Lineage {
        let means = |(classes, words): &(Lineage, Range<usize>)| {
            let around = self.found.iter().filter(|found| {
                let reach = &found.words;
                found.context.relation == Relation::Around
                    && reach.start <= words.start
                    && words.end <= reach.end
            });
            around.fold(*classes, |classes, found| classes & !found.context.classes)
        };
        self.denied.iter().map(means).fold(0, |denied, classes| denied | classes)
    }
}
