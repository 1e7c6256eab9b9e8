//! Golden bytes: one file per event, written once, decoded for ever. A field that is renumbered, retyped or removed
//! makes the bytes decode to something else, and this test says which event it was.
//!
//! A new event gets its file with `UPDATE_GOLDEN=1 cargo test -p tests --test contracts`; existing files are never
//! overwritten.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::sample;

#[test]
fn every_event_has_golden_bytes() {
    let missing: Vec<String> = sample::events()
        .into_iter()
        .filter(|(ce_type, bytes)| !file(ce_type).exists() && !written(ce_type, bytes))
        .map(|(ce_type, _)| ce_type)
        .collect();
    assert!(missing.is_empty(), "no golden bytes for {missing:?}; write them with UPDATE_GOLDEN=1");
}

#[test]
fn golden_bytes_decode_whole() {
    for (ce_type, bytes) in golden_files() {
        let (package, name) = ce_type.rsplit_once('.').unwrap();
        let inspection = wire::inspect(package, &bytes)
            .unwrap_or_else(|| panic!("{package} is not an event package any more"))
            .unwrap_or_else(|error| panic!("{ce_type} does not decode any more: {error}"));
        assert_eq!(inspection.name, Some(name), "{ce_type} decodes to another event");
        assert_eq!(hex::encode(&inspection.canonical), hex::encode(&bytes), "{ce_type} lost a field");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/golden")
}

fn file(ce_type: &str) -> PathBuf {
    folder().join(format!("{ce_type}.hex"))
}

/// Writes the bytes when asked to; whether they are there now.
fn written(ce_type: &str, bytes: &[u8]) -> bool {
    let asked = std::env::var_os("UPDATE_GOLDEN").is_some();
    if asked {
        std::fs::write(file(ce_type), hex::encode(bytes) + "\n").unwrap();
    }
    asked
}

fn golden_files() -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), hex::decode(text.trim()).unwrap())
        })
        .collect()
}
