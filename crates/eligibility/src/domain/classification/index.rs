//! Which references a text is like: words and pieces of words, weighted by how rare they are (TF-IDF), the nearest
//! found through inverted lists. Integers only, so that every machine finds the same.

use std::collections::HashMap;

use super::references::Reference;
use super::words::Meanings;

/// Weight of a word, and of three letters of one: pieces find what is misspelt, shortened or compounded.
const WORD: u64 = 10;
const PIECE: u64 = 5;
/// Letters from which a word has pieces.
const PIECES_FROM: usize = 4;
/// Added to a reference's length, so that one short word is not as near as a whole phrase.
const PIVOT: u64 = 920;
/// Fractions of a binary logarithm.
const LOG_SCALE: u64 = 16;
/// A similarity of 1.
pub(super) const SAME: u64 = 10_000;

/// References by the words and pieces that they have.
#[derive(Debug)]
pub(super) struct Index {
    references: Vec<Reference>,
    lengths: Vec<u32>,
    terms: HashMap<Box<str>, Term>,
    /// Lists of references, one after the other.
    lists: Vec<u32>,
    /// Rarity of a word that no reference has.
    unknown: u64,
}

#[derive(Debug)]
struct Term {
    rarity: u32,
    from: u32,
    to: u32,
}

/// How near a reference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) reference: usize,
    /// Of [`SAME`].
    pub(super) similarity: u64,
}

impl Index {
    /// Equal texts of a code are one reference; their order does not matter.
    pub(super) fn new(mut references: Vec<Reference>, meanings: &Meanings) -> Self {
        references.sort_unstable();
        let mut lists: HashMap<Box<str>, Vec<u32>> = HashMap::new();
        let (mut kept, mut before) = (Vec::<Reference>::new(), Vec::new());
        for reference in references {
            let terms = terms(&meanings.of(&reference.text));
            let repeats = before == terms && kept.last().is_some_and(|last| last.code == reference.code);
            if terms.is_empty() || repeats {
                continue;
            }
            for term in &terms {
                match lists.get_mut(term.as_str()) {
                    Some(list) => list.push(kept.len() as u32),
                    None => drop(lists.insert(Box::from(term.as_str()), vec![kept.len() as u32])),
                }
            }
            kept.push(reference);
            before = terms;
        }
        kept.shrink_to_fit();
        Self::of_lists(kept, lists)
    }

    fn of_lists(references: Vec<Reference>, by_term: HashMap<Box<str>, Vec<u32>>) -> Self {
        let count = references.len() as u64;
        let mut terms = HashMap::with_capacity(by_term.len());
        let mut lists = Vec::with_capacity(by_term.values().map(Vec::len).sum());
        let mut squares = vec![0u64; references.len()];
        for (term, list) in by_term {
            let rarity = log2(LOG_SCALE, list.len() as u64 + count, list.len() as u64);
            let weight = weight(&term) * rarity;
            list.iter().for_each(|at| squares[*at as usize] += weight * weight);
            let from = lists.len() as u32;
            lists.extend(list);
            terms.insert(term, Term { rarity: rarity as u32, from, to: lists.len() as u32 });
        }
        let lengths = squares.into_iter().map(|square| square.isqrt() as u32).collect();
        Self { references, lengths, terms, lists, unknown: log2(LOG_SCALE, 1 + count, 1) }
    }

    pub(super) fn reference(&self, at: usize) -> &Reference {
        &self.references[at]
    }

    /// The nearest references, nearest first.
    pub(super) fn nearest(&self, words: &[String], most: usize) -> Vec<Near> {
        let mut products = vec![0u64; self.references.len()];
        let mut square = 0;
        for term in terms(words) {
            let known = self.terms.get(term.as_str());
            let rarity = match known {
                Some(known) => u64::from(known.rarity),
                // Unknown pieces of an unknown word say nothing new.
                None if term.starts_with(PIECE_MARK) => continue,
                None => self.unknown,
            };
            let weight = weight(&term) * rarity;
            square += weight * weight;
            let list = known.map_or(&[][..], |term| &self.lists[term.from as usize..term.to as usize]);
            list.iter().for_each(|at| products[*at as usize] += weight * weight);
        }
        let length = square.isqrt().max(1);
        let near = products.into_iter().enumerate().filter(|(_, product)| *product > 0);
        let mut near: Vec<Near> = near.map(|(at, product)| self.near(at, product, length)).collect();
        let nearer = |near: &Near| (std::cmp::Reverse(near.similarity), near.reference);
        if near.len() > most {
            near.select_nth_unstable_by_key(most, nearer);
            near.truncate(most);
        }
        near.sort_unstable_by_key(nearer);
        near
    }

    fn near(&self, reference: usize, product: u64, length: u64) -> Near {
        let similarity = SAME * product / (u64::from(self.lengths[reference]) + PIVOT) / length;
        Near { reference, similarity }
    }
}

/// Begins a piece; no word does.
const PIECE_MARK: char = '#';

fn weight(term: &str) -> u64 {
    if term.starts_with(PIECE_MARK) { PIECE } else { WORD }
}

/// Words and their pieces, each once, sorted.
fn terms(words: &[String]) -> Vec<String> {
    let mut terms = words.to_vec();
    for word in words {
        let letters: Vec<char> = std::iter::once('^').chain(word.chars()).collect();
        if letters.len() > PIECES_FROM {
            let pieces = letters.windows(3).map(|three| std::iter::once(&PIECE_MARK).chain(three).collect());
            terms.extend(pieces.collect::<Vec<String>>());
        }
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// `scale · log2(a / b)`, rounded down, for a ≥ b > 0 below 2^31: squaring doubles a logarithm.
fn log2(scale: u64, a: u64, b: u64) -> u64 {
    const ONE: u64 = 1 << 31;
    let mut mantissa = (u128::from(a) << 31) / u128::from(b.max(1));
    let mut whole = 0;
    while mantissa >= u128::from(2 * ONE) {
        mantissa >>= 1;
        whole += 1;
    }
    let (mut fraction, mut step) = (0, scale / 2);
    while step > 0 {
        mantissa = (mantissa * mantissa) >> 31;
        if mantissa >= u128::from(2 * ONE) {
            mantissa >>= 1;
            fraction += step;
        }
        step /= 2;
    }
    scale * whole + fraction
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn logarithms_are_those_of_two_rounded_down() {
        for (a, b, sixteenths) in
            [(1, 1, 0), (2, 1, 16), (1 << 20, 1, 320), (3, 2, 9), (101, 100, 0), (7, 1, 44)]
        {
            assert_eq!(log2(LOG_SCALE, a, b), sixteenths, "{a} / {b}");
        }
    }

    #[test]
    fn words_have_pieces_from_four_letters_on() {
        let terms = |words: &[&str]| terms(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(terms(&["tie", "tie"]), ["tie"]);
        assert_eq!(terms(&["shoe"]), ["#^sh", "#hoe", "#sho", "shoe"]);
    }
}
