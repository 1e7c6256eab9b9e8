//! Why a file as a whole cannot be read.

use thiserror::Error;

use crate::LineError;

/// How much of a header an error quotes, in characters: enough to find it, too little to flood a log.
const QUOTED_CHARS: usize = 120;

/// What was sent is not a file of the format. Nothing after it is read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileError {
    /// There is no line at all.
    #[error("the file is empty: write a header line with the column names, and a line for each record")]
    Empty,
    /// The file is not text: its first bytes say so, or there is a NUL in its first 4 KiB.
    #[error("the file looks like {looks_like}: save it as text (tab delimited) or CSV UTF-8 and send that")]
    Binary {
        /// What the bytes look like, with its article: `a PDF document`.
        looks_like: &'static str,
    },
    /// The file goes on after its bound.
    #[error("the file is larger than {limit} bytes: send it as several files")]
    TooLarge {
        /// The bound, in bytes.
        limit: u64,
    },
    /// There are only comments and blank lines.
    #[error("the file has no header: its first line that is no comment must name the columns, of {expected}")]
    NoHeader {
        /// Every column that may be named.
        expected: String,
    },
    /// The first line that is no comment cannot be read as a line.
    #[error("line {line} must be the header but cannot be read: {error}")]
    UnreadableHeader {
        /// Its number in the file, from 1.
        line: u64,
        /// What is wrong with it.
        #[source]
        error: LineError,
    },
    /// The first line that is no comment is not the header of this format.
    #[error(
        "line {line} must be the header but {problem}: name the columns, of {expected}, instead of {found:?}"
    )]
    HeaderMismatch {
        /// Its number in the file, from 1.
        line: u64,
        /// What does not match.
        problem: HeaderProblem,
        /// Every column that may be named.
        expected: String,
        /// The line, at most 120 characters of it.
        found: String,
    },
}

/// What is wrong with a header that can be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HeaderProblem {
    /// A name that is no column's, at most 120 characters of it; empty for a gap between two names.
    #[error("{0:?} is no column")]
    Unknown(String),
    /// A column that is named twice.
    #[error("{0:?} is named twice")]
    Repeated(&'static str),
    /// None of a group of columns is named.
    #[error("{} is missing", .0.join(" or "))]
    Missing(&'static [&'static str]),
}

/// The text, cut to what an error quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted: String = text.chars().take(QUOTED_CHARS).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    quoted
}
