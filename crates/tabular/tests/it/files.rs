//! What is no file of the format is refused as a whole, with the remedy.

use tabular::{FileError, Format, Line, Reader};

use crate::support::{FORMAT, file_error, read, read_as, utf16};

#[test]
fn an_empty_file_is_refused() {
    assert_eq!(file_error(""), FileError::Empty);
    assert_eq!(file_error("\u{FEFF}"), FileError::Empty);
    assert_eq!(file_error([0xFF, 0xFE]), FileError::Empty);
}

#[test]
fn a_file_of_comments_and_blank_lines_has_no_header() {
    let error = file_error("# how to fill this in\n\n , ;\t\n\"# more, of it\"").to_string();
    assert!(
        error.contains("no header") && error.contains("of sku, asin, destinations, reason, note"),
        "{error}"
    );
}

#[test]
fn binary_files_are_named_and_the_remedy_is_said() {
    for (file, name) in [
        (b"PK\x03\x04\x14\x00\x06\x00".as_slice(), "Excel workbook"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", ".xls"),
        (b"\x1F\x8B\x08\x00", "gzip"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xFF\xFE\0\0s\0\0\0k\0\0\0", "UTF-32"),
        (b"s\0\0\0k\0\0\0", "binary data"),
        (b"\0\0\0\0", "binary data"),
    ] {
        let error = file_error(file).to_string();
        assert!(error.contains(name) && error.contains("CSV UTF-8"), "{error}");
    }
}

#[test]
fn a_nul_near_the_beginning_is_binary_data_and_later_an_error_of_its_line() {
    for (blank, is_binary) in [(4_000, true), (4_096, false)] {
        let file = format!("sku,destinations\n{}A\0,DE\nB,FR\n", "\n".repeat(blank));
        for file in [file.clone().into_bytes(), utf16(&format!("\u{FEFF}{file}"), u16::to_le_bytes)] {
            let (records, summary) = read_as(&FORMAT, &file);
            assert_eq!(summary.is_err(), is_binary);
            assert_eq!(records.len(), if is_binary { 0 } else { 2 });
        }
    }
}

#[test]
fn the_lines_before_a_file_error_are_handed_over() {
    let (records, summary) = read_as(&FORMAT, b"sku,destinations\nA,DE\nB,FR\0\n");
    assert_eq!(summary.unwrap_err(), FileError::Binary { looks_like: "binary data" });
    assert_eq!(records.len(), 1);
}

#[test]
fn a_file_may_be_as_large_as_its_bound_and_not_a_byte_larger() {
    let file = b"sku,destinations\nA,DE\nB,FR\nC,IT\n";
    let bound = |max_file_bytes| Format { max_file_bytes, ..FORMAT };
    assert_eq!(read_as(&bound(file.len() as u64), file).1.unwrap().bytes, file.len() as u64);
    let (records, summary) = read_as(&bound(file.len() as u64 - 1), file);
    assert_eq!(summary.unwrap_err(), FileError::TooLarge { limit: file.len() as u64 - 1 });
    assert_eq!(records.len(), 2, "the lines that ended within the bound");
    assert_eq!(read_as(&bound(2), file).1.unwrap_err(), FileError::TooLarge { limit: 2 });
    assert_eq!(read_as(&bound(0), b"").1.unwrap_err(), FileError::Empty);
}

#[test]
fn after_its_error_a_reader_reads_nothing_more() {
    let mut lines = 0;
    let mut each = |_: Line<'_>| lines += 1;
    let mut reader = Reader::new(&FORMAT);
    let error = reader.feed(b"colour\nred\n", &mut each).unwrap_err();
    assert_eq!(reader.feed(b"sku,destinations\nA,DE\n", &mut each).unwrap_err(), error);
    assert_eq!(reader.finish(&mut each).unwrap_err(), error);
    assert_eq!(lines, 0);
}

#[test]
fn the_summary_counts_every_kind_of_line() {
    let file = "# comment\nsku;destinations\n\nA;DE\nB;\"FR\n;\nC;IT";
    let summary = read_as(&FORMAT, file.as_bytes()).1.unwrap();
    assert_eq!((summary.lines, summary.records, summary.errors), (7, 2, 1));
    assert_eq!(summary.bytes, file.len() as u64);
    assert_eq!(summary.delimiter, tabular::Delimiter::Semicolon);
    assert_eq!(read(file).iter().map(|(number, _)| *number).collect::<Vec<_>>(), [4, 5, 7]);
}
