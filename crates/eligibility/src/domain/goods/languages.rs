//! Whether the terms can say anything of a listing: in a language that they do not know it may be of any class.

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::texts::Texts;
use crate::domain::data::{DataError, LANGUAGES};
use crate::domain::text::words;

/// The longest piece of a text that is shown, in characters.
const SHOWN: usize = 60;

/// Frequent words of the languages that the terms are in.
#[derive(Debug)]
pub(super) struct Languages(AhoCorasick);

#[derive(Deserialize)]
struct Row {
    word: String,
}

impl Languages {
    pub(super) fn embedded() -> Result<Self, DataError> {
        let frequent: Vec<String> = LANGUAGES.rows::<Row>()?.iter().map(|row| words(&row.word)).collect();
        AhoCorasick::new(frequent).map(Self).map_err(|error| LANGUAGES.wrong(error))
    }

    /// The beginning of a text that nobody here can read; `None` where it can be, or is shorter than `least` words.
    pub(super) fn not_understood(&self, texts: &Texts, least: i64) -> Option<String> {
        let prose = texts.prose();
        let unknown = match Letters::of(texts.named()) {
            letters if letters.unknown > letters.latin + letters.han_and_kana => texts.named(),
            letters if letters.han_and_kana >= letters.latin => return None,
            _ if self.knows(prose) || count(prose) < least => return None,
            _ => prose,
        };
        Some(String::from_utf8_lossy(unknown).trim().chars().take(SHOWN).collect())
    }

    /// Two different frequent words: one may be by chance of another language.
    fn knows(&self, text: &[u8]) -> bool {
        let mut found = self.0.find_overlapping_iter(text).map(|hit| hit.pattern());
        found.next().is_some_and(|first| found.any(|other| other != first))
    }
}

/// How many letters of which script.
#[derive(Default)]
struct Letters {
    latin: usize,
    han_and_kana: usize,
    /// Of any other, in which there are no terms.
    unknown: usize,
}

impl Letters {
    fn of(text: &[u8]) -> Self {
        if text.is_ascii() {
            return Self { latin: 1, ..Self::default() };
        }
        let mut letters = Self::default();
        for c in String::from_utf8_lossy(text).chars().filter(|c| c.is_alphabetic()) {
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

/// Words that are not numbers.
fn count(text: &[u8]) -> i64 {
    let words = text.split(u8::is_ascii_whitespace);
    let words = words.filter(|word| word.first().is_some_and(|first| !first.is_ascii_digit()));
    words.map(|_| 1).sum()
}
