//! Reads a whole file and keeps everything that was handed over.

use tabular::{FileError, Format, Line, LineError, LineErrorKind, Reader, Summary};

pub(crate) const FORMAT: Format = Format {
    columns: &["sku", "asin", "destinations", "reason", "note"],
    required: &[&["sku", "asin"], &["destinations"]],
    max_line_bytes: Format::MAX_LINE_BYTES,
    max_file_bytes: 200 << 20,
};

/// A line number, and the fields of the format's columns or the error.
pub(crate) type Record = (u64, Result<Vec<String>, LineError>);

pub(crate) fn owned(line: &Line<'_>) -> Record {
    let fields =
        |columns: usize| move |fields: &tabular::Fields<'_>| strings((0..columns).map(|i| fields.get(i)));
    (line.number, line.content.as_ref().map(fields(FORMAT.columns.len())).map_err(|error| *error))
}

pub(crate) fn strings<'a>(fields: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    fields.into_iter().map(str::to_owned).collect()
}

/// Reads a file that comes in the given chunks.
pub(crate) fn read_chunks<'a>(
    format: &Format,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Record>, Result<Summary, FileError>) {
    let mut records = Vec::new();
    let mut each = |line: Line<'_>| records.push(owned(&line));
    let mut reader = Reader::new(format);
    let mut fed = Ok(());
    for chunk in chunks {
        fed = fed.and_then(|()| reader.feed(chunk, &mut each));
    }
    let summary = fed.and_then(|()| reader.finish(&mut each));
    (records, summary)
}

/// Reads a file in one chunk and byte by byte, which must be the same.
pub(crate) fn read_as(format: &Format, file: &[u8]) -> (Vec<Record>, Result<Summary, FileError>) {
    let whole = read_chunks(format, [file]);
    assert_eq!(whole, read_chunks(format, file.chunks(1)), "chunks must not matter");
    whole
}

/// The records of a file that is one.
pub(crate) fn read(file: impl AsRef<[u8]>) -> Vec<Record> {
    let (records, summary) = read_as(&FORMAT, file.as_ref());
    let summary = summary.unwrap();
    let good = records.iter().filter(|(_, content)| content.is_ok()).count() as u64;
    assert_eq!((summary.records, summary.errors), (good, records.len() as u64 - good));
    records
}

/// The first columns of every record of a file without errors.
pub(crate) fn fields<const N: usize>(file: impl AsRef<[u8]>) -> Vec<[String; N]> {
    let first = |fields: Vec<String>| fields.into_iter().take(N).collect::<Vec<_>>().try_into().unwrap();
    read(file).into_iter().map(|(_, content)| first(content.unwrap())).collect()
}

/// The one error of a file, with its line and column.
pub(crate) fn line_error(file: impl AsRef<[u8]>) -> (u64, Option<u32>, LineErrorKind) {
    let records = read(file);
    let mut errors = records.iter().filter_map(|(number, content)| Some((*number, content.as_ref().err()?)));
    let (number, error) = errors.next().unwrap();
    assert_eq!(errors.next(), None);
    (number, error.column, error.kind)
}

/// Why a file is none.
pub(crate) fn file_error(file: impl AsRef<[u8]>) -> FileError {
    read_as(&FORMAT, file.as_ref()).1.unwrap_err()
}

pub(crate) fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}
