//! Which HS code a good has. Suggested: the codes of the references that its text is nearest to, ranked, each with how sure
//! that is and with its evidence. A suggestion is never a fact: sellers and classifiers confirm codes.

mod codes;
mod confirmation;
mod index;
mod references;
mod suggested;
mod votes;
mod words;

use std::collections::BTreeSet;

use kernel::HsCode;

pub(crate) use codes::Codes;
pub(crate) use confirmation::{Asked, Confirmation, ConfirmedAs, Outcome};
pub(crate) use references::{MAX_CHARS, Reference, read, shipped};
pub(crate) use suggested::{Basis, Likeliest, Suggested, affected};

use super::data::DataError;
use index::Index;
use votes::{NEIGHBOURS, Vote, ranked};
use words::Meanings;

/// Most suggestions for a text.
pub(crate) const MAX_SUGGESTIONS: usize = 10;

/// A code that a good may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suggestion {
    /// Six digits.
    pub(crate) code: HsCode,
    /// In a thousand.
    pub(crate) confidence: u16,
    /// Words of the text that the reference has too, in the order of the text; empty where it is but similar.
    pub(crate) matched: Vec<String>,
    /// The nearest reference of the code.
    pub(crate) reference: Reference,
}

/// The references, ready to be compared with.
#[derive(Debug)]
pub(crate) struct Classifier {
    meanings: Meanings,
    index: Index,
}

impl Classifier {
    /// The shipped table and what an operator adds to it.
    pub(crate) fn new(codes: &Codes, more: Vec<Reference>) -> Result<Self, DataError> {
        let meanings = Meanings::embedded()?;
        let mut references = shipped(codes)?;
        references.extend(more);
        let index = Index::new(references, &meanings);
        Ok(Self { meanings, index })
    }

    /// Codes for a text, the likeliest first; none where nothing is likely enough.
    pub(crate) fn suggest(&self, text: &str) -> Vec<Suggestion> {
        let words = self.meanings.of(text);
        let likeliest = self.votes(&words).into_iter().take(MAX_SUGGESTIONS);
        likeliest.map(|vote| self.suggestion(&words, vote)).collect()
    }

    /// The first of them, without its evidence.
    pub(crate) fn likeliest(&self, text: &str) -> Option<Likeliest> {
        let vote = self.votes(&self.meanings.of(text)).into_iter().next()?;
        Some(Likeliest { code: vote.code, confidence: vote.confidence })
    }

    /// What a text is about: texts that come to the same are as good as equal.
    pub(crate) fn words(&self, text: &str) -> BTreeSet<String> {
        self.meanings.of(text).into_iter().collect()
    }

    fn votes(&self, words: &[String]) -> Vec<Vote> {
        let near = self.index.nearest(words, NEIGHBOURS);
        ranked(near.iter().map(|near| (self.index.reference(near.reference).code, *near)))
    }

    fn suggestion(&self, words: &[String], vote: Vote) -> Suggestion {
        let reference = self.index.reference(vote.nearest).clone();
        let mut of_reference = self.words(&reference.text);
        let matched = words.iter().filter(|word| of_reference.remove(*word)).cloned().collect();
        Suggestion { code: vote.code, confidence: vote.confidence, matched, reference }
    }
}

#[cfg(test)]
mod tests;
