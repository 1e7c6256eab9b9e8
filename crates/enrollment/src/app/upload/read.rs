//! The bytes of a file as lines for the database.

use tabular::{Line, Reader};

use crate::domain::{FileRefused, Finding, LineReader, MAX_LINES, Problem, Upload, UploadMode, format};
use crate::store::lines;

/// Reads a file. A bad line is told in the report; a file that is none is refused, and the rest of it is not looked at.
pub(super) struct FileReader<'a> {
    reader: Option<Reader>,
    lines: Lines<'a>,
    /// What was read and is not in the database yet.
    pub(super) text: Vec<u8>,
    refused: Option<FileRefused>,
}

struct Lines<'a> {
    reader: LineReader<'a>,
    /// The last line that was handed over.
    last: u64,
    count: i64,
    refused: i64,
    names_skus: bool,
}

impl<'a> FileReader<'a> {
    pub(super) fn new(reader: LineReader<'a>, mode: UploadMode) -> Self {
        let lines = Lines { reader, last: 0, count: 0, refused: 0, names_skus: false };
        Self { reader: Some(Reader::new(&format(mode))), lines, text: Vec::new(), refused: None }
    }

    /// Takes the next bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        if self.refused.is_some() {
            return;
        }
        let Self { reader: Some(reader), lines, text, refused } = self else { return };
        if let Err(error) = reader.feed(bytes, &mut |line: Line<'_>| lines.take(line, text)) {
            *refused = Some(error.into());
        } else if lines.last > MAX_LINES {
            *refused = Some(FileRefused {
                problem: Problem::FileTooManyLines,
                details: vec![MAX_LINES.to_string()],
            });
        }
    }

    /// The end of the file; why it is refused, if it is.
    pub(super) fn finish(&mut self) -> Option<FileRefused> {
        let Some(reader) = self.reader.take() else { return self.refused.clone() };
        if self.refused.is_none() {
            let Self { lines, text, refused, .. } = self;
            match reader.finish(&mut |line: Line<'_>| lines.take(line, text)) {
                Ok(summary) => lines.skip_to(summary.lines + 1, text),
                Err(error) => *refused = Some(error.into()),
            }
        }
        self.refused.clone()
    }

    /// Lines that name a product, or try to.
    pub(super) fn lines(&self) -> i64 {
        self.lines.count
    }

    /// True when a line names its product by SKU.
    pub(super) fn names_skus(&self) -> bool {
        self.lines.names_skus
    }

    /// Writes what was counted.
    pub(super) fn count(&self, upload: &mut Upload) {
        upload.file_lines = self.lines.last.try_into().unwrap_or(i64::MAX);
        upload.lines = self.lines.count;
        upload.refused_lines = self.lines.refused;
    }
}

impl Lines<'_> {
    fn take(&mut self, line: Line<'_>, text: &mut Vec<u8>) {
        self.skip_to(line.number, text);
        self.last = line.number;
        self.count += 1;
        let read = match &line.content {
            Ok(fields) => self.reader.read(fields),
            Err(error) => Err(Finding::from(*error)),
        };
        match read {
            Ok(wish) => {
                self.names_skus |= wish.sku.is_some();
                lines::wish(text, line.number, &wish);
            }
            Err(finding) => {
                self.refused += 1;
                lines::finding(text, line.number, line.number, &finding);
            }
        }
    }

    /// Tells of the lines before `next` that were not handed over.
    fn skip_to(&mut self, next: u64, text: &mut Vec<u8>) {
        let first = self.last + 1;
        if first < next {
            let skipped = Finding { problem: Problem::Skipped, place: String::new(), detail: String::new() };
            lines::finding(text, first, next - 1, &skipped);
            self.last = next - 1;
        }
    }
}
