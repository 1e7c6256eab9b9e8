//! The words of all texts of an offer, one after the other, so that they are looked through once.

use std::ops::Range;

use crate::domain::offer::Offer;
use crate::domain::text::{append_clauses, append_words};

/// Between two texts: no word has it.
const SEPARATOR: u8 = b'\n';

/// Where a text stands in a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Bullets,
    /// Counts where bullet points do.
    Description,
    /// One segment of the category path; a term is the whole segment.
    Category,
}

/// All texts of an offer.
pub(super) struct Texts {
    words: Vec<u8>,
    /// Field and end of each.
    parts: Vec<(Field, usize)>,
}

impl Field {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Bullets => "bullet point",
            Self::Description => "description",
            Self::Category => "category",
        }
    }
}

impl Texts {
    pub(super) fn of(offer: &Offer) -> Self {
        let bullets = &offer.bullet_points;
        let named = offer.title.len() + offer.category.len() + offer.description.len();
        let room = named + bullets.iter().map(String::len).sum::<usize>() + 3 * (bullets.len() + 8);
        let mut texts = Self { words: Vec::with_capacity(room), parts: Vec::with_capacity(16) };
        texts.add(Field::Title, &offer.title);
        bullets.iter().for_each(|bullet| texts.add(Field::Bullets, bullet));
        texts.add(Field::Description, &offer.description);
        offer.category.split(['>', '|', '/']).for_each(|segment| texts.add(Field::Category, segment));
        texts
    }

    fn add(&mut self, field: Field, text: &str) {
        match field {
            Field::Category => append_words(&mut self.words, text),
            _ => append_clauses(&mut self.words, text),
        }
        self.parts.push((field, self.words.len()));
        self.words.push(SEPARATOR);
    }

    /// All words.
    pub(super) fn words(&self) -> &[u8] {
        &self.words
    }

    /// Bullet points and description.
    pub(super) fn prose(&self) -> &[u8] {
        &self.words[self.end(Field::Title)..self.end(Field::Description)]
    }

    /// Title, bullet points and description.
    pub(super) fn named(&self) -> &[u8] {
        &self.words[..self.end(Field::Description)]
    }

    fn end(&self, field: Field) -> usize {
        self.parts.iter().find(|(known, _)| *known == field).map_or(0, |(_, end)| *end)
    }

    /// Words as people write them: of scripts without blanks, without.
    pub(super) fn shown(&self, letters: Range<usize>) -> String {
        let mut shown = String::new();
        for word in String::from_utf8_lossy(&self.words[letters]).split(' ') {
            if !shown.is_empty() && (word.is_ascii() || shown.ends_with(|c: char| c.is_ascii())) {
                shown.push(' ');
            }
            shown.push_str(word);
        }
        shown
    }

    /// The field and the extent of the text that a phrase was found in. `near`: the part of the phrase before it; most phrases come in
    /// their order.
    pub(super) fn part(&self, phrase: &Range<usize>, near: &mut usize) -> (Field, Range<usize>) {
        let begin = |at: usize| at.checked_sub(1).map_or(0, |before| self.parts[before].1 + 1);
        while phrase.start < begin(*near) {
            *near -= 1;
        }
        while self.parts[*near].1 < phrase.end && *near + 1 < self.parts.len() {
            *near += 1;
        }
        let (field, end) = self.parts[*near];
        (field, begin(*near)..end)
    }
}
