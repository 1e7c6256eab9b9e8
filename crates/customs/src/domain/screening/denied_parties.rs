//! A list of denied parties in the shape of OFAC's SDN.CSV and ALT.CSV: no header, nulls written `-0- `.
//!
//! SDN: ent_num, name, type, programme, …; ALT: ent_num, alt_num, type, name, remarks. Files may be Latin-1 and may end
//! with 0x1A.

use std::collections::HashMap;

use super::name::{latin_key, name_key};
use super::{Hit, HitKind};
use crate::domain::table;

const SHIPPED_PARTIES: &str = include_str!("../../../../../data/customs/denied_parties.csv");
const SHIPPED_ALIASES: &str = include_str!("../../../../../data/customs/denied_parties_alt.csv");
const SHIPPED_LISTS: &str = include_str!("../../../../../data/customs/screening_lists.csv");

/// How many names a list may have: OFAC's has about 44,000.
pub(crate) const MAX_NAMES: usize = 1_000_000;

/// The parties of one list, by the key of each of their names.
pub(crate) struct DeniedParties {
    list: String,
    list_date: String,
    /// Entry numbers by key.
    by_key: HashMap<Box<str>, Vec<Box<str>>>,
    names: usize,
}

/// The bytes of a list's files.
pub(crate) struct ListFiles<'a> {
    /// The list's name, as it is kept with every hit.
    pub list: &'a str,
    /// Its as-of date, YYYY-MM-DD.
    pub list_date: &'a str,
    /// SDN.CSV.
    pub parties: &'a [u8],
    /// ALT.CSV; may be empty.
    pub aliases: &'a [u8],
}

/// A list cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ListError {
    /// A record has too few columns or no name.
    #[error("{file} file, record {record}: {problem}; expected OFAC's SDN.CSV and ALT.CSV")]
    Record {
        /// `parties` or `aliases`.
        file: &'static str,
        /// From 1.
        record: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// Nothing is in it: an empty list would clear everybody.
    #[error("the list has no names: an empty list would clear everybody")]
    Empty,
    /// More names than the bound.
    #[error("the list has more than {MAX_NAMES} names")]
    TooLarge,
}

impl DeniedParties {
    /// The small fictional list that ships with the product.
    ///
    /// # Errors
    /// When it is not in its shape.
    pub(crate) fn shipped() -> Result<Self, ListError> {
        let unreadable =
            || ListError::Record { file: "lists", record: 1, problem: "screening_lists.csv has no row" };
        let lists = table::read("screening_lists.csv", SHIPPED_LISTS, |row| {
            Ok((row.text("list")?.to_owned(), row.text("list_date")?.to_owned()))
        });
        let (list, list_date) =
            lists.ok().and_then(|lists| lists.into_iter().next()).ok_or_else(unreadable)?;
        Self::parse(&ListFiles {
            list: &list,
            list_date: &list_date,
            parties: SHIPPED_PARTIES.as_bytes(),
            aliases: SHIPPED_ALIASES.as_bytes(),
        })
    }

    /// Reads a list.
    ///
    /// # Errors
    /// A record out of shape, an empty list, or one above [`MAX_NAMES`].
    pub(crate) fn parse(files: &ListFiles<'_>) -> Result<Self, ListError> {
        let mut parties = Self {
            list: files.list.to_owned(),
            list_date: files.list_date.to_owned(),
            by_key: HashMap::new(),
            names: 0,
        };
        parties.add("parties", files.parties, 1)?;
        if parties.names == 0 {
            return Err(ListError::Empty);
        }
        parties.add("aliases", files.aliases, 3)?;
        Ok(parties)
    }

    /// The entries that have this name, each once.
    #[must_use]
    pub(crate) fn screen(&self, name: &str) -> Vec<Hit> {
        let mut entries: Vec<&str> = Vec::new();
        for key in [name_key(name), latin_key(name)] {
            for entry in self.by_key.get(key.as_str()).into_iter().flatten() {
                if !entries.contains(&&**entry) {
                    entries.push(entry);
                }
            }
        }
        let hit = |entry: &str| Hit {
            kind: HitKind::DeniedParty,
            entry: entry.to_owned(),
            list: self.list.clone(),
            list_date: self.list_date.clone(),
        };
        entries.into_iter().map(hit).collect()
    }

    /// How many names the list has, aliases included.
    #[must_use]
    pub(crate) fn names(&self) -> usize {
        self.names
    }

    /// Name and as-of date of the list.
    #[must_use]
    pub(crate) fn identity(&self) -> (&str, &str) {
        (&self.list, &self.list_date)
    }

