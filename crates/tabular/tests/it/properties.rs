//! What holds for every file.

use proptest::collection::vec;
use proptest::prelude::*;
use tabular::{Delimiter, write_field};

use crate::support::{FORMAT, read_as, read_chunks, strings, utf16};

/// A file made of pieces that mean something to the reader, in one of the encodings.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => "[a-z]{0,4}".prop_map(String::into_bytes),
        4 => prop_oneof!["\t", ",", ";"].prop_map(String::into_bytes),
        4 => prop_oneof!["\n", "\r\n", "\r"].prop_map(String::into_bytes),
        2 => prop_oneof!["\"", "\"\"", "#", " "].prop_map(String::into_bytes),
        2 => "\\PC{1,8}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 1..4),
    ];
    let head = prop_oneof!["", "#\n\n", "\u{FEFF}"];
    let header = prop_oneof!["sku\tdestinations\n", "\"sku\",destinations\r\n", "note;SKU;destinations\r"];
    let text = (head, header, vec(piece, 0..60)).prop_map(|(head, header, pieces)| {
        [head.into_bytes(), header.into_bytes(), pieces.concat()].concat()
    });
    (text, 0..4).prop_map(|(text, encoding)| match encoding {
        0 => utf16(&String::from_utf8_lossy(&text), u16::to_le_bytes),
        1 => utf16(&String::from_utf8_lossy(&text), u16::to_be_bytes),
        _ => text,
    })
}

fn split_at<'a>(mut file: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    for size in sizes.iter().cycle() {
        let (chunk, rest) = file.split_at((*size).min(file.len()));
        chunks.push(chunk);
        file = rest;
        if file.is_empty() {
            break;
        }
    }
    chunks
}

fn delimiter() -> impl Strategy<Value = Delimiter> {
    prop_oneof![Just(Delimiter::Tab), Just(Delimiter::Comma), Just(Delimiter::Semicolon)]
}

/// A field that the reader gives back as it is: see `write_field`.
fn field() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,12}", "[\t,;\"'#=@a-]{0,8}", "\\PC{0,12}"].prop_map(|text| text.trim().to_owned())
}

proptest! {
    #[test]
    fn chunks_do_not_matter(file in file(), sizes in vec(1_usize..12, 1..20)) {
        prop_assert_eq!(read_chunks(&FORMAT, split_at(&file, &sizes)), read_as(&FORMAT, &file));
    }

    #[test]
    fn line_numbers_ascend_and_fields_are_within_their_line(file in file()) {
        let (records, _) = read_as(&FORMAT, &file);
        prop_assert!(records.is_sorted_by(|(a, _), (b, _)| a < b));
        let lines = file.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
        for (number, content) in &records {
            prop_assert!((2..=lines).contains(number));
            for field in content.iter().flatten() {
                prop_assert!(field.trim() == field && !field.contains(['\n', '\r']), "{:?}", field);
            }
        }
    }

    #[test]
    fn what_is_written_is_read_back(delimiter in delimiter(), rows in vec(vec(field(), 5), 1..20)) {
        let mut file = Vec::new();
        let header = strings(FORMAT.columns.iter().copied());
        for row in std::iter::once(&header).chain(&rows) {
            for (position, field) in row.iter().enumerate() {
                file.extend((position > 0).then_some(delimiter.byte()));
                write_field(&mut file, field, delimiter);
            }
            file.extend(b"\r\n");
        }
        let guarded = |field: &String| if field.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
            format!("'{field}")
        } else {
            field.clone()
        };
        let is_record = |row: &&Vec<String>| !row[0].starts_with('#') && row.iter().any(|field| !field.is_empty());
        let expected: Vec<Vec<String>> = rows.iter().filter(is_record).map(|row| row.iter().map(guarded).collect()).collect();
        let (records, _) = read_as(&FORMAT, &file);
        let read: Vec<Vec<String>> = records.into_iter().map(|(_, content)| content.unwrap()).collect();
        prop_assert_eq!(read, expected);
    }
}
