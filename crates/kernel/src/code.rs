//! Short ASCII codes kept inline: `Copy`, no allocation, compared as text.

use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// At most `N` ASCII bytes, padded with zeros, so that the derived order is the order of the text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Code<const N: usize>([u8; N]);

impl<const N: usize> Code<N> {
    /// Keeps `text`; `None` when it is longer than `N` bytes, not ASCII or holds a NUL.
    pub(crate) fn new(text: &str) -> Option<Self> {
        if text.len() > N || !text.bytes().all(|b| b.is_ascii() && b != 0) {
            return None;
        }
        let mut bytes = [0; N];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Some(Self(bytes))
    }

    /// For constants: `text` must be ASCII of at most `N` bytes.
    pub(crate) const fn constant(text: &str) -> Self {
        let source = text.as_bytes();
        assert!(source.len() <= N && text.is_ascii(), "a constant code must fit and be ASCII");
        let mut bytes = [0; N];
        let mut i = 0;
        while i < source.len() {
            bytes[i] = source[i];
            i += 1;
        }
        Self(bytes)
    }
}

impl<const N: usize> Deref for Code<N> {
    type Target = str;

    fn deref(&self) -> &str {
        let end = self.0.iter().position(|&b| b == 0).unwrap_or(N);
        std::str::from_utf8(&self.0[..end]).expect("a code holds ASCII only")
    }
}

impl<const N: usize> Hash for Code<N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

/// True when every byte is an upper-case ASCII letter or a digit.
pub(crate) fn is_upper_alphanumeric(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// True when every byte is an upper-case ASCII letter.
pub(crate) fn is_upper(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_uppercase())
}

/// True when every byte is an ASCII digit.
pub(crate) fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}
