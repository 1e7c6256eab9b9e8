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

/// Letters that are hashed at a time.
const PIECE: usize = 8;
const BEGIN: u64 = 0x243f_6a88_85a3_08d3;
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
/// A one in each byte.
const EACH: u64 = 0x0101_0101_0101_0101;

/// A word as a number, of 64 bits: tens of thousands of words do not meet in them.
pub(super) const fn digest(word: &[u8]) -> u64 {
    let (mut hash, mut at) = (BEGIN, 0);
    while at < word.len() {
        let (mut piece, mut letter) = (0, 0);
        while letter < PIECE && at + letter < word.len() {
            piece |= (word[at + letter] as u64) << (8 * letter);
            letter += 1;
        }
        hash = with(hash, piece);
        at += PIECE;
    }
    end(hash, word.len())
}

const fn with(hash: u64, piece: u64) -> u64 {
    let product = (hash ^ piece) as u128 * FACTOR as u128;
    (product ^ product >> 64) as u64
}

/// Never [`Word::NONE`].
const fn end(hash: u64, letters: usize) -> u64 {
    with(hash, letters as u64) | 1
}

/// The letters of a text from a place on, at most eight of them, as [`digest`] takes them.
#[inline]
fn piece(text: &[u8], from: usize, to: usize) -> u64 {
    let letters = to - from;
    match text.get(from..from + PIECE).and_then(|piece| piece.try_into().ok()).map(u64::from_le_bytes) {
        Some(piece) if letters >= PIECE => piece,
        Some(piece) => piece & ((1 << (8 * letters)) - 1),
        // At the end of the text.
        None => text[from..to].iter().rev().fold(0, |piece, letter| piece << 8 | u64::from(*letter)),
    }
}

/// A piece with [`DIGIT`] for all digits, all letters at once: without a carry from one to the next, a byte that differs from "0" in
/// less than ten is a digit.
#[inline]
const fn shaped(piece: u64) -> u64 {
    let from_zero = piece ^ (EACH * b'0' as u64);
    let no_digit = ((from_zero & (EACH * 0x7f)) + EACH * (0x80 - 10)) | from_zero;
    let digits = ((!no_digit & (EACH * 0x80)) >> 7) * 0xff;
    piece & !digits | (EACH * DIGIT as u64) & digits
}

/// Words parted by blanks, and ends of clauses and texts.
pub(super) fn read(text: &[u8]) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 5 + 1);
    let mut from = 0;
    while from < text.len() {
        let to = end_of_word(text, from);
        if to > from {
            words.push(word(text, from, to));
        }
        if text.get(to).is_some_and(|end| *end != b' ') {
            let (from, to, nothing) = (to as u32, to as u32, Word::NONE);
            words.push(Word { from, to, hash: nothing, singular: nothing, shape: nothing });
        }
        from = to + 1;
    }
    words
}

/// Where the word that begins here ends.
#[inline]
fn end_of_word(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(piece) = text.get(at..at + PIECE).and_then(|piece| piece.try_into().ok()) {
        let ends = ends_in(u64::from_le_bytes(piece));
        if ends != 0 {
            return at + ends.trailing_zeros() as usize / 8;
        }
        at += PIECE;
    }
    let letters = text[at..].iter().position(|byte| *byte <= b' ' || *byte == CLAUSE);
    letters.map_or(text.len(), |letters| at + letters)
}

/// The highest bit of the first byte of a piece that is no letter of a word, and perhaps of some after it.
#[inline]
const fn ends_in(piece: u64) -> u64 {
    const HIGH: u64 = EACH * 0x80;
    let from_clause = piece ^ (EACH * CLAUSE as u64);
    let clause = from_clause.wrapping_sub(EACH) & !from_clause & HIGH;
    let blank = piece.wrapping_sub(EACH * (b' ' + 1) as u64) & !piece & HIGH;
    clause | blank
}

#[inline]
fn word(text: &[u8], from: usize, to: usize) -> Word {
    let (mut hash, mut shape, mut at) = (BEGIN, BEGIN, from);
    while at < to {
        let piece = piece(text, at, to);
        hash = with(hash, piece);
        shape = with(shape, shaped(piece));
        at += PIECE;
    }
    let shape = if shape == hash { Word::NONE } else { end(shape, to - from) };
    let singular = if text[to - 1] == b's' { digest(&text[from..to - 1]) } else { Word::NONE };
    Word { from: from as u32, to: to as u32, hash: end(hash, to - from), singular, shape }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_hashed_alike_wherever_it_stands() {
        for word in ["a", "sword", "swordfish", "handschwertgriffe", "ultraviolettlampe", "激"] {
            for text in
                [format!("{word} and more words after it"), format!(" x {word}"), format!(" {word}s ")]
            {
                let found = read(text.as_bytes());
                assert!(
                    found.iter().any(|found| [found.hash, found.singular].contains(&digest(word.as_bytes()))),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn digits_have_one_shape_and_nothing_else_has() {
        let shape = |text: &str| read(text.as_bytes())[0].shape;
        for (text, shaped) in [("100wh", "###wh"), ("0123456789abc", "##########abc"), ("é9/:", "é#/:")] {
            assert_eq!(shape(text), digest(shaped.as_bytes()), "{text}");
        }
        assert_eq!(shape("wh/:é"), Word::NONE);
    }

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