    fn add(&mut self, file: &'static str, bytes: &[u8], name_column: usize) -> Result<(), ListError> {
        let text = decode(bytes);
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        for (index, record) in reader.records().enumerate() {
            let error = |problem| ListError::Record { file, record: index + 1, problem };
            let record = record.map_err(|_| error("is not CSV"))?;
            let (entry, name) = (record.get(0), record.get(name_column));
            let (Some(entry), Some(name)) = (entry.map(str::trim), name.map(str::trim)) else {
                return Err(error("has too few columns"));
            };
            if entry.is_empty() || !entry.bytes().all(|b| b.is_ascii_digit()) {
                return Err(error("does not begin with an entry number"));
            }
            self.insert(entry, name).ok_or_else(|| error("has no name"))?;
            if self.names > MAX_NAMES {
                return Err(ListError::TooLarge);
            }
        }
        Ok(())
    }

    /// `None` when nothing of the name is left to compare.
    fn insert(&mut self, entry: &str, name: &str) -> Option<()> {
        let (key, latin) = (name_key(name), latin_key(name));
        if key.is_empty() || name == "-0-" {
            return None;
        }
        let mut keys = vec![key];
        if latin != keys[0] && !latin.is_empty() {
            keys.push(latin);
        }
        for key in keys {
            let entries = self.by_key.entry(key.into()).or_default();
            if !entries.iter().any(|known| &**known == entry) {
                entries.push(entry.into());
            }
        }
        self.names += 1;
        Some(())
    }
}

/// UTF-8, or Latin-1 where it is not; without the end-of-file mark of old systems.
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_suffix(b"\x1a").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_end_matches('\u{1a}').to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

#[cfg(test)]
mod tests {
    // The folder of the test data is no configuration of the program.
    #![allow(clippy::unwrap_used, clippy::disallowed_methods)]
    use super::*;

    #[test]
    fn a_party_is_found_by_its_name_and_by_its_aliases_in_any_order_of_words() {
        let list = DeniedParties::shipped().unwrap();
        for name in ["Dmitrios Pavel Karrovski", "Vortexian Lines", "vortexian shipping co ltd"] {
            assert_eq!(list.screen(name).len(), 1, "{name}");
        }
        let hit = &list.screen("Ottoline MARSHWELL")[0];
        assert_eq!((hit.entry.as_str(), hit.list.as_str()), ("900005", "FBA-EXPORT-FICTIONAL"));
        assert!(list.screen("Ottoline Marshwell-Smith").is_empty());
        assert!(list.screen("").is_empty());
    }

    #[test]
    fn a_name_in_another_script_is_compared_in_latin_letters_too() {
        let list = DeniedParties::shipped().unwrap();
        assert_eq!(list.screen("Оттолине Марсhвелл").len(), 0);
        assert_eq!(list.screen("Ottoliné Marshwéll").len(), 1);
    }

    /// OFAC's published files of 2022-01-31, which are not part of the project.
    fn ofac(name: &str) -> Option<Vec<u8>> {
        let folder = std::env::var("FBA_TEST_DATA").map_or_else(
            |_| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
            std::path::PathBuf::from,
        );
        let path = folder.join("reference/ofac").join(name);
        let Ok(file) = std::fs::File::open(&path) else {
            eprintln!(
                "SKIPPED: {} is not there; set FBA_TEST_DATA to the folder of the test data",
                path.display()
            );
            return None;
        };
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(file), &mut bytes).unwrap();
        Some(bytes)
    }

    #[test]
    fn the_published_list_of_ofac_is_read_whole_and_finds_its_own_entries() {
        let (Some(parties), Some(aliases)) = (ofac("sdn_2022-01.csv.gz"), ofac("alt_2022-01.csv.gz")) else {
            return;
        };
        let files =
            ListFiles { list: "OFAC-SDN", list_date: "2022-01-31", parties: &parties, aliases: &aliases };
        let list = DeniedParties::parse(&files).unwrap();
        assert_eq!(list.names(), 9_044 + 12_409, "every record of both files");
        for (name, entry) in [
            ("Banco Nacional de Cuba", "306"),
            ("NATIONAL BANK OF CUBA", "306"),
            ("Aero Caribbean", "36"),
            ("Anglo-Caribbean Co Ltd", "173"),
        ] {
            assert!(list.screen(name).iter().any(|hit| hit.entry == entry), "{name}");
        }
        for nobody in ["Ana Prüfer", "John Smith", "Blue Heron Trading LLC"] {
            assert!(list.screen(nobody).is_empty(), "{nobody}");
        }
    }

    #[test]
    fn an_empty_or_shapeless_list_is_refused() {
        let parse = |parties: &[u8]| {
            let files = ListFiles { list: "T", list_date: "2026-01-01", parties, aliases: b"" };
            DeniedParties::parse(&files).map(|list| list.names())
        };
        assert_eq!(parse(b""), Err(ListError::Empty));
        assert!(matches!(parse(b"<html>not a list</html>\n"), Err(ListError::Record { record: 1, .. })));
        assert_eq!(
            parse(b"1,\"M\xdcLLER, Hans\",individual\n\x1a"),
            Ok(1),
            "Latin-1 with an end-of-file mark"
        );
    }
}
