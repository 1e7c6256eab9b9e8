//! Phrases by their words, as paths of a tree that lies in one table of hashes: a text is looked through word by word, and
//! a hundred thousand phrases take some megabytes.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::phrase::{DETERMINERS, End, FILLERS, Phrase};
use super::places::Places;
use super::stars::Stars;
use super::words::{Word, digest};

/// What a phrase is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    /// Position among the terms of one part where `part` is [`Use::ALONE`], among the contexts where it is [`Use::CONTEXT`], else among
    /// the terms of several parts.
    pub(super) at: u32,
    /// Which part of the term the phrase is.
    pub(super) part: u8,
    pub(super) places: Places,
}

/// A slot is, from its lowest bit: whether the node has uses, whether these are good for the plural too, whether the node has words
/// after it, the node, and what tells keys apart.
const USES: u64 = 1;
const PLURAL: u64 = 2;
const GOES_ON: u64 = 4;
const NODE_SHIFT: u32 = 3;
const NODE_BITS: u32 = 19;
const KEY_SHIFT: u32 = NODE_SHIFT + NODE_BITS;
/// A filler has at most so many letters.
const FILLER_LETTERS: u32 = 5;
/// The node in which every phrase begins.
const ROOT: u32 = 0;
/// Bits that tell which words may follow a node: 256 KiB, of which a tenth is set.
const STEPS: usize = 1 << 21;
/// So many fillers in a row may stand between two words.
const MOST_FILLERS: usize = 2;
static FILLER_WORDS: [u64; FILLERS.len()] = digests(FILLERS);
static DETERMINER_WORDS: [u64; DETERMINERS.len()] = digests(DETERMINERS);

/// All phrases with their uses.
#[derive(Debug)]
pub(super) struct Dictionary {
    /// By a hash of node and word, with open addressing: the node that follows. Empty slots are 0; the root follows no word.
    slots: Box<[u64]>,
    /// A bit for each node and word that are among the slots, so that most words of a text need no look at these.
    steps: Box<[u64]>,
    /// By node: where its uses begin, and after the last where they end.
    begins: Box<[u32]>,
    uses: Box<[Use]>,
    stars: Stars,
}

/// Where a word leads.
#[derive(Clone, Copy)]
struct Step {
    node: u32,
    has_uses: bool,
    /// With an `s` after its last word too.
    or_s: bool,
    goes_on: bool,
}

/// What is told of a phrase that stands in a text: its words and what they are good for.
type Hit<'a> = &'a mut dyn FnMut(Range<usize>, &[Use]);

/// A dictionary while it is filled.
pub(super) struct Filling {
    /// The node that follows a node and a word, by the [`key`] of both.
    follows: HashMap<u64, u32, BuildHasherDefault<Mixed>>,
    nodes: Vec<Node>,
    uses: Vec<(u32, Use)>,
    stars: Vec<(Phrase, Use)>,
}

/// What is known of a node but its uses.
struct Node {
    /// Of the node before it and the word between them.
    key: u64,
    /// Its plural counts.
    or_s: bool,
    goes_on: bool,
}

/// Keys are mixed already.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

impl Use {
    /// Instead of a part.
    pub(super) const CONTEXT: u8 = u8::MAX;
    pub(super) const ALONE: u8 = u8::MAX - 1;
}

