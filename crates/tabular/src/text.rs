//! The text of a file: is it text at all, and the way of its lines.

use memchr::memchr;

use crate::lines::Lines;
use crate::records::Records;
use crate::{Delimiter, Encoding, FileError, Format, Line};

/// How much of a text must be free of NUL to be taken for text, in bytes.
const HEAD_BYTES: usize = 4 * 1024;

/// Reads the file once it is UTF-8.
pub(crate) struct TextReader {
    /// How much of the head is still to come, in bytes.
    head: usize,
    lines: Lines,
    records: Records,
}

impl TextReader {
    pub(crate) fn new(format: &Format) -> Self {
        Self { head: HEAD_BYTES, lines: Lines::new(format.max_line_bytes), records: Records::new(format) }
    }

    /// Takes the next piece of text.
    pub(crate) fn feed(
        &mut self,
        encoding: Encoding,
        text: &[u8],
        each: &mut impl FnMut(Line<'_>),
    ) -> Result<(), FileError> {
        let head = text.len().min(self.head);
        self.head -= head;
        let nul = memchr(0, &text[..head]);
        let text = &text[..nul.unwrap_or(text.len())];
        let records = &mut self.records;
        self.lines.feed(encoding, text, &mut |line| records.line(&line, each))?;
        match nul {
            Some(_) => Err(FileError::Binary { looks_like: "binary data" }),
            None => Ok(()),
        }
    }

    /// Ends the last line and gives the delimiter.
    pub(crate) fn finish(
        &mut self,
        encoding: Encoding,
        each: &mut impl FnMut(Line<'_>),
    ) -> Result<Delimiter, FileError> {
        let records = &mut self.records;
        self.lines.finish(encoding, &mut |line| records.line(&line, each))?;
        self.records.delimiter().ok_or_else(|| self.no_header())
    }

    /// Lines of every kind.
    pub(crate) fn lines(&self) -> u64 {
        self.lines.count()
    }

    /// Lines that were handed over with their fields, and with an error.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.records.good, self.records.bad)
    }

    fn no_header(&self) -> FileError {
        match self.lines.count() {
            0 => FileError::Empty,
            _ => FileError::NoHeader { expected: self.records.expected() },
        }
    }
}
