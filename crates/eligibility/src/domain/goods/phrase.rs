//! How a phrase of the tables stands in the words of a listing.

use crate::domain::text::words;

/// Words from the blank before the first on, and how the last may go on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Phrase {
    /// Without the blank after the last word; without the one before the first where the word may begin earlier.
    pub(super) letters: String,
    end: End,
}

/// What may follow the letters of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Exact,
    /// Also in the plural that most of the languages have.
    OrS,
    Open,
}

/// A word may be longer: before a star at the beginning of a phrase, or where it ends with one.
const STAR: char = '*';
/// Words of fewer letters are not written as one with others.
const LEAST_JOINED: usize = 3;

impl Phrase {
    /// A phrase as a table has it, `schwert`, `*schwert`, `hunde*`.
    pub(super) fn read(text: &str) -> Self {
        let spaced = words(text);
        let spaced = spaced.trim_end();
        let letters = if text.starts_with(STAR) { spaced.trim_start() } else { spaced };
        let end = match spaced.chars().next_back() {
            _ if text.ends_with(STAR) => End::Open,
            Some(last) if last < '\u{250}' && last.is_alphabetic() && last != 's' => End::OrS,
            _ => End::Exact,
        };
        let end = if last_word(spaced) < LEAST_JOINED && end == End::OrS { End::Exact } else { end };
        Self { letters: letters.to_owned(), end }
    }

    /// Two words written as one, which sellers often do: `laserpointer`.
    pub(super) fn joined(&self) -> Option<Self> {
        let (first, second) = self.letters.strip_prefix(' ')?.split_once(' ')?;
        let plain =
            |word: &str| word.len() >= LEAST_JOINED && word.bytes().all(|letter| letter.is_ascii_alphabetic());
        (plain(first) && plain(second)).then(|| Self { letters: format!(" {first}{second}"), end: self.end })
    }

    /// Where the phrase ends if it stands in `words` up to `end`; `None` where a longer word stands.
    pub(super) fn ends(&self, words: &[u8], end: usize) -> Option<usize> {
        match (self.end, words.get(end..)?) {
            (_, [b' ', ..]) => Some(end),
            (End::OrS, [b's', b' ', ..]) => Some(end + 1),
            (End::Open, rest) => rest.iter().position(|letter| *letter == b' ').map(|more| end + more),
            _ => None,
        }
    }
}

fn last_word(words: &str) -> usize {
    words.rsplit(' ').next().map_or(0, str::len)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn stands(phrase: &str, text: &str) -> bool {
        let (phrase, text) = (Phrase::read(phrase), words(text));
        let at = text.find(&phrase.letters);
        at.is_some_and(|at| phrase.ends(text.as_bytes(), at + phrase.letters.len()).is_some())
    }

    #[test]
    fn a_phrase_stands_between_words_also_in_the_plural() {
        assert!(stands("laser pointer", "Green laser-pointers"));
        assert!(!stands("laser pointer", "Laser pointerless"));
        assert!(!stands("gun", "Burgundy begun gunmetal"));
        assert!(!stands("bb", "BBS speaker"));
    }

    #[test]
    fn a_star_lets_a_word_go_on() {
        assert!(stands("*schwert", "Samuraischwert, scharf"));
        assert!(!stands("*schwert", "Schwertlilie"));
        assert!(stands("hundefutter*", "Hundefutterdose"));
    }

    #[test]
    fn two_words_may_be_one() {
        let joined = Phrase::read("taser gun").joined().unwrap();
        assert_eq!(joined.letters, " tasergun");
        assert_eq!(Phrase::read("e bike").joined(), None);
    }
}
