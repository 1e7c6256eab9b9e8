//! The words of a text, each as a number.

use super::phrase::DIGIT;
use crate::domain::text::CLAUSE;

/// A word, or the end of a clause or text, which is no word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// Where its letters are.
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) hash: u64,
    /// Without the `s` at its end; [`Word::NONE`] if there is none.
    pub(super) singular: u64,
    /// With [`DIGIT`] for all digits; [`Word::NONE`] without digits.
    pub(super) shape: u64,
}

impl Word {
    /// No word has this hash.
    pub(super) const NONE: u64 = 0;

    pub(super) fn ends_clause(&self) -> bool {
        self.hash == Self::NONE
    }
}

const BEGIN: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// FNV-1a, of 64 bits: tens of thousands of words do not meet in them.
pub(super) const fn digest(word: &[u8]) -> u64 {
    let mut hash = BEGIN;
    let mut at = 0;
    while at < word.len() {
        hash = with(hash, word[at]);
        at += 1;
    }
    hash
}

const fn with(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(PRIME)
}

/// Words parted by blanks, and ends of clauses and texts.
pub(super) fn read(text: &[u8]) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 5 + 1);
    let mut from = 0;
    while from < text.len() {
        let (mut hash, mut shape, mut before_last) = (BEGIN, BEGIN, BEGIN);
        let mut to = from;
        while let Some(&byte) = text.get(to).filter(|byte| **byte > b' ' && **byte != CLAUSE) {
            before_last = hash;
            hash = with(hash, byte);
            shape = with(shape, if byte.is_ascii_digit() { DIGIT as u8 } else { byte });
            to += 1;
        }
        if to > from {
            let singular = if text[to - 1] == b's' { before_last } else { Word::NONE };
            let shape = if shape == hash { Word::NONE } else { shape };
            words.push(Word { from: from as u32, to: to as u32, hash, singular, shape });
        }
        if text.get(to).is_some_and(|end| *end != b' ') {
            let nothing = Word::NONE;
            words.push(Word {
                from: to as u32,
                to: to as u32,
                hash: nothing,
                singular: nothing,
                shape: nothing,
            });
        }
        from = to + 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_between_blanks_and_clauses_end() {
        let words = read(b" laser pointers , 20mw \n");
        let found: Vec<_> = words.iter().map(|word| (word.from, word.to, word.ends_clause())).collect();
        assert_eq!(found, [(1, 6, false), (7, 15, false), (16, 16, true), (18, 22, false), (23, 23, true)]);
        assert_eq!(words[0].hash, digest(b"laser"));
        assert_eq!(words[1].singular, digest(b"pointer"));
        assert_eq!(words[3].shape, digest(b"##mw"));
        assert_eq!((words[0].singular, words[0].shape), (Word::NONE, Word::NONE));
    }
}
