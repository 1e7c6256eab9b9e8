//! Words that may be parts of longer ones, as German writes them: found letter by letter.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::dictionary::{Hit, Use};
use super::phrase::{End, Phrase};
use super::words::Word;

/// Beginnings and ends of words with their uses.
#[derive(Debug)]
pub(super) struct Stars {
    automaton: AhoCorasick,
    /// By pattern of the automaton.
    uses: Box<[(End, Use)]>,
}

impl Stars {
    /// `None` if they are too many for an automaton.
    pub(super) fn new(mut phrases: Vec<(Phrase, Use)>) -> Option<Self> {
        phrases.sort_unstable();
        phrases.dedup();
        let letters = phrases.iter().map(|(phrase, _)| match phrase.end {
            End::Opens => format!(" {}", phrase.words[0]),
            _ => phrase.words[0].clone(),
        });
        // For long texts the largest automaton is the fastest.
        let automaton = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(letters).ok()?;
        let uses = phrases.iter().map(|(phrase, good_for)| (phrase.end, *good_for)).collect();
        Some(Self { automaton, uses })
    }

    /// Calls `hit` with the word that one is a part of.
    pub(super) fn find(&self, text: &[u8], words: &[Word], hit: Hit<'_>) {
        if self.uses.is_empty() {
            return;
        }
        for found in self.automaton.find_overlapping_iter(text) {
            let (end, good_for) = &self.uses[found.pattern().as_usize()];
            let closes = matches!(text.get(found.end()..), Some([b' ', ..] | [b's', b' ', ..]));
            if *end == End::Opens || closes {
                let word = words.partition_point(|word| (word.to as usize) < found.end());
                hit(word..word + 1, std::slice::from_ref(good_for));
            }
        }
    }
}
