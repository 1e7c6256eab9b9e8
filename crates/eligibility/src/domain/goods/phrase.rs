//! How a phrase of the tables stands in the words of a listing.

use crate::domain::text::words;

/// The words of a phrase, and how the last may go on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Phrase {
    pub(super) words: Vec<String>,
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
const DIGIT_LETTER: char = '\u{1c2}';
/// Words of fewer letters have no plural and are not written as one with others.
const LEAST_LETTERS: usize = 3;

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
    /// A phrase as a table has it; `None` if there is no word in it, or a star beside several.
    pub(super) fn read(text: &str) -> Option<Self> {
        let spaced = words(&text.replace(DIGIT, DIGIT_LETTER.encode_utf8(&mut [0; 4])));
        let mut words: Vec<String> =
            spaced.split_whitespace().map(|word| word.replace(DIGIT_LETTER, "#")).collect();
        let (last, alone) = (words.last()?.clone(), words.len() == 1);
        let end = match (text.starts_with(STAR), text.ends_with(STAR)) {
            (true, false) if alone => End::Closes,
            (false, true) if alone => End::Opens,
            (false, false) if has_plural(&last) => End::OrS,
            (false, false) => End::Exact,
            _ => return None,
        };
        let inner = 1..words.len() - 1;
        let mut at = 0;
        words.retain(|word| {
            at += 1;
            !inner.contains(&(at - 1)) || !FILLERS.contains(&word.as_str())
        });
        Some(Self { words, end })
    }

    /// Two words written as one, which sellers often do: `laserpointer`.
    pub(super) fn joined(&self) -> Option<Self> {
        let [first, second] = self.words.as_slice() else { return None };
        let plain = |word: &str| {
            word.len() >= LEAST_LETTERS && word.bytes().all(|letter| letter.is_ascii_alphabetic())
        };
        (plain(first) && plain(second))
            .then(|| Self { words: vec![format!("{first}{second}")], end: self.end })
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
        (phrase.words.join(" "), phrase.end)
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
        for text in ["", " , ", "*", "two words*", "*both*"] {
            assert_eq!(Phrase::read(text), None, "{text}");
        }
    }

    #[test]
    fn two_words_may_be_one() {
        assert_eq!(Phrase::read("taser gun").unwrap().joined().unwrap().words, ["tasergun"]);
        assert_eq!(Phrase::read("e bike").unwrap().joined(), None);
    }
}
