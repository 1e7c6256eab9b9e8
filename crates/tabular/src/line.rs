//! What the reader hands over: a line's fields, or what is wrong with the line.

use std::fmt;

use thiserror::Error;

use crate::cells::Row;

/// A line that is neither blank nor a comment nor the header.
#[derive(Debug)]
pub struct Line<'a> {
    /// Its number among all lines of the file, blank ones and comments too, from 1.
    pub number: u64,
    /// Its fields, or why it has none.
    pub content: Result<Fields<'a>, LineError>,
}

/// The fields of one line. They are handed over as they were written, formula or not: what to do with them is the
/// caller's to decide.
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    row: Row<'a>,
    /// Where in the row each column of the format is.
    positions: &'a [Option<usize>],
}

impl<'a> Fields<'a> {
    pub(crate) fn new(row: Row<'a>, positions: &'a [Option<usize>]) -> Self {
        Self { row, positions }
    }

    /// The field of a column, by its index in [`Format::columns`](crate::Format::columns): without outer blanks and
    /// without control characters other than tab. Empty when the header or the line lacks it.
    #[must_use]
    pub fn get(&self, column: usize) -> &'a str {
        let position = self.positions.get(column).copied().flatten();
        position.map_or("", |position| self.row.cell(position))
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries((0..self.positions.len()).map(|column| self.get(column))).finish()
    }
}

/// What is wrong with one line. The lines after it are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{}{kind}", Place(*column))]
pub struct LineError {
    /// The field in the line, from 1, as the file has them; none when the whole line is meant.
    pub column: Option<u32>,
    /// What is wrong.
    pub kind: LineErrorKind,
}

impl LineError {
    /// An error of the field at `position`, from 0.
    pub(crate) fn at(position: usize, kind: LineErrorKind) -> Self {
        Self { column: u32::try_from(position.saturating_add(1)).ok(), kind }
    }
}

/// The ways in which a line can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LineErrorKind {
    /// The line is longer than its bound; it was skipped without being kept.
    #[error("the line is longer than {limit} bytes: shorten it, or write each record in a line of its own")]
    TooLong {
        /// The bound, in bytes.
        limit: usize,
    },
    /// A field after the header's last column holds something.
    #[error("the line has more fields than the header: put a field that has the delimiter in it in quotes")]
    TooManyFields,
    /// The line ends inside quotes: a field cannot hold a line end.
    #[error("a quote is still open at the end of the line: close it, and write a quote inside a field twice")]
    UnclosedQuote,
    /// A byte that does not belong to UTF-8.
    #[error("the byte 0x{byte:02X} is not UTF-8: save the file as CSV UTF-8 or Unicode text")]
    NotUtf8 {
        /// The first such byte of the line.
        byte: u8,
    },
    /// Half a character of UTF-16.
    #[error("a character is not UTF-16: save the file as CSV UTF-8 or Unicode text")]
    NotUtf16,
    /// A control character that is no tab.
    #[error("the control character U+{:04X} is not allowed: remove it", u32::from(*character))]
    ControlCharacter {
        /// The first such character of the line.
        character: char,
    },
}

/// How an error names its field.
struct Place(Option<u32>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |column| write!(f, "column {column}: "))
    }
}
