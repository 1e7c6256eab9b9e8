//! The header says which cell is which column.

use tabular::{Delimiter, FileError, Format, HeaderProblem, LineErrorKind};

use crate::support::{FORMAT, fields, file_error, read, read_as};

fn problem(file: &str) -> HeaderProblem {
    match file_error(file) {
        FileError::HeaderMismatch { problem, .. } => problem,
        other => panic!("{other}"),
    }
}

#[test]
fn columns_come_in_any_order_and_spelling() {
    let file = " Destinations ,S-K_u,NOTE\nDE,A-1,fragile\n";
    assert_eq!(fields::<5>(file), [["A-1", "", "DE", "", "fragile"]]);
}

#[test]
fn the_delimiter_is_the_first_in_the_header() {
    for (character, delimiter) in
        [('\t', Delimiter::Tab), (',', Delimiter::Comma), (';', Delimiter::Semicolon)]
    {
        let file = format!("\"asin\"{character}destinations\nB01{character}DE|FR\n");
        assert_eq!(fields::<3>(&file), [["", "B01", "DE|FR"]]);
        assert_eq!(read_as(&FORMAT, file.as_bytes()).1.unwrap().delimiter, delimiter);
    }
}

#[test]
fn a_file_of_one_column_may_have_commas_in_it() {
    let format = Format { required: &[&["sku"]], ..FORMAT };
    let (records, _) = read_as(&format, b"sku\nA,1\n\"B\"\"2\"\n");
    assert_eq!(
        records.iter().map(|(_, row)| row.as_ref().unwrap()[0].as_str()).collect::<Vec<_>>(),
        ["A,1", "B\"2"]
    );
}

#[test]
fn comments_and_blank_lines_may_stand_before_it() {
    let file = "# one, two\r\n\"# three, \"\"four\"\"\"\r\n\r\n,,,\r\n# K\u{f6}ln\nsku,destinations\nA,DE\n";
    assert_eq!(read(file)[0].0, 7);
    let mut latin = b"# K\xF6ln\n".to_vec();
    latin.extend(b"sku,destinations\nA,DE\n");
    assert_eq!(read(latin)[0].0, 3, "nobody reads a comment");
}

#[test]
fn empty_cells_after_the_last_name_are_no_columns() {
    assert_eq!(fields::<3>("sku,destinations,, \nA,DE,,\n"), [["A", "", "DE"]]);
}

#[test]
fn an_unknown_a_repeated_and_a_missing_column_are_told_apart() {
    assert_eq!(problem("sku,colour,destinations\n"), HeaderProblem::Unknown("colour".into()));
    assert_eq!(problem("sku,,destinations\n"), HeaderProblem::Unknown(String::new()));
    assert_eq!(problem("sku,destinations,S K U\n"), HeaderProblem::Repeated("sku"));
    assert_eq!(problem("destinations,note\n"), HeaderProblem::Missing(&["sku", "asin"]));
    assert_eq!(problem("sku,asin\n"), HeaderProblem::Missing(&["destinations"]));
}

#[test]
fn a_mismatch_quotes_the_line_and_says_what_is_right() {
    assert_eq!(
        file_error("\nA-1\tDE\n").to_string(),
        "line 2 must be the header but \"A-1\" is no column: name the columns, of sku, asin, destinations, reason, \
         note, instead of \"A-1\\tDE\""
    );
    assert_eq!(problem("destinations").to_string(), "sku or asin is missing");
    let long = file_error("x".repeat(10_000)).to_string();
    assert!(long.len() < 500 && long.contains('…'), "{long}");
}

#[test]
fn a_header_that_cannot_be_read_says_why() {
    for (file, kind) in [
        (b"sku,\"destinations\nA,DE\n".to_vec(), LineErrorKind::UnclosedQuote),
        (b"sku,\xC4nderung\nA,DE\n".to_vec(), LineErrorKind::NotUtf8 { byte: 0xC4 }),
        (b"sku,\x07\nA,DE\n".to_vec(), LineErrorKind::ControlCharacter { character: '\x07' }),
        (vec![b' '; 20_000], LineErrorKind::TooLong { limit: 16_384 }),
    ] {
        match file_error(file) {
            FileError::UnreadableHeader { line: 1, error } => assert_eq!(error.kind, kind),
            other => panic!("{other}"),
        }
    }
}
