//! Line ends, quotes, blanks, and what is wrong with a single line.

use tabular::{FileError, Format, LineErrorKind};

use crate::support::{FORMAT, fields, line_error, read, read_as};

#[test]
fn lines_end_in_lf_crlf_or_cr_and_the_last_in_nothing() {
    for end in ["\n", "\r\n", "\r"] {
        let file = format!("sku,destinations{end}A,DE{end}{end}B,FR");
        assert_eq!(fields::<3>(&file), [["A", "", "DE"], ["B", "", "FR"]]);
        assert_eq!(read(&file)[1].0, 4);
        assert_eq!(read(format!("{file}{end}")), read(&file));
    }
}

#[test]
fn quotes_hold_delimiters_and_quotes() {
    let file = "sku,destinations,note\n\"A,1\",DE,\"says \"\"no\"\"\"\n\"\",FR,\n\"K\u{f6}ln\"x,DE,a\"b\n";
    let rows = fields::<5>(file);
    assert_eq!(rows[0], ["A,1", "", "DE", "", "says \"no\""]);
    assert_eq!(rows[1], ["", "", "FR", "", ""]);
    assert_eq!(rows[2], ["Kölnx", "", "DE", "", "a\"b"], "quotes that are none are taken as they are");
}

#[test]
fn a_quote_that_is_open_at_the_lines_end_is_an_error_of_that_line() {
    let file = "sku,destinations\nA,\"DE\nB,FR\nC,IT\"\n";
    assert_eq!(line_error(file), (2, Some(2), LineErrorKind::UnclosedQuote));
    assert_eq!(read(file).len(), 3);
    for open in ["\"", "\"\"\"", ",\"\"\"", "\"A\"\"", "A,\"DE"] {
        assert_eq!(line_error(format!("sku,destinations\n{open}")).2, LineErrorKind::UnclosedQuote, "{open}");
    }
}

#[test]
fn outer_blanks_are_no_part_of_a_field() {
    assert_eq!(fields::<3>("sku,destinations\n  A 1\u{a0},\" DE \"\n"), [["A 1", "", "DE"]]);
}

#[test]
fn missing_fields_are_empty() {
    assert_eq!(fields::<5>("sku,destinations,note\nA\n"), [["A", "", "", "", ""]]);
}

#[test]
fn fields_after_the_last_column_must_be_empty() {
    let file = "sku,destinations\nA,DE,, ,\"\"\nB,FR,,x\nC,IT\n";
    assert_eq!(line_error(file), (3, Some(4), LineErrorKind::TooManyFields));
    assert_eq!(read(file).len(), 3);
}

#[test]
fn comments_and_lines_without_content_are_skipped_anywhere() {
    let file = "sku,destinations\n#A,DE\n\"#B\",FR\n\n \t\n,,,\n\"\",\" \"\nC,IT\n#";
    assert_eq!(read(file).iter().map(|(number, _)| *number).collect::<Vec<_>>(), [8]);
}

#[test]
fn a_tab_is_the_one_control_character_of_a_field() {
    assert_eq!(fields::<1>("sku,destinations\na\tb,DE\n"), [["a\tb"]]);
    for character in ['\u{1}', '\u{b}', '\u{1b}', '\u{7f}', '\u{85}', '\u{9f}'] {
        let file = format!("sku,destinations,note\n\"A,1\",DE,{character}\nB,FR,\n");
        assert_eq!(line_error(file), (2, Some(3), LineErrorKind::ControlCharacter { character }));
    }
}

#[test]
fn a_line_may_be_as_long_as_its_bound_and_not_a_byte_longer() {
    let format = Format { max_line_bytes: 17, ..FORMAT };
    let long = |length: usize| format!("sku,destinations\n{},DE\nB,FR\n", "a".repeat(length));
    assert!(read_as(&format, long(14).as_bytes()).0[0].1.is_ok());
    let (records, _) = read_as(&format, long(15).as_bytes());
    let error = records[0].1.as_ref().unwrap_err();
    assert_eq!((error.column, error.kind), (None, LineErrorKind::TooLong { limit: 17 }));
    assert_eq!(records[1].0, 3);
    let nothing = read_as(&Format { max_line_bytes: 0, ..FORMAT }, b"\n\nsku,destinations\n").1;
    assert!(matches!(nothing, Err(FileError::UnreadableHeader { line: 3, .. })));
}

#[test]
fn a_comment_may_be_longer_than_a_line() {
    let comment = format!("#{}", "x".repeat(50_000));
    assert_eq!(read(format!("{comment}\nsku,destinations\n{comment}\nA,DE\n{comment}"))[0].0, 4);
}

#[test]
fn a_formula_is_handed_over_as_it_is() {
    assert_eq!(fields::<1>("sku,destinations\n=1+1,DE\n'=1+1,DE\n"), [["=1+1"], ["'=1+1"]]);
}

#[test]
fn an_error_names_the_place_and_the_remedy() {
    let records = read("sku,destinations\nA,\"DE\n");
    assert_eq!(
        records[0].1.as_ref().unwrap_err().to_string(),
        "column 2: a quote is still open at the end of the line: close it, and write a quote inside a field twice"
    );
}
