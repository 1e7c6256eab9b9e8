//! From text in any pieces to physical lines.

use std::mem;

use memchr::memchr2;

use crate::line::{LineError, LineErrorKind};
use crate::{Delimiter, Encoding, FileError};

/// A line as it is in the file, without its line end.
#[derive(Clone, Copy)]
pub(crate) struct RawLine<'a> {
    pub(crate) number: u64,
    pub(crate) bytes: &'a [u8],
    pub(crate) encoding: Encoding,
    /// The bound at which the line was cut; none for a whole line.
    pub(crate) cut_at: Option<usize>,
}

impl<'a> RawLine<'a> {
    /// The line as text.
    ///
    /// # Errors
    /// When it was cut, when it has a malformed character, and when it has a control character.
    pub(crate) fn text(&self, delimiter: Delimiter) -> Result<&'a str, LineError> {
        if let Some(limit) = self.cut_at {
            return Err(LineError { column: None, kind: LineErrorKind::TooLong { limit } });
        }
        let error = |at, kind| LineError::at(position_at(&self.bytes[..at], delimiter), kind);
        let text = str::from_utf8(self.bytes).map_err(|malformed| {
            error(malformed.valid_up_to(), self.malformed_at(malformed.valid_up_to()))
        })?;
        match control_character(text) {
            Some((at, character)) => Err(error(at, LineErrorKind::ControlCharacter { character })),
            None => Ok(text),
        }
    }

    fn malformed_at(&self, at: usize) -> LineErrorKind {
        match self.encoding {
            Encoding::Utf8 => {
                LineErrorKind::NotUtf8 { byte: self.bytes.get(at).copied().unwrap_or_default() }
            }
            Encoding::Utf16Le | Encoding::Utf16Be => LineErrorKind::NotUtf16,
        }
    }
}

/// The first control character that is no tab, and where it is.
fn control_character(text: &str) -> Option<(usize, char)> {
    let is_suspect = |byte: u8| (byte < b' ' && byte != b'\t') || byte >= 0x7F;
    // Almost every line is plain ASCII, and this has no branch in its loop.
    if !text.bytes().fold(false, |any, byte| any | is_suspect(byte)) {
        return None;
    }
    text.char_indices().find(|&(_, character)| character.is_control() && character != '\t')
}

/// In which field, from 0, the byte after `before` is.
fn position_at(before: &[u8], delimiter: Delimiter) -> usize {
    let mut quoted = false;
    let mut position = 0;
    for &byte in before {
        quoted ^= byte == b'"';
        position += usize::from(!quoted && byte == delimiter.byte());
    }
    position
}

/// Cuts text into lines at LF, CRLF and CR. A line that lies in one piece is not copied; of a longer one no more is
/// kept than its bound.
pub(crate) struct Lines {
    max_bytes: usize,
    /// Lines that ended.
    count: u64,
    /// The beginning of the line that has not ended.
    kept: Vec<u8>,
    /// Whether that line is longer than what is kept of it.
    is_cut: bool,
    /// A CR was last: an LF that follows belongs to it.
    after_cr: bool,
}

impl Lines {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, count: 0, kept: Vec::new(), is_cut: false, after_cr: false }
    }

    /// How many lines ended so far.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Takes the next piece of text and gives every line that ended in it to `each`.
    pub(crate) fn feed(
        &mut self,
        encoding: Encoding,
        mut text: &[u8],
        each: &mut impl FnMut(RawLine<'_>) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        while let Some((&first, rest)) = text.split_first() {
            if mem::take(&mut self.after_cr) && first == b'\n' {
                text = rest;
                continue;
            }
            let Some(end) = memchr2(b'\n', b'\r', text) else {
                self.keep(text);
                break;
            };
            self.after_cr = text[end] == b'\r';
            self.end_line(encoding, &text[..end], each)?;
            text = &text[end + 1..];
        }
        Ok(())
    }

    /// The end of the text: its last line may lack its line end.
    pub(crate) fn finish(
        &mut self,
        encoding: Encoding,
        each: &mut impl FnMut(RawLine<'_>) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        if self.is_open() { self.end_line(encoding, &[], each) } else { Ok(()) }
    }

    /// Whether a line began in an earlier piece.
    fn is_open(&self) -> bool {
        self.is_cut || !self.kept.is_empty()
    }

    fn end_line(
        &mut self,
        encoding: Encoding,
        tail: &[u8],
        each: &mut impl FnMut(RawLine<'_>) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        self.count += 1;
        let mut line = RawLine { number: self.count, bytes: tail, encoding, cut_at: None };
        if !self.is_open() && tail.len() <= self.max_bytes {
            return each(line);
        }
        self.keep(tail);
        line.bytes = &self.kept;
        line.cut_at = self.is_cut.then_some(self.max_bytes);
        let result = each(line);
        self.kept.clear();
        self.is_cut = false;
        result
    }

    fn keep(&mut self, text: &[u8]) {
        let room = self.max_bytes - self.kept.len();
        self.is_cut |= text.len() > room;
        self.kept.extend_from_slice(&text[..text.len().min(room)]);
    }
}
