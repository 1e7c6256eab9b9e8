//! Where phrases of the tables stand in the texts of an offer, of which most mean nothing: a part of a term without the others.

use std::ops::Range;

use super::contexts::{Around, Contexts};
use super::dictionary::{Dictionary, Use};
use super::terms::Joint;
use super::texts::{Field, Texts};
use super::words::Word;

/// A phrase in the words of an offer.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    /// Position of what it is good for.
    pub(super) at: u32,
    /// Which part of a term of several.
    pub(super) part: u8,
    pub(super) field: Field,
    pub(super) words: Range<usize>,
}

/// All hits, by what they are good for, each kind in the order of the words.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// Terms of one part.
    pub(super) alone: Vec<Hit>,
    /// Parts of terms, those of one term together.
    pub(super) parts: Vec<Hit>,
    contexts: Vec<Hit>,
}

impl Hits {
    /// Everything that counts where it stands; of terms with several parts those of which all were seen. `media`: the titles name works
    /// and not things.
    pub(super) fn of(
        dictionary: &Dictionary,
        joint: &[Joint],
        texts: &Texts,
        words: &[Word],
        media: bool,
    ) -> Self {
        let (mut hits, mut seen, mut near) = (Self::default(), vec![0_u8; joint.len()], 0);
        dictionary.find(texts.words(), words, &mut |found, uses| {
            let letters = words[found.start].from as usize..words[found.end - 1].to as usize;
            let (field, text) = texts.part(&letters, &mut near);
            // Of a category only the whole is a term, between two blanks.
            if field == Field::Category && (text.start + 1 != letters.start || text.end != letters.end + 1) {
                return;
            }
            for Use { at, part, .. } in uses.iter().filter(|good_for| good_for.places.count(field, media)) {
                let hit = Hit { at: *at, part: *part, field, words: found.clone() };
                match *part {
                    Use::ALONE => hits.alone.push(hit),
                    Use::CONTEXT => hits.contexts.push(hit),
                    // The title comes first: a term whose first part was not seen there is none.
                    1.. if field != Field::Title && seen[*at as usize] & 1 == 0 => {}
                    part => {
                        seen[*at as usize] |= 1 << part;
                        hits.parts.push(hit);
                    }
                }
            }
        });
        hits.parts.retain(|hit| joint[hit.at as usize].has_all(seen[hit.at as usize]));
        hits.parts.sort_by_key(|hit| hit.at);
        hits
    }

    pub(super) fn is_empty(&self) -> bool {
        self.alone.is_empty() && self.parts.is_empty()
    }

    /// What stands around terms.
    pub(super) fn around(&self, contexts: &Contexts, words: &[Word]) -> Around {
        let mut around = Around::default();
        for Hit { at, words: found, .. } in &self.contexts {
            around.add(contexts.get(*at), words, found.clone());
        }
        around
    }
}