impl Filling {
    /// With room for so many words.
    pub(super) fn new(words: usize) -> Self {
        Self {
            follows: HashMap::with_capacity_and_hasher(words, BuildHasherDefault::default()),
            // The root follows no word.
            nodes: vec![Node { key: 0, or_s: false, goes_on: true }],
            uses: Vec::with_capacity(words),
            stars: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, phrase: &Phrase, good_for: Use) {
        if matches!(phrase.end, End::Opens | End::Closes) {
            return self.stars.push((phrase.clone(), good_for));
        }
        let mut node = ROOT;
        for word in phrase.words.split(' ') {
            let key = key(node, digest(word.as_bytes()));
            // As many as there are words in the tables: far below the limit that `done` checks.
            let next = self.nodes.len() as u32;
            let known = *self.follows.entry(key).or_insert(next);
            if known == next {
                self.nodes.push(Node { key, or_s: false, goes_on: false });
                self.nodes[node as usize].goes_on = true;
            }
            node = known;
        }
        self.nodes[node as usize].or_s |= phrase.end == End::OrS;
        self.uses.push((node, good_for));
    }

    /// `None` if there are more phrases than a dictionary can hold.
    pub(super) fn done(mut self) -> Option<Dictionary> {
        let nodes = self.nodes.len();
        if nodes >= 1 << NODE_BITS {
            return None;
        }
        let mut slots = vec![0; (nodes * 3 / 2).next_power_of_two()].into_boxed_slice();
        let mut steps = vec![0; STEPS / 64].into_boxed_slice();
        self.uses.sort_unstable();
        self.uses.dedup();
        let begins = begins(&self.uses, nodes);
        for (at, node) in self.nodes.iter().enumerate().skip(1) {
            let (place, bit) = bit_of(node.key);
            steps[place] |= bit;
            let mut slot = slot(node.key, slots.len());
            while slots[slot] != 0 {
                slot = (slot + 1) % slots.len();
            }
            let has_uses = begins[at] < begins[at + 1];
            slots[slot] = node.key >> KEY_SHIFT << KEY_SHIFT
                | (at as u64) << NODE_SHIFT
                | if node.goes_on { GOES_ON } else { 0 }
                | if has_uses { USES } else { 0 }
                | if node.or_s { PLURAL } else { 0 };
        }
        let uses = self.uses.iter().map(|(_, good_for)| *good_for).collect();
        Some(Dictionary { slots, steps, begins, uses, stars: Stars::new(self.stars) })
    }
}

/// Where the uses of each node begin, in their order, and where those of the last end.
fn begins(uses: &[(u32, Use)], nodes: usize) -> Box<[u32]> {
    let mut begins = vec![0; nodes + 1].into_boxed_slice();
    uses.iter().for_each(|(node, _)| begins[*node as usize + 1] += 1);
    (0..nodes).for_each(|node| begins[node + 1] += begins[node]);
    begins
}

impl Dictionary {
    /// Calls `hit` with the words and the uses of every phrase that stands in a text.
    pub(super) fn find(&self, text: &[u8], words: &[Word], hit: Hit<'_>) {
        for (from, word) in words.iter().enumerate() {
            self.try_word(words, word, ROOT, from, from + 1, hit);
            self.stars.find(&text[word.from as usize..word.to as usize], |uses| hit(from..from + 1, uses));
        }
    }

    /// Follows a word from a node on, if it leads anywhere; `end` is behind it, the phrase began with the word at `from`.
    #[inline]
    fn try_word(&self, words: &[Word], word: &Word, node: u32, from: usize, end: usize, hit: Hit<'_>) {
        for hash in [word.hash, word.shape] {
            if let Some(step) = self.child(node, hash) {
                self.arrive(words, step, from..end, hit);
            }
        }
        if let Some(step) = self.child(node, word.singular).filter(|step| step.or_s && step.has_uses) {
            hit(from..end, self.uses_of(step));
        }
    }

    /// At a node to which the words so far have led.
    fn arrive(&self, words: &[Word], step: Step, so_far: Range<usize>, hit: Hit<'_>) {
        if step.has_uses {
            hit(so_far.clone(), self.uses_of(step));
        }
        if !step.goes_on {
            return;
        }
        for (skipped, word) in words[so_far.end..].iter().take(MOST_FILLERS + 1).enumerate() {
            self.try_word(words, word, step.node, so_far.start, so_far.end + skipped + 1, hit);
            if !is_filler(word) {
                break;
            }
        }
    }

