#![allow(clippy::unwrap_used)]
use jiff::civil::date;
use tabular::Reader;

use super::*;
use crate::domain::Policy;

/// What the lines of a file say, each as text.
fn read(mode: UploadMode, file: &str) -> Vec<String> {
    let policy = Policy::embedded().unwrap();
    let mut lines = LineReader::new(policy.regions(), date(2026, 10, 1), mode);
    let mut said = Vec::new();
    let mut each = |line: tabular::Line<'_>| {
        let fields = line.content.unwrap();
        said.push(match lines.read(&fields) {
            Ok(wish) => format!(
                "{}/{} to {:?} = {:?} {} {:?}",
                wish.sku.unwrap_or_default(),
                wish.asin.unwrap_or_default(),
                wish.destinations,
                wish.countries,
                wish.grounds.map_or("", Grounds::name),
                wish.note
            ),
            Err(finding) => format!("{} {} {}", finding.problem.name(), finding.place, finding.detail),
        });
    };
    let mut reader = Reader::new(&format(mode));
    reader.feed(file.as_bytes(), &mut each).unwrap();
    reader.finish(&mut each).unwrap();
    said
}

fn merge(line: &str) -> String {
    read(UploadMode::Merge, &format!("sku,asin,destinations,reason,note\n{line}\n")).remove(0)
}

#[test]
fn a_line_names_a_product_and_where_it_must_not_go() {
    assert_eq!(merge("A-1,,ALL,,"), r#"A-1/ to "" = ""  """#);
    assert_eq!(
        merge(",B000000001,GREATER_CHINA|FR| DE |FR,RISK,watch"),
        r#"/B000000001 to "DE|FR|GREATER_CHINA" = "CN|DE|FR|HK|MO|TW" RISK "watch""#
    );
}

#[test]
fn what_is_wrong_with_a_line_names_its_column_and_the_text() {
    for (line, finding) in [
        (",,ALL,,", "NO_PRODUCT  "),
        ("A-1,,,,", "NO_DESTINATIONS destinations "),
        ("A-1,,ALL|DE,,", "ALL_AND_MORE destinations "),
        ("A-1,,DE|UK,,", "UNKNOWN_COUNTRY destinations UK"),
        ("A-1,,EUROPE,,", "UNKNOWN_REGION destinations EUROPE"),
        (",B1,ALL,,", "UNKNOWN_ASIN asin B1"),
        ("A-1,,ALL,because,", "UNKNOWN_REASON reason because"),
    ] {
        assert_eq!(merge(line), finding);
    }
    let sku = "x".repeat(41);
    assert_eq!(merge(&format!("{sku},,ALL,,")), format!("UNKNOWN_SKU sku {sku}"));
    assert_eq!(merge(&format!("A-1,,ALL,,{}", "n".repeat(501))), "NOTE_TOO_LONG note 500");
}

#[test]
fn what_is_to_be_removed_needs_no_destinations() {
    let file = "asin\nB000000001\n";
    assert_eq!(read(UploadMode::Remove, file), [r#"/B000000001 to "" = ""  """#]);
}

#[test]
fn a_note_keeps_its_sign_through_a_file_of_ours() {
    assert_eq!(merge("A-1,,ALL,,'=1+1"), r#"A-1/ to "" = ""  "=1+1""#);
    assert_eq!(merge("A-1,,ALL,,'tis"), r#"A-1/ to "" = ""  "'tis""#);
}

#[test]
fn a_bad_cell_after_a_good_one_does_not_take_its_destinations() {
    let said = read(UploadMode::Replace, "sku,destinations\nA,DE\nB,XX\nC,DE\n");
    assert_eq!(
        said,
        [r#"A/ to "DE" = "DE"  """#, "UNKNOWN_COUNTRY destinations XX", r#"C/ to "DE" = "DE"  """#]
    );
}
