//! Any bytes in any chunks: no panic, the same lines however the chunks end, ascending line numbers, bounded fields.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tabular::{FileError, Format, Line, LineError, Reader, Summary};

/// Small bounds, so that short inputs pass them.
const FORMAT: Format = Format {
    columns: &["a", "b", "cc"],
    required: &[&["a", "b"]],
    max_line_bytes: 64,
    max_file_bytes: 2_000,
};

type Record = (u64, Result<[String; 3], LineError>);

#[derive(Debug, PartialEq)]
struct File {
    records: Vec<Record>,
    summary: Result<Summary, FileError>,
}

/// The first two bytes say how the rest is cut into chunks: their sizes take turns, and 0 is one chunk.
fuzz_target!(|input: &[u8]| {
    let [first, second, file @ ..] = input else { return };
    let whole = read([file]);
    check(&whole, file.len());
    assert_eq!(whole, read(file.chunks(1)));
    assert_eq!(whole, read(chunks(file, [*first, *second])));
    // The same with a header that fits, so that the lines below it are reached.
    let below = [b"a,b,cc\n", file].concat();
    assert_eq!(read([below.as_slice()]), read(chunks(&below, [*first, *second])));
});

fn chunks(mut file: &[u8], sizes: [u8; 2]) -> Vec<&[u8]> {
    let mut chunks = Vec::new();
    for size in sizes.into_iter().cycle() {
        let size = if size == 0 { file.len() } else { file.len().min(size.into()) };
        let (chunk, rest) = file.split_at(size);
        chunks.push(chunk);
        file = rest;
        if file.is_empty() {
            break;
        }
    }
    chunks
}

fn read<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> File {
    let mut records = Vec::new();
    let mut each = |line: Line<'_>| {
        let content = line.content.map(|fields| [0, 1, 2].map(|column| fields.get(column).to_owned()));
        records.push((line.number, content));
    };
    let mut reader = Reader::new(&FORMAT);
    let fed = chunks.into_iter().try_for_each(|chunk| reader.feed(chunk, &mut each));
    let summary = fed.and_then(|()| reader.finish(&mut each));
    File { records, summary }
}

fn check(file: &File, bytes: usize) {
    assert!(file.records.is_sorted_by(|(a, _), (b, _)| a < b));
    for (number, content) in &file.records {
        assert!((2..=bytes as u64).contains(number), "line {number} of {bytes} bytes");
        match content {
            Ok(fields) => fields.iter().for_each(|field| check_field(field)),
            Err(error) => assert!(error.to_string().len() < 200),
        }
    }
    if let Ok(summary) = &file.summary {
        let good = file.records.iter().filter(|(_, content)| content.is_ok()).count();
        assert_eq!((summary.records, summary.errors), (good as u64, (file.records.len() - good) as u64));
        assert!(summary.bytes == bytes as u64 && summary.lines <= summary.bytes);
    }
}

fn check_field(field: &str) {
    assert!(field.len() <= FORMAT.max_line_bytes && field.trim() == field);
    assert!(!field.contains(|character: char| character.is_control() && character != '\t'), "{field:?}");
}
