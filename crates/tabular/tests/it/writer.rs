//! What is written is safe in a spreadsheet and is read back as it was.

use tabular::{Delimiter, write_field};

fn written(text: &str, delimiter: Delimiter) -> String {
    let mut out = Vec::new();
    write_field(&mut out, text, delimiter);
    String::from_utf8(out).unwrap()
}

#[test]
fn quotes_are_written_only_where_they_are_needed() {
    assert_eq!(written("a, b; c", Delimiter::Tab), "a, b; c");
    assert_eq!(written("a, b", Delimiter::Comma), "\"a, b\"");
    assert_eq!(written("a; b", Delimiter::Semicolon), "\"a; b\"");
    assert_eq!(written("a\tb", Delimiter::Tab), "\"a\tb\"");
    assert_eq!(written("5\" nail", Delimiter::Tab), "\"5\"\" nail\"");
    assert_eq!(written("a\r\nb", Delimiter::Tab), "\"a\r\nb\"");
    assert_eq!(written("", Delimiter::Comma), "");
}

#[test]
fn a_formula_gets_an_apostrophe() {
    for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠A"] {
        assert_eq!(written(formula, Delimiter::Tab), format!("'{formula}"));
    }
    assert_eq!(written("\t=1", Delimiter::Comma), "'\t=1");
    assert_eq!(written("\t=1", Delimiter::Tab), "\"'\t=1\"");
    assert_eq!(written("\r=1", Delimiter::Tab), "\"'\r=1\"");
    assert_eq!(written("\n=1", Delimiter::Tab), "\"'\n=1\"");
    assert_eq!(written("=HYPERLINK(\"x\")", Delimiter::Tab), "\"'=HYPERLINK(\"\"x\"\")\"");
    assert_eq!(written("A-1=2", Delimiter::Tab), "A-1=2");
}
