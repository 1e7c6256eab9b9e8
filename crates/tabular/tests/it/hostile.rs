//! Files that are made to cost memory or time.

use tabular::{FileError, Line, LineErrorKind, Reader};

use crate::support::{FORMAT, Record, owned, read_chunks};

const MIB: usize = 1 << 20;

/// Reads a header, `times` times a chunk, and a good line.
fn read_between(chunk: &[u8], times: usize, each: &mut impl FnMut(Line<'_>)) {
    let mut reader = Reader::new(&FORMAT);
    reader.feed(b"sku\tdestinations\n", each).unwrap();
    for _ in 0..times {
        reader.feed(chunk, each).unwrap();
    }
    reader.feed(b"\nlast\tDE", each).unwrap();
    reader.finish(each).unwrap();
}

#[test]
fn a_line_of_a_hundred_megabytes_is_one_error() {
    for byte in [b'x', b'"', 0xFF, 0] {
        let mut records: Vec<Record> = Vec::new();
        // A NUL is an error of its line only after the head of the file.
        let chunk = if byte == 0 { [vec![b'x'; MIB], vec![0; MIB]].concat() } else { vec![byte; 2 * MIB] };
        read_between(&chunk, 50, &mut |line: Line<'_>| records.push(owned(&line)));
        assert_eq!(records.len(), 2);
        assert_eq!(records[0].1.as_ref().unwrap_err().kind, LineErrorKind::TooLong { limit: 16_384 });
        assert_eq!((records[1].0, records[1].1.as_ref().unwrap()[0].as_str()), (3, "last"));
    }
}

#[test]
fn a_million_malformed_lines_are_a_million_errors() {
    let kinds = b"\"\n\xFF\xFE\na\tb\tc\n\x01\n\"a\"\"b\t\"\"\n";
    let (mut errors, mut last) = (0, 1);
    read_between(kinds, 200_000, &mut |line: Line<'_>| {
        errors += usize::from(line.content.is_err());
        assert!(line.number > last);
        last = line.number;
    });
    assert_eq!((errors, last), (1_000_000, 1_000_003));
}

#[test]
fn lines_of_nothing_but_delimiters_or_quotes_are_read_up_to_the_bound() {
    for (cell, expected) in [(b"\t".as_slice(), 1), (b"\"\"\t", 1), (b"\"\"", 201)] {
        let mut line = cell.repeat(16_384 / cell.len());
        line.push(b'\n');
        let mut records = 0;
        read_between(&line, 200, &mut |_: Line<'_>| records += 1);
        assert_eq!(records, expected, "blank lines, or fields of quotes, and the last");
    }
}

#[test]
fn a_million_tiny_chunks_are_one_file() {
    let mut records = 0;
    read_between(b"A\tDE\n", 200_000, &mut |_: Line<'_>| records += 1);
    assert_eq!(records, 200_001);
    let file = [b"sku\tdestinations\n".as_slice(), &b"A\tDE\r\n".repeat(200_000)].concat();
    assert_eq!(read_chunks(&FORMAT, file.chunks(1)).1.unwrap().records, 200_000);
}

#[test]
fn empty_chunks_change_nothing() {
    let chunks = ["sku\tdestinations\r", "", "\nA\tDE\r", "", "\n", ""];
    let (records, summary) = read_chunks(&FORMAT, chunks.map(str::as_bytes));
    assert_eq!((records[0].0, summary.unwrap().lines), (2, 2));
}

#[test]
fn a_header_of_many_cells_is_refused_at_the_first_that_is_none() {
    let file = "x,".repeat(8_000);
    let error = read_chunks(&FORMAT, [file.as_bytes()]).1.unwrap_err();
    assert!(matches!(error, FileError::HeaderMismatch { .. }), "{error}");
}
