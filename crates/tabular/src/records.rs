//! From physical lines to records: comments and blank lines are skipped, the first other line is the header.

use crate::header::Header;
use crate::lines::RawLine;
use crate::{Delimiter, FileError, Format, Line};

/// Reads one line after the other.
pub(crate) struct Records {
    format: Format,
    header: Option<Header>,
    /// Lines that were handed over with fields.
    pub(crate) good: u64,
    /// Lines that were handed over with an error.
    pub(crate) bad: u64,
}

impl Records {
    pub(crate) fn new(format: &Format) -> Self {
        Self { format: *format, header: None, good: 0, bad: 0 }
    }

    /// What stands between two fields; none before the header.
    pub(crate) fn delimiter(&self) -> Option<Delimiter> {
        self.header.as_ref().map(Header::delimiter)
    }

    /// The columns that a header may name.
    pub(crate) fn expected(&self) -> String {
        self.format.column_list()
    }

    /// Takes the next line and hands it over if it is a record.
    pub(crate) fn line(
        &mut self,
        line: &RawLine<'_>,
        each: &mut impl FnMut(Line<'_>),
    ) -> Result<(), FileError> {
        if is_comment(line.bytes) {
            return Ok(());
        }
        let Some(header) = &mut self.header else {
            if line.cut_at.is_some() || !is_blank(line.bytes) {
                self.header = Some(Header::parse(&self.format, line)?);
            }
            return Ok(());
        };
        let Some(content) = header.read(line).transpose() else {
            return Ok(());
        };
        *if content.is_ok() { &mut self.good } else { &mut self.bad } += 1;
        each(Line { number: line.number, content });
        Ok(())
    }
}

/// Spreadsheets put a comment with a delimiter or a quote in it into quotes.
fn is_comment(line: &[u8]) -> bool {
    line.starts_with(b"#") || line.starts_with(b"\"#")
}

/// True for a line that says nothing, whatever the delimiter will turn out to be.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b',' | b';'))
}
