//! How a phrase of the tables stands in the words of a listing.

use crate::domain::text::words;

/// The words of a phrase, and how the last may go on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Phrase {
    /// Parted by single blanks.
    pub(super) words: String,
    pub(super) end: End,
}

/// How the last word of a phrase may stand in a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Exact,
    /// Also in the plural that most of the languages have.
    OrS,
    /// As the end of a longer word, `*schwert`; also with an `s`.
    Closes,
    /// As the beginning of a longer word, `hunde*`.
    Opens,
}

const STAR: char = '*';
/// Any digit, so that `###wh` is a number of three digits with its unit.
pub(super) const DIGIT: char = '#';
/// A letter that no listing has: stands for a [`DIGIT`] while a phrase is parted into words.
const DIGIT_LETTER: &str = "\u{1c2}";
/// Words of fewer letters have no plural, are not written as one with others, and are no beginning or end that tells anything.
pub(super) const LEAST_LETTERS: usize = 3;

/// Words that Romance languages put between the words of a phrase, and as often leave out.
pub(super) const FILLERS: [&str; 24] = [
    "de", "du", "des", "d", "l", "la", "le", "les", "el", "los", "las", "lo", "di", "da", "del", "dello",
    "della", "dei", "degli", "delle", "al", "alla", "a", "en",
];

/// Words that stand between a preposition and what it is about.
pub(super) const DETERMINERS: [&str; 28] = [
    "the", "your", "an", "my", "our", "their", "all", "any", "most", "new", "und", "den", "die", "das",
    "der", "dem", "ein", "eine", "einen", "un", "una", "une", "il", "gli", "i", "votre", "tu", "su",
];

impl Phrase {
    /// A phrase as a table has it; `None` if there is no word in it, or a star beside several or beside too few letters.
    pub(super) fn read(text: &str) -> Option<Self> {
        let spaced = match text.contains(DIGIT) {
            true => words(&text.replace(DIGIT, DIGIT_LETTER)).replace(DIGIT_LETTER, "#"),
            false => words(text),
        };
        let spaced = spaced.trim_ascii();
        let count = spaced.split_ascii_whitespace().count();
        let last = spaced.split_ascii_whitespace().next_back()?;
        let starry = count == 1 && last.len() >= LEAST_LETTERS;
        let end = match (text.starts_with(STAR), text.ends_with(STAR)) {
            (true, false) if starry => End::Closes,
            (false, true) if starry => End::Opens,
            (false, false) if has_plural(last) => End::OrS,
            (false, false) => End::Exact,
            _ => return None,
        };
        let mut words = String::with_capacity(spaced.len());
        for (at, word) in spaced.split_ascii_whitespace().enumerate() {
            if !(1..count - 1).contains(&at) || !FILLERS.contains(&word) {
                words.push_str(if at == 0 { "" } else { " " });
                words.push_str(word);
            }
        }
        Some(Self { words, end })
    }

    /// Two words written as one, which sellers often do: `laserpointer`.
    pub(super) fn joined(&self) -> Option<Self> {
        let (first, second) = self.words.split_once(' ')?;
        let plain = |word: &str| {
            word.len() >= LEAST_LETTERS && word.bytes().all(|letter| letter.is_ascii_alphabetic())
        };
        (plain(first) && plain(second)).then(|| Self { words: format!("{first}{second}"), end: self.end })
    }
}

fn has_plural(word: &str) -> bool {
    let last = word.chars().next_back();
    word.len() >= LEAST_LETTERS
        && last.is_some_and(|last| last < '\u{250}' && last.is_alphabetic() && last != 's')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, End) {
        let phrase = Phrase::read(text).unwrap();
        (phrase.words, phrase.end)
    }

    #[test]
    fn a_phrase_is_words_and_an_end() {
        assert_eq!(read("Laser-Pointer"), ("laser pointer".into(), End::OrS));
        assert_eq!(read("bb"), ("bb".into(), End::Exact));
        assert_eq!(read("*schwert"), ("schwert".into(), End::Closes));
        assert_eq!(read("hundefutter*"), ("hundefutter".into(), End::Opens));
        assert_eq!(read("###wh"), ("###wh".into(), End::OrS));
        assert_eq!(read("激光笔"), ("激 光 笔".into(), End::Exact));
    }

    #[test]
    fn fillers_between_words_are_left_out() {
        assert_eq!(read("test de grossesse").0, "test grossesse");
        assert_eq!(read("fuego de la abuela").0, "fuego abuela");
        assert_eq!(read("the vert").0, "the vert");
    }

    #[test]
    fn what_is_no_phrase_is_none() {
        for text in ["", " , ", "*", "two words*", "*both*", "*ml"] {
            assert_eq!(Phrase::read(text), None, "{text}");
        }
    }

    #[test]
    fn two_words_may_be_one() {
        assert_eq!(Phrase::read("taser gun").unwrap().joined().unwrap().words, "tasergun");
        assert_eq!(Phrase::read("e bike").unwrap().joined(), None);
    }
}
