//! One text in every encoding is one file, and a malformed character costs its line only.

use tabular::{Encoding, LineErrorKind};

use crate::support::{FORMAT, fields, line_error, read, read_as, utf16};

const TEXT: &str = "sku\tdestinations\tnote\r\nA-1\tDE\tKöln 東京 😀\r\nA-2\tFR\t\r\n";

fn encoding(file: &[u8]) -> Encoding {
    read_as(&FORMAT, file).1.unwrap().encoding
}

#[test]
fn one_text_is_one_file_in_every_encoding() {
    let expected = read(TEXT);
    assert_eq!(expected[0].1.as_ref().unwrap()[4], "Köln 東京 😀");
    for (mark, to_bytes, name) in [
        ("", u16::to_le_bytes as fn(u16) -> [u8; 2], Encoding::Utf16Le),
        ("", u16::to_be_bytes, Encoding::Utf16Be),
        ("\u{FEFF}", u16::to_le_bytes, Encoding::Utf16Le),
        ("\u{FEFF}", u16::to_be_bytes, Encoding::Utf16Be),
    ] {
        let file = utf16(&format!("{mark}{TEXT}"), to_bytes);
        assert_eq!((read(&file), encoding(&file)), (expected.clone(), name));
    }
    assert_eq!(read(format!("\u{FEFF}{TEXT}")), expected);
    assert_eq!(encoding(TEXT.as_bytes()), Encoding::Utf8);
}

#[test]
fn a_byte_that_is_not_utf_8_is_an_error_of_its_line_and_field() {
    let file = b"sku\tdestinations\tnote\nA-1\tDE\tK\xF6ln\nA-2\tFR\tok\n";
    assert_eq!(line_error(file), (2, Some(3), LineErrorKind::NotUtf8 { byte: 0xF6 }));
    assert_eq!(read(file)[1].0, 3);
}

#[test]
fn a_character_that_a_line_end_cuts_is_an_error_of_its_line() {
    let file = b"sku\tdestinations\nA\xE6\x9D\tDE\nA-2\tFR\n";
    assert_eq!(line_error(file), (2, Some(1), LineErrorKind::NotUtf8 { byte: 0xE6 }));
}

#[test]
fn quotes_cannot_join_the_halves_of_a_malformed_character() {
    let file = b"sku,destinations\n\"\xC3\"\xA4,DE\n";
    assert_eq!(line_error(file), (2, Some(1), LineErrorKind::NotUtf8 { byte: 0xC3 }));
}

#[test]
fn a_lone_surrogate_is_an_error_of_its_line() {
    for half in [[0x3D, 0xD8], [0x00, 0xDE]] {
        let mut file = utf16("\u{FEFF}sku\tdestinations\nA-1\tD", u16::to_le_bytes);
        file.extend(half);
        file.extend(utf16("E\nA-2\tFR\n", u16::to_le_bytes));
        assert_eq!(line_error(&file), (2, Some(2), LineErrorKind::NotUtf16));
        assert_eq!(read(&file).len(), 2);
    }
}

#[test]
fn half_a_character_at_the_files_end_is_an_error_of_the_last_line() {
    let mut file = utf16("\u{FEFF}sku\tdestinations\nA-1\tDE\nA-2\tFR", u16::to_be_bytes);
    file.push(0);
    assert_eq!(line_error(&file), (3, Some(2), LineErrorKind::NotUtf16));
}

#[test]
fn utf_16_without_a_mark_may_be_shorter_than_what_tells_it() {
    let format = tabular::Format { columns: &["s"], required: &[&["s"]], ..FORMAT };
    let (records, summary) = read_as(&format, b"s\0");
    assert_eq!((records, summary.unwrap().encoding), (vec![], Encoding::Utf16Le));
    assert_eq!(read_as(&format, b"s").1.unwrap().encoding, Encoding::Utf8);
}

#[test]
fn text_longer_than_a_decoded_block_stays_whole() {
    let long = "東".repeat(5_000);
    let file = utf16(&format!("\u{FEFF}sku,destinations\n{long},DE\n"), u16::to_le_bytes);
    assert_eq!(fields::<1>(&file), [[long]]);
}
