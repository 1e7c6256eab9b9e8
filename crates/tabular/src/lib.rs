//! A push reader of delimited text of unknown encoding, and its writer's helper.
//!
//! [`Reader`] takes a file as chunks of bytes that may end anywhere, finds out its encoding (UTF-8 or UTF-16), its
//! delimiter (tab, comma or semicolon) and the order of its columns, and hands over each line as [`Fields`] or as a
//! [`LineError`] that names the place. A bad line never ends the reading; a [`FileError`] does: what was sent is not
//! such a file.
//!
//! Input is taken to be hostile. A field cannot hold a line end, so that no quote swallows the file; memory is bounded
//! by one line of [`Format::max_line_bytes`] and one decoded block of 8 KiB, whatever the file's size.
//!
//! The way of the bytes: `decode` (to UTF-8) → `lines` (physical lines) → `records` (comments, header, records) →
//! `header` (which cell is which column) → `cells` (quotes and delimiters).

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod cells;
mod decode;
mod encoding;
mod error;
mod format;
mod header;
mod line;
mod lines;
mod reader;
mod records;
mod text;
mod writer;

pub use encoding::Encoding;
pub use error::{FileError, HeaderProblem};
pub use format::{Delimiter, Format};
pub use line::{Fields, Line, LineError, LineErrorKind};
pub use reader::{Reader, Summary};
pub use writer::write_field;
