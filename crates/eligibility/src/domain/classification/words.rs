//! The words of a text that tell what a good is: plurals, makers' abbreviations and words of other languages brought
//! together, and what tells nothing left out.

use std::collections::HashMap;

use serde::Deserialize;

use crate::domain::data::{DataError, HS_SYNONYMS, LANGUAGES};
use crate::domain::text::words;

/// Words of one text that count; what a listing is about stands at its beginning.
const MAX_WORDS: usize = 64;
/// Numbers that are words of their own.
const NUMBERS: [&str; 2] = ["3d", "4k"];

/// What words mean.
#[derive(Debug)]
pub(super) struct Meanings(HashMap<String, Vec<String>>);

#[derive(Deserialize)]
struct Synonym {
    word: String,
    means: String,
}

#[derive(Deserialize)]
struct Frequent {
    word: String,
}

impl Meanings {
    /// Frequent words of the languages mean nothing, unless the table of synonyms says what.
    pub(super) fn embedded() -> Result<Self, DataError> {
        let mut meanings: HashMap<String, Vec<String>> = HashMap::new();
        for (_, Frequent { word }) in LANGUAGES.rows()? {
            // Without its accent a word may be another one's ("für", "fur").
            if word.is_ascii() {
                meanings.insert(word, Vec::new());
            }
        }
        for (_, Synonym { word, means }) in HS_SYNONYMS.rows()? {
            meanings.insert(word, means.split(' ').filter(|m| !m.is_empty()).map(str::to_owned).collect());
        }
        Ok(Self(meanings))
    }

    /// The words of a text, in their order, with repeats.
    pub(super) fn of(&self, text: &str) -> Vec<String> {
        let text = words(&text.replace("für", "for").replace("FÜR", "for"));
        let mut found = Vec::new();
        let mut letter = "";
        for word in text.split_ascii_whitespace() {
            if word.len() == 1 {
                letter = word;
                continue;
            }
            // "t-shirt", "x-ray".
            let joined = format!("{}{word}", std::mem::take(&mut letter));
            let word = if self.0.contains_key(&joined) { joined.as_str() } else { word };
            self.add(&mut found, word);
            if found.len() >= MAX_WORDS {
                break;
            }
        }
        found
    }

    fn add(&self, found: &mut Vec<String>, word: &str) {
        let number = word.starts_with(|c: char| c.is_ascii_digit()) && !NUMBERS.contains(&word);
        if number || word.chars().nth(1).is_none() {
            return;
        }
        let stem = singular(word);
        match self.0.get(word).or_else(|| self.0.get(&stem)) {
            Some(meaning) => found.extend(meaning.iter().cloned()),
            None => found.push(stem),
        }
    }
}

/// An English plural's singular, roughly: both sides of a comparison are treated alike.
fn singular(word: &str) -> String {
    let cut = |end: usize| word.get(..word.len() - end).unwrap_or(word);
    if word.len() > 4 && word.ends_with("ies") {
        return format!("{}y", cut(3));
    }
    if word.len() > 4 && ["sses", "shes", "ches", "xes"].iter().any(|end| word.ends_with(end)) {
        return cut(2).to_owned();
    }
    let kept = ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    if word.len() > 3 && word.ends_with('s') && !kept { cut(1).to_owned() } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(text: &str) -> Vec<String> {
        Meanings::embedded().unwrap().of(text)
    }

    #[test]
    fn plurals_materials_and_other_languages_come_together() {
        assert_eq!(of("Ladies' dresses, 100% polyester"), ["women", "dress", "synthetic"]);
        assert_eq!(of("Kleid für Damen aus Baumwolle"), ["dress", "women", "cotton"]);
    }

    #[test]
    fn a_letter_belongs_to_the_word_behind_it_where_they_are_one_word() {
        assert_eq!(of("T-shirts"), of("tshirt"));
        assert_eq!(of("vitamin b complex").last().unwrap(), "complex");
    }

    #[test]
    fn measures_colours_and_frequent_words_tell_nothing() {
        assert!(of("250ml 500g XL for the new black").is_empty());
        assert_eq!(of("3D printer"), ["3d", "printer"]);
    }
}