    #[inline]
    fn child(&self, node: u32, word: u64) -> Option<Step> {
        if word == Word::NONE {
            return None;
        }
        let key = key(node, word);
        let (place, bit) = bit_of(key);
        if self.steps[place] & bit == 0 {
            return None;
        }
        let mut at = slot(key, self.slots.len());
        loop {
            match self.slots[at] {
                0 => return None,
                found if (found ^ key) >> KEY_SHIFT == 0 => {
                    return Some(Step {
                        node: (found >> NODE_SHIFT) as u32 & ((1 << NODE_BITS) - 1),
                        has_uses: found & USES != 0,
                        or_s: found & PLURAL != 0,
                        goes_on: found & GOES_ON != 0,
                    });
                }
                _ => at = (at + 1) % self.slots.len(),
            }
        }
    }

    fn uses_of(&self, step: Step) -> &[Use] {
        let node = step.node as usize;
        &self.uses[self.begins[node] as usize..self.begins[node + 1] as usize]
    }
}

/// Behind the determiners that follow a word, two at most.
pub(super) fn after_determiners(words: &[Word], at: usize) -> usize {
    let determiner = |word: &&Word| is_filler(word) || DETERMINER_WORDS.contains(&word.hash);
    at + words[at..].iter().take(MOST_FILLERS).take_while(determiner).count()
}

fn is_filler(word: &Word) -> bool {
    word.to - word.from <= FILLER_LETTERS && FILLER_WORDS.contains(&word.hash)
}

/// The bits above [`KEY_SHIFT`] tell keys apart, those below choose the slot.
fn key(node: u32, word: u64) -> u64 {
    let mixed =
        (word ^ u64::from(node).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ mixed >> 32
}

/// Where a key's bit is: by letters of it that choose no slot.
fn bit_of(key: u64) -> (usize, u64) {
    let bit = (key >> 40) as usize & (STEPS - 1);
    (bit / 64, 1 << (bit % 64))
}

fn slot(key: u64, slots: usize) -> usize {
    key as usize & (slots - 1)
}

const fn digests<const N: usize>(words: [&str; N]) -> [u64; N] {
    let mut digests = [0; N];
    let mut at = 0;
    while at < N {
        digests[at] = digest(words[at].as_bytes());
        at += 1;
    }
    digests
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::words::read;
    use super::*;
    use crate::domain::text::words;

    fn stands(phrase: &str, text: &str) -> bool {
        let mut filling = Filling::new(8);
        let anywhere = Use { at: 0, part: Use::ALONE, places: Places::ALL };
        filling.add(&Phrase::read(phrase).unwrap(), anywhere);
        let text = words(text);
        let mut found = false;
        let dictionary = filling.done().unwrap();
        dictionary.find(text.as_bytes(), &read(text.as_bytes()), &mut |_, _| found = true);
        found
    }

    #[test]
    fn a_phrase_stands_between_words_also_in_the_plural() {
        assert!(stands("laser pointer", "Green laser-pointers"));
        assert!(!stands("laser pointer", "Laser pointerless"));
        assert!(!stands("gun", "Burgundy begun gunmetal"));
        assert!(!stands("bb", "BBS speaker"));
        assert!(stands("激光笔", "绿色激光笔充电"));
    }

    #[test]
    fn a_star_lets_a_word_go_on() {
        assert!(stands("*schwert", "Samuraischwert, scharf"));
        assert!(stands("*schwert", "Ein Schwert"));
        assert!(!stands("*schwert", "Schwertlilie"));
        assert!(stands("hundefutter*", "Hundefutterdose"));
        assert!(!stands("hundefutter*", "Bio-Hunde Futterdose"));
    }

    #[test]
    fn fillers_may_stand_between_words() {
        assert!(stands("test grossesse", "Test de la grossesse"));
        assert!(stands("test de grossesse", "test grossesse"));
        assert!(!stands("test grossesse", "test pour grossesse"));
    }

    #[test]
    fn a_number_sign_is_any_digit() {
        assert!(stands("###wh", "Station 518Wh"));
        assert!(stands("### wh", "518 Wh"));
        assert!(!stands("###wh", "74Wh 1024Wh"));
    }

    #[test]
    fn determiners_are_counted_from_a_word_on() {
        let text = words("for the new bike");
        assert_eq!(after_determiners(&read(text.as_bytes()), 1), 3);
    }
}
