//! Whether the terms can say anything of a listing: in a language that they do not know it may be of any class.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::texts::Texts;
use crate::domain::data::{DataError, LANGUAGES, Tables};
use crate::domain::text::{CLAUSE, words};

/// The longest piece of a text that is shown, in characters.
const SHOWN: usize = 60;

/// Letters that stay when accents are taken away, of Polish, Turkish, Croatian, Danish, Icelandic, Maltese and Azerbaijani.
const FOREIGN: [char; 8] = ['ł', 'ı', 'đ', 'ø', 'ð', 'þ', 'ħ', 'ə'];

/// Frequent words of the languages that the terms are in, and of others.
#[derive(Debug)]
pub(super) struct Languages {
    words: AhoCorasick,
    /// By word: whether its language has terms.
    understood: Vec<bool>,
}

#[derive(Deserialize)]
struct Row {
    word: String,
    terms: String,
}

impl Languages {
    pub(super) fn read(tables: &Tables) -> Result<Self, DataError> {
        let mut frequent = BTreeMap::new();
        for (table, row) in tables.of(LANGUAGES).rows::<Row>()? {
            let understood = table.word(&row.terms, &[("YES", true), ("NO", false)])?;
            if frequent.insert(words(&row.word), understood).is_some_and(|before| before != understood) {
                return Err(table.wrong(format!("{} is of languages with and without terms", row.word)));
            }
        }
        let automaton = AhoCorasick::new(frequent.keys()).map_err(|error| LANGUAGES.wrong(error))?;
        Ok(Self { words: automaton, understood: frequent.into_values().collect() })
    }

    /// The beginning of a text that nobody here can read; `None` where it can be, or where it is shorter than `least` words and
    /// does not look foreign.
    pub(super) fn not_understood(&self, texts: &Texts, least: i64) -> Option<String> {
        let (named, prose) = (texts.named(), texts.prose());
        let letters = Letters::of(named);
        let unknown = if letters.unknown > letters.latin + letters.han_and_kana {
            named
        } else if letters.han_and_kana >= letters.latin {
            return None;
        } else if is_long(prose, least) {
            // Two different words: one may be by chance of another language.
            match self.seen(prose) {
                (2.., _) => return None,
                _ => prose,
            }
        } else {
            // A word of its own alphabet, or words of its own and none of ours.
            match self.seen(named) {
                (2.., _) => return None,
                (_, 0) if letters.foreign == 0 => return None,
                (1, 1) if letters.foreign == 0 => return None,
                _ => named,
            }
        };
        Some(String::from_utf8_lossy(unknown).replace(" ,", ",").trim().chars().take(SHOWN).collect())
    }

    /// How many different frequent words of languages with terms, and of others. Two of ours are enough: the rest of a text, which
    /// may be long, is not looked at.
    fn seen(&self, text: &[u8]) -> (usize, usize) {
        let (mut ours, mut others) = (BTreeSet::new(), BTreeSet::new());
        for hit in self.words.find_overlapping_iter(text) {
            let word = hit.pattern().as_usize();
            if self.understood[word] {
                ours.insert(word)
            } else {
                others.insert(word)
            };
            if ours.len() >= 2 {
                break;
            }
        }
        (ours.len(), others.len())
    }
}

/// How many letters of which script.
#[derive(Default)]
struct Letters {
    latin: usize,
    han_and_kana: usize,
    /// Of any other, in which there are no terms.
    unknown: usize,
    /// Latin ones that only languages without terms have, as far as accents do not hide them.
    foreign: usize,
}

impl Letters {
    fn of(text: &[u8]) -> Self {
        if text.is_ascii() {
            return Self { latin: 1, ..Self::default() };
        }
        let mut letters = Self::default();
        for c in String::from_utf8_lossy(text).chars().filter(|c| c.is_alphabetic()) {
            letters.foreign += usize::from(FOREIGN.contains(&c));
            match c {
                ..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => letters.latin += 1,
                '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => {
                    letters.han_and_kana += 1;
                }
                _ => letters.unknown += 1,
            }
        }
        letters
    }
}

/// Whether a text has so many words that are neither numbers nor marks.
fn is_long(text: &[u8], least: i64) -> bool {
    let words = text.split(u8::is_ascii_whitespace);
    let words =
        words.filter(|word| word.first().is_some_and(|first| !first.is_ascii_digit() && *first != CLAUSE));
    usize::try_from(least).is_ok_and(|least| words.take(least).count() == least)
}
