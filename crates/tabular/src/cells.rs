//! From the text of a line to its cells: delimiters and quotes.

use std::mem;
use std::ops::Range;

use csv_core::ReadFieldResult;
use memchr::{memchr, memchr_iter};

use crate::Delimiter;
use crate::line::{LineError, LineErrorKind};

/// The cells of a line, in the order of the file.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    text: &'a str,
    spans: &'a [Range<usize>],
}

impl<'a> Row<'a> {
    /// The cell at a position, from 0, without outer blanks; empty after the last.
    pub(crate) fn cell(&self, position: usize) -> &'a str {
        let text = self.spans.get(position).and_then(|span| self.text.get(span.clone()));
        trimmed(text.unwrap_or_default())
    }

    /// Every cell.
    pub(crate) fn cells(&self) -> impl DoubleEndedIterator<Item = &'a str> + ExactSizeIterator {
        let row = *self;
        (0..self.spans.len()).map(move |position| row.cell(position))
    }
}

/// The text without outer blanks. Most have none, and two bytes show it.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Cuts lines into cells; what it needs for that is allocated once.
pub(crate) struct Cells {
    delimiter: Delimiter,
    /// Where each cell of the line is, in the line or in `unquoted`.
    spans: Vec<Range<usize>>,
    /// The cells of a line with quotes, one after the other.
    unquoted: Vec<u8>,
    quotes: csv_core::Reader,
}

impl Cells {
    pub(crate) fn new(delimiter: Delimiter) -> Self {
        let quotes = csv_core::ReaderBuilder::new().delimiter(delimiter.byte()).build();
        Self { delimiter, spans: Vec::new(), unquoted: Vec::new(), quotes }
    }

    /// What stands between two cells.
    pub(crate) fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// Cuts a line without line ends.
    ///
    /// # Errors
    /// When a quote is still open at its end.
    pub(crate) fn split<'a>(&'a mut self, line: &'a str) -> Result<Row<'a>, LineError> {
        self.spans.clear();
        if memchr(b'"', line.as_bytes()).is_some() {
            let end = self.unquote(line.as_bytes())?;
            // Text without some of its ASCII is text: the default never comes.
            let text = str::from_utf8(&self.unquoted[..end]).unwrap_or_default();
            return Ok(Row { text, spans: &self.spans });
        }
        let mut start = 0;
        for end in memchr_iter(self.delimiter.byte(), line.as_bytes()) {
            self.spans.push(start..end);
            start = end + 1;
        }
        self.spans.push(start..line.len());
        Ok(Row { text: line, spans: &self.spans })
    }

    /// Cuts a line with quotes, and returns how long its cells are together.
    fn unquote(&mut self, line: &[u8]) -> Result<usize, LineError> {
        // The cells are no longer than the line; two more take the line end inside an open quote.
        self.unquoted.resize(self.unquoted.len().max(line.len() + 2), 0);
        self.quotes.reset();
        let (mut input, mut line_end) = (line, b"\n".as_slice());
        let (mut start, mut end) = (0, 0);
        loop {
            if input.is_empty() {
                input = mem::take(&mut line_end);
            }
            // Only an open quote goes on after the line end.
            if input.is_empty() {
                return Err(LineError::at(self.spans.len(), LineErrorKind::UnclosedQuote));
            }
            let (result, read, written) = self.quotes.read_field(input, &mut self.unquoted[end..]);
            input = &input[read..];
            end += written;
            if let ReadFieldResult::Field { record_end } = result {
                self.spans.push(start..end);
                start = end;
                if record_end {
                    return Ok(end);
                }
            }
        }
    }
}
