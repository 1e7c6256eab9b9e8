//! Lines of a file as text of COPY: the columns of `staging::copy_lines`.

use crate::domain::{Finding, Grounds, Wish};

/// Appends what a line wants.
pub(crate) fn wish(out: &mut Vec<u8>, line: u64, wish: &Wish<'_>) {
    number(out, line);
    number(out, line);
    optional(out, wish.sku);
    optional(out, wish.asin);
    text(out, wish.destinations);
    text(out, wish.countries);
    optional(out, wish.grounds.map(Grounds::name));
    text(out, wish.note);
    for _ in 0..3 {
        optional(out, None);
    }
    end(out);
}

/// Appends what is to be said of some lines.
pub(crate) fn finding(out: &mut Vec<u8>, first: u64, last: u64, finding: &Finding) {
    number(out, first);
    number(out, last);
    for _ in 0..6 {
        optional(out, None);
    }
    text(out, finding.problem.name());
    text(out, &finding.place);
    text(out, &finding.detail);
    end(out);
}

fn number(out: &mut Vec<u8>, value: u64) {
    text(out, &value.to_string());
}

fn optional(out: &mut Vec<u8>, value: Option<&str>) {
    match value {
        Some(value) => text(out, value),
        None => out.extend_from_slice(b"\\N\t"),
    }
}

fn text(out: &mut Vec<u8>, value: &str) {
    for byte in value.bytes() {
        let escaped = match byte {
            b'\\' => b'\\',
            b'\t' => b't',
            b'\n' => b'n',
            b'\r' => b'r',
            _ => {
                out.push(byte);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', escaped]);
    }
    out.push(b'\t');
}

/// The tab after the last field ends the line instead.
fn end(out: &mut [u8]) {
    if let Some(last) = out.last_mut() {
        *last = b'\n';
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Problem;

    #[test]
    fn what_would_end_a_field_or_a_line_is_escaped() {
        let mut out = Vec::new();
        let said = Wish {
            sku: Some("a\tb\\N"),
            asin: None,
            destinations: "DE",
            countries: "DE",
            grounds: None,
            note: "",
        };
        wish(&mut out, 7, &said);
        let found = Finding { problem: Problem::Skipped, place: String::new(), detail: String::new() };
        finding(&mut out, 8, 9, &found);
        let text = String::from_utf8_lossy(&out);
        let nothing = "\\N\t".repeat(6);
        assert_eq!(
            text,
            format!("7\t7\ta\\tb\\\\N\t\\N\tDE\tDE\t\\N\t\t\\N\t\\N\t\\N\n8\t9\t{nothing}SKIPPED\t\t\n")
        );
    }
}
