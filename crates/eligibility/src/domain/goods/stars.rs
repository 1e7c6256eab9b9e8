//! Words that may be parts of longer ones, as German writes them.

use std::collections::BTreeMap;

use super::dictionary::Use;
use super::phrase::{End, LEAST_LETTERS, Phrase};

/// Beginnings and ends of words with their uses.
#[derive(Debug)]
pub(super) struct Stars {
    opens: Parts,
    closes: Parts,
}

/// The letters of a part that are looked at first: its first ones if it opens a word, else its last.
type Letters = [u8; LEAST_LETTERS];

/// Parts by those letters.
#[derive(Debug)]
struct Parts {
    /// A bit for the letters of each part, so that most words need no further look.
    seen: Box<[u64]>,
    sorted: Box<[Part]>,
}

/// A beginning or end of words.
#[derive(Debug)]
struct Part {
    letters: Letters,
    word: Box<[u8]>,
    uses: Box<[Use]>,
}

/// Bits of `seen`.
const BITS: u32 = 1 << 14;

impl Stars {
    pub(super) fn new(phrases: Vec<(Phrase, Use)>) -> Self {
        let (opens, closes) = phrases.into_iter().partition(|(phrase, _)| phrase.end == End::Opens);
        let (first, last) = (|word: &str| first(word.as_bytes()), |word: &str| last(word.as_bytes()));
        Self { opens: Parts::new(opens, first), closes: Parts::new(closes, last) }
    }

    /// Calls `hit` with the uses of each part of a word; one that closes it may stand before an `s`.
    #[inline]
    pub(super) fn find(&self, word: &[u8], mut hit: impl FnMut(&[Use])) {
        self.opens.find(first(word), |part| word.starts_with(part), &mut hit);
        self.closes.find(last(word), |part| word.ends_with(part), &mut hit);
        if let [singular @ .., b's'] = word {
            self.closes.find(last(singular), |part| singular.ends_with(part), &mut hit);
        }
    }
}

impl Parts {
    fn new(phrases: Vec<(Phrase, Use)>, letters: impl Fn(&str) -> Option<Letters>) -> Self {
        let mut parts: BTreeMap<(Letters, String), Vec<Use>> = BTreeMap::new();
        for (phrase, good_for) in phrases {
            // Phrases with a star have so many letters.
            let Some(letters) = letters(&phrase.words) else { continue };
            parts.entry((letters, phrase.words)).or_default().push(good_for);
        }
        let mut seen = vec![0; BITS as usize / 64].into_boxed_slice();
        for (letters, _) in parts.keys() {
            let (place, bit) = bit_of(*letters);
            seen[place] |= bit;
        }
        let sorted = parts.into_iter().map(|((letters, word), mut uses)| {
            uses.sort_unstable();
            uses.dedup();
            Part { letters, word: word.into_bytes().into(), uses: uses.into() }
        });
        Self { seen, sorted: sorted.collect() }
    }

    #[inline]
    fn find(&self, letters: Option<Letters>, fits: impl Fn(&[u8]) -> bool, hit: &mut impl FnMut(&[Use])) {
        let Some(letters) = letters else { return };
        let (place, bit) = bit_of(letters);
        if self.seen[place] & bit == 0 {
            return;
        }
        let from = self.sorted.partition_point(|part| part.letters < letters);
        let parts = self.sorted[from..].iter().take_while(|part| part.letters == letters);
        parts.filter(|part| fits(&part.word)).for_each(|part| hit(&part.uses));
    }
}

fn first(word: &[u8]) -> Option<Letters> {
    word.first_chunk().copied()
}

fn last(word: &[u8]) -> Option<Letters> {
    word.last_chunk().copied()
}

fn bit_of([first, second, third]: Letters) -> (usize, u64) {
    let letters = u32::from_le_bytes([first, second, third, 0]);
    let bit = letters.wrapping_mul(0x9e37_79b1) >> (u32::BITS - BITS.trailing_zeros());
    (bit as usize / 64, 1 << (bit % 64))
}
