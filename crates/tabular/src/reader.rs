//! The reader: bytes in, lines out.

use crate::decode::Decoder;
use crate::text::TextReader;
use crate::{Delimiter, Encoding, FileError, Format, Line};

/// Reads a file that comes in chunks. What it hands over does not depend on where the chunks end.
///
/// It keeps at most one line with the places of its cells, and one decoded block: 8 KiB, and for a line of nothing but
/// delimiters, which is the worst, 40 times [`Format::max_line_bytes`].
///
/// ```
/// use tabular::{Format, Reader};
///
/// let format = Format {
///     columns: &["sku", "asin", "note"],
///     required: &[&["sku", "asin"]],
///     max_line_bytes: Format::MAX_LINE_BYTES,
///     max_file_bytes: 200 << 20,
/// };
/// let mut skus = Vec::new();
/// let mut each = |line: tabular::Line<'_>| match line.content {
///     Ok(fields) => skus.push(fields.get(0).to_owned()),
///     Err(error) => eprintln!("line {}: {error}", line.number),
/// };
/// let mut reader = Reader::new(&format);
/// for chunk in ["SKU;No", "te\r\nA-1;\"says \"\"no\"\"\"\r\n", "A-2"] {
///     reader.feed(chunk.as_bytes(), &mut each)?;
/// }
/// assert_eq!(reader.finish(&mut each)?.records, 2);
/// assert_eq!(skus, ["A-1", "A-2"]);
/// # Ok::<(), tabular::FileError>(())
/// ```
pub struct Reader {
    max_bytes: u64,
    bytes: u64,
    decoder: Decoder,
    text: TextReader,
    /// The error that ended the file.
    failed: Option<FileError>,
}

/// What was in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Lines of every kind.
    pub lines: u64,
    /// Lines that were handed over with their fields.
    pub records: u64,
    /// Lines that were handed over with an error.
    pub errors: u64,
    /// What the text was encoded in.
    pub encoding: Encoding,
    /// What stood between two fields.
    pub delimiter: Delimiter,
}

impl Reader {
    /// A reader of one file of the format.
    #[must_use]
    pub fn new(format: &Format) -> Self {
        Self {
            max_bytes: format.max_file_bytes,
            bytes: 0,
            decoder: Decoder::default(),
            text: TextReader::new(format),
            failed: None,
        }
    }

    /// Takes the next bytes and calls `each` for every line that ended in them.
    ///
    /// # Errors
    /// When the file is not of the format. The lines before the place were handed over, nothing after it is read, and
    /// every further call gives the same error.
    pub fn feed(&mut self, bytes: &[u8], each: &mut impl FnMut(Line<'_>)) -> Result<(), FileError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = self.take(bytes, each);
        self.failed = result.clone().err();
        result
    }

    /// The end of the file: its last line may lack its line end.
    ///
    /// # Errors
    /// When the file is empty, has no header, or is not of the format.
    pub fn finish(mut self, each: &mut impl FnMut(Line<'_>)) -> Result<Summary, FileError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let text = &mut self.text;
        self.decoder.finish(&mut |encoding: Encoding, piece: &[u8]| text.feed(encoding, piece, each))?;
        let encoding = self.decoder.encoding();
        let delimiter = text.finish(encoding, each)?;
        let (records, errors) = text.counts();
        Ok(Summary { bytes: self.bytes, lines: text.lines(), records, errors, encoding, delimiter })
    }

    fn take(&mut self, bytes: &[u8], each: &mut impl FnMut(Line<'_>)) -> Result<(), FileError> {
        let room = usize::try_from(self.max_bytes - self.bytes).unwrap_or(usize::MAX);
        let within = &bytes[..bytes.len().min(room)];
        self.bytes += within.len() as u64;
        let text = &mut self.text;
        self.decoder
            .feed(within, &mut |encoding: Encoding, piece: &[u8]| text.feed(encoding, piece, each))?;
        if within.len() < bytes.len() { Err(FileError::TooLarge { limit: self.max_bytes }) } else { Ok(()) }
    }
}
