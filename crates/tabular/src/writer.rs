//! Writing a field, so that a reader and a spreadsheet take it for what it is.

use crate::Delimiter;

/// What makes a spreadsheet take a cell for a formula when it comes first: the signs, their full-width forms, and the
/// white space that it drops before it looks for them.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Appends one field to `out`; delimiters and line ends between fields are the caller's.
///
/// A field that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, their full-width forms, a tab
/// or a line end) gets an apostrophe in front: the downloaded file shows the text and runs nothing. The reader leaves
/// the apostrophe there: only the caller knows whether a field may begin with one.
///
/// A field with the delimiter, a quote or a line end in it is put in quotes (RFC 4180).
///
/// A [`Reader`](crate::Reader) gives the same field back, but for three: it refuses control characters, line ends too;
/// it drops outer blanks; and it takes a line whose first field begins with `#` for a comment.
///
/// ```
/// use tabular::{Delimiter, write_field};
///
/// let mut line = Vec::new();
/// write_field(&mut line, "a, \"b\"", Delimiter::Comma);
/// line.push(b',');
/// write_field(&mut line, "=1+1", Delimiter::Comma);
/// assert_eq!(line, b"\"a, \"\"b\"\"\",'=1+1");
/// ```
pub fn write_field(out: &mut Vec<u8>, text: &str, delimiter: Delimiter) {
    let apostrophe = if text.starts_with(FORMULA_STARTS) { "'" } else { "" };
    let needs_quotes = |byte: u8| matches!(byte, b'"' | b'\r' | b'\n') || byte == delimiter.byte();
    if !text.bytes().any(needs_quotes) {
        out.extend_from_slice(apostrophe.as_bytes());
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    out.extend_from_slice(apostrophe.as_bytes());
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}
