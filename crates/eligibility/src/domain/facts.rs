//! What is known of a product, one bit each: all that rules look at.

use super::goods::{ClassId, Confidence};

const WORDS: usize = 4;
/// Where the facts of classes that are only possible begin.
const POSSIBLE: u8 = 128;

/// Something that a product shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact(u8);

/// Some of the 256 facts there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Facts([u64; WORDS]);

impl Fact {
    /// Classes there may be: the facts after them are the programme's own.
    pub(crate) const MAX_CLASSES: u8 = 123;
    /// Its texts are in a language that the terms do not know.
    pub(crate) const TEXT_NOT_UNDERSTOOD: Self = Self(123);
    /// Nothing describes the product.
    pub(crate) const CONTENT_MISSING: Self = Self(124);
    /// A side or the weight is unknown.
    pub(crate) const DIMENSIONS_MISSING: Self = Self(125);
    /// It is larger or heavier than standard size.
    pub(crate) const OVERSIZE: Self = Self(126);
    /// A family was declared that the programme does not know.
    pub(crate) const FAMILY_UNKNOWN: Self = Self(127);

    /// The product belongs to a class, or may belong to it.
    pub(crate) const fn class(class: ClassId, confidence: Confidence) -> Self {
        match confidence {
            Confidence::Certain => Self(class.index()),
            Confidence::Possible => Self(POSSIBLE + class.index()),
        }
    }

    /// The fact of a bit.
    const fn at(word: usize, bit: u8) -> Self {
        // Below 256: four words of 64.
        Self(word as u8 * 64 + bit)
    }

    /// The fact at a position; `None` where there is none.
    pub(crate) fn at_index(index: i16) -> Option<Self> {
        u8::try_from(index).ok().map(Self)
    }

    /// Position among the facts there may be.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Facts {
    /// Nothing.
    pub const EMPTY: Self = Self([0; WORDS]);
    /// Bytes that tables keep of them.
    pub const BYTES: usize = WORDS * 8;

    /// These facts and one more.
    #[must_use]
    pub const fn with(mut self, fact: Fact) -> Self {
        self.0[fact.index() / 64] |= 1 << (fact.index() % 64);
        self
    }

    /// Facts in both.
    #[must_use]
    pub const fn intersect(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([a[0] & b[0], a[1] & b[1], a[2] & b[2], a[3] & b[3]])
    }

    /// As tables keep them.
    #[must_use]
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (chunk, word) in bytes.chunks_exact_mut(8).zip(self.0) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// From as many bytes as [`Self::to_bytes`] makes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        let mut words = [0; WORDS];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = chunk.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        }
        Self(words)
    }

    /// True when the fact is one of them.
    #[must_use]
    pub const fn contains(self, fact: Fact) -> bool {
        self.0[fact.index() / 64] & (1 << (fact.index() % 64)) != 0
    }

    /// Lowest first.
    pub fn iter(self) -> impl Iterator<Item = Fact> {
        (0..WORDS).flat_map(move |word| Bits(self.0[word]).map(move |bit| Fact::at(word, bit)))
    }

    /// The same without an iterator, for where it counts.
    #[inline]
    pub(crate) fn for_each(self, mut then: impl FnMut(Fact)) {
        for (word, bits) in self.0.into_iter().enumerate() {
            Bits(bits).for_each(|bit| then(Fact::at(word, bit)));
        }
    }
}

impl FromIterator<Fact> for Facts {
    fn from_iter<I: IntoIterator<Item = Fact>>(facts: I) -> Self {
        facts.into_iter().fold(Self::EMPTY, Self::with)
    }
}

/// The positions of a word's set bits, lowest first.
struct Bits(u64);

impl Iterator for Bits {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.0 == 0 {
            return None;
        }
        // Below 64.
        let bit = self.0.trailing_zeros() as u8;
        self.0 &= self.0 - 1;
        Some(bit)
    }
}
