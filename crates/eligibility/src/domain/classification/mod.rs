//! Which HS code a good may have: codes of the references that its text is nearest to, ranked, each with how sure that is and with
//! its evidence. A suggestion is never a fact: sellers and classifiers confirm codes.

mod codes;
mod index;
mod references;
mod votes;
mod words;

use std::collections::BTreeSet;

use kernel::HsCode;

pub(crate) use codes::Codes;
pub(crate) use references::{Reference, read, shipped};

use super::data::DataError;
use index::Index;
use votes::{NEIGHBOURS, ranked};
use words::Meanings;

/// Most suggestions for a text.
pub(crate) const MAX_SUGGESTIONS: usize = 10;

/// A code that a good may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suggestion {
    /// Six digits.
    pub(crate) code: HsCode,
    /// The code's share of the votes times how near its nearest reference is, in a thousand; not calibrated yet.
    pub(crate) confidence: u16,
    /// Words of the text that the reference has too; empty when it is but similar.
    pub(crate) matched: Vec<String>,
    /// The nearest reference of the code, and where it stands.
    pub(crate) reference: Reference,
}

/// The references, ready to be compared with.
#[derive(Debug)]
pub(crate) struct Classifier {
    meanings: Meanings,
    codes: Codes,
    index: Index,
}

impl Classifier {
    /// The shipped table and what an operator adds to it.
    pub(crate) fn new(codes: Codes, more: Vec<Reference>) -> Result<Self, DataError> {
        let meanings = Meanings::embedded()?;
        let mut references = references::shipped(&codes)?;
        references.extend(more);
        let index = Index::new(references, &meanings);
        Ok(Self { meanings, codes, index })
    }

    /// The codes there are.
    pub(crate) fn codes(&self) -> &Codes {
        &self.codes
    }

    /// Codes for a text, the likeliest first; none where nothing is likely enough.
    pub(crate) fn suggest(&self, text: &str) -> Vec<Suggestion> {
        let words = self.meanings.of(text);
        let near = self.index.nearest(&words, NEIGHBOURS);
        let votes = near.iter().map(|near| (self.index.reference(near.reference).code, *near));
        let ranked = ranked(votes).into_iter().take(MAX_SUGGESTIONS);
        ranked.map(|vote| self.suggestion(&words, vote)).collect()
    }

    fn suggestion(&self, words: &[String], vote: votes::Vote) -> Suggestion {
        let reference = self.index.reference(vote.nearest).clone();
        let of_reference: BTreeSet<String> = self.meanings.of(&reference.text).into_iter().collect();
        let mut matched: Vec<String> = words.iter().filter(|w| of_reference.contains(*w)).cloned().collect();
        let mut seen = BTreeSet::new();
        matched.retain(|word| seen.insert(word.clone()));
        Suggestion { code: vote.code, confidence: vote.confidence, matched, reference }
    }
}
