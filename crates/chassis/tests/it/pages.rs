//! Every reason has its page, and every page its reason.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use wire::ErrorReason;

const HEADINGS: [&str; 4] = ["## Meaning", "## Cause", "## Remedy", "## Who acts"];
/// More numbers than the enum has, with room to grow.
const NUMBERS: std::ops::Range<i32> = 1..1_000;

fn pages() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors")
}

fn reasons() -> Vec<ErrorReason> {
    NUMBERS.filter_map(|number| ErrorReason::try_from(number).ok()).collect()
}

#[test]
fn every_reason_has_a_page_that_says_meaning_cause_remedy_and_who_acts() {
    for reason in reasons() {
        let path = pages().join(format!("{}.md", reason.name()));
        let page = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(page.starts_with(&format!("# {}\n", reason.name())), "{}", path.display());
        for heading in HEADINGS {
            let text =
                page.split_once(heading).unwrap_or_else(|| panic!("{} has no {heading}", path.display())).1;
            let section = text.split("\n## ").next().unwrap().trim();
            assert!(section.len() > 10, "{heading} of {} says nothing", path.display());
        }
    }
}

#[test]
fn every_page_names_the_code_that_the_reason_has_on_the_wire() {
    for reason in reasons() {
        let page = fs::read_to_string(pages().join(format!("{}.md", reason.name()))).unwrap();
        let code = tonic::Status::from(chassis::Error::new(reason, "")).code();
        let shown = format!("{code:?}").chars().enumerate().fold(String::new(), |mut name, (at, letter)| {
            if at > 0 && letter.is_uppercase() {
                name.push('_');
            }
            name.push(letter.to_ascii_uppercase());
            name
        });
        assert!(page.contains(&format!("gRPC code `{shown}`")), "{} is {shown}", reason.name());
    }
}

#[test]
fn no_page_is_without_a_reason() {
    let known: BTreeSet<String> =
        reasons().into_iter().map(|reason| format!("{}.md", reason.name())).collect();
    for entry in fs::read_dir(pages()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name), "docs/errors/{name} belongs to no reason");
    }
}
