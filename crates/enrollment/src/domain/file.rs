//! The exclusion file: what a line may say, and what is wrong with one that says something else.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{Asin, CountrySet, Sku};
use tabular::{Fields, FileError, Format, LineError, LineErrorKind};

use super::{Destination, Grounds, Problem, Regions, UploadMode};

/// Largest file, in bytes.
pub(crate) const MAX_FILE_BYTES: u64 = 200 * 1024 * 1024;
/// Most lines of a file, of every kind: media are not counted among the products, so more than those are possible.
pub(crate) const MAX_LINES: u64 = 5_000_000;
/// Longest note, in characters.
const MAX_NOTE: usize = 500;
/// The word for all destinations.
const ALL: &str = "ALL";
/// Columns by their index.
const SKU: usize = 0;
const ASIN: usize = 1;
const DESTINATIONS: usize = 2;
const REASON: usize = 3;
const NOTE: usize = 4;
/// Their names, also the header of files that we write.
pub(crate) const COLUMNS: &[&str] = &["sku", "asin", "destinations", "reason", "note"];
const PRODUCT: &[&str] = &["sku", "asin"];

/// What a good line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wish<'a> {
    /// At least one of the two is there; that they fit is not known yet.
    pub(crate) sku: Option<&'a str>,
    pub(crate) asin: Option<&'a str>,
    /// As they are stored: sorted, joined by |; empty = all.
    pub(crate) destinations: &'a str,
    pub(crate) countries: &'a str,
    pub(crate) grounds: Option<Grounds>,
    pub(crate) note: &'a str,
}

/// What is to be said of a line that is not simply accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) problem: Problem,
    /// The column, by name or number; empty where the whole line is meant.
    pub(crate) place: String,
    pub(crate) detail: String,
}

/// Why a file as a whole is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileRefused {
    pub(crate) problem: Problem,
    pub(crate) details: Vec<String>,
}

/// Reads lines. Most lines of a file name the same few destinations, so the last ones are kept.
pub(crate) struct LineReader<'a> {
    regions: &'a Regions,
    day: Date,
    mode: UploadMode,
    last: Destinations,
}

/// A cell of destinations, and what it stands for.
#[derive(Default)]
struct Destinations {
    cell: String,
    named: String,
    countries: String,
}

/// The format of a file that is used so.
pub(crate) fn format(mode: UploadMode) -> Format {
    let required: &[&[&str]] = match mode {
        UploadMode::Merge | UploadMode::Replace => &[PRODUCT, &["destinations"]],
        UploadMode::Remove => &[PRODUCT],
    };
    Format {
        columns: COLUMNS,
        required,
        max_line_bytes: Format::MAX_LINE_BYTES,
        max_file_bytes: MAX_FILE_BYTES,
    }
}

impl<'a> LineReader<'a> {
    pub(crate) fn new(regions: &'a Regions, day: Date, mode: UploadMode) -> Self {
        Self { regions, day, mode, last: Destinations::default() }
    }

    /// What a line says.
    pub(crate) fn read<'s>(&'s mut self, fields: &'s Fields<'s>) -> Result<Wish<'s>, Finding> {
        let (sku, asin) = (filled(fields.get(SKU)), filled(fields.get(ASIN)));
        if sku.is_none() && asin.is_none() {
            return Err(Finding::of(Problem::NoProduct, "", ""));
        }
        if let Some(sku) = sku.filter(|sku| Sku::parse(sku).is_err()) {
            return Err(Finding::of(Problem::UnknownSku, COLUMNS[SKU], sku));
        }
        if let Some(asin) = asin.filter(|asin| Asin::parse(asin).is_err()) {
            return Err(Finding::of(Problem::UnknownAsin, COLUMNS[ASIN], asin));
        }
        if self.mode == UploadMode::Remove {
            return Ok(Wish { sku, asin, destinations: "", countries: "", grounds: None, note: "" });
        }
        let grounds = grounds(fields.get(REASON))?;
        let note = note(fields.get(NOTE))?;
        self.look_up(fields.get(DESTINATIONS))?;
        let Destinations { named, countries, .. } = &self.last;
        Ok(Wish { sku, asin, destinations: named, countries, grounds, note })
    }

    fn look_up(&mut self, cell: &str) -> Result<(), Finding> {
        if self.last.cell == cell && !cell.is_empty() {
            return Ok(());
        }
        self.last.cell.clear();
        let named = self.named(cell)?;
        let sets = named.iter().map(|destination| self.regions.countries(destination, self.day));
        self.last.countries = sets.fold(CountrySet::EMPTY, CountrySet::union).to_string();
        self.last.named = joined(&named);
        self.last.cell.push_str(cell);
        Ok(())
    }

    /// The destinations of a cell; none = all.
    fn named(&self, cell: &str) -> Result<BTreeSet<Destination>, Finding> {
        let wrong = |problem, detail: &str| Finding::of(problem, COLUMNS[DESTINATIONS], detail);
        let words = || cell.split('|').map(str::trim).filter(|word| !word.is_empty());
        if words().next().is_none() {
            return Err(wrong(Problem::NoDestinations, ""));
        }
        if words().any(|word| word == ALL) {
            let alone = words().all(|word| word == ALL);
            return if alone { Ok(BTreeSet::new()) } else { Err(wrong(Problem::AllAndMore, "")) };
        }
        let one = |word: &str| {
            let problem =
                if word.chars().count() > 2 { Problem::UnknownRegion } else { Problem::UnknownCountry };
            self.regions.destination(word).map_err(|_| wrong(problem, word))
        };
        words().map(one).collect()
    }
}

/// Destinations as they are stored.
pub(crate) fn joined<'a>(named: impl IntoIterator<Item = &'a Destination>) -> String {
    let mut text = String::new();
    for destination in named {
        if !text.is_empty() {
            text.push('|');
        }
        text += &destination.to_string();
    }
    text
}

/// Destinations as they were stored, looked up: the countries they stand for on a day.
pub(crate) fn countries_of(stored: &str, regions: &Regions, day: Date) -> CountrySet {
    let named = stored.split('|').filter(|word| !word.is_empty()).map(Destination::stored);
    named.map(|destination| regions.countries(&destination, day)).fold(CountrySet::EMPTY, CountrySet::union)
}

fn filled(cell: &str) -> Option<&str> {
    Some(cell).filter(|cell| !cell.is_empty())
}

fn grounds(cell: &str) -> Result<Option<Grounds>, Finding> {
    let unknown = || Finding::of(Problem::UnknownReason, COLUMNS[REASON], cell);
    filled(cell).map(|name| Grounds::from_name(name).ok_or_else(unknown)).transpose()
}

/// The note, without the apostrophe that our own files put before what a spreadsheet would run.
fn note(cell: &str) -> Result<&str, Finding> {
    let bare =
        cell.strip_prefix('\'').filter(|bare| bare.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']));
    let note = bare.unwrap_or(cell);
    if note.chars().count() > MAX_NOTE {
        return Err(Finding::of(Problem::NoteTooLong, COLUMNS[NOTE], &MAX_NOTE.to_string()));
    }
    Ok(note)
}

impl Finding {
    /// Details are cut to what a report needs: a hostile cell is not stored whole.
    fn of(problem: Problem, place: &str, detail: &str) -> Self {
        const MAX_DETAIL: usize = 60;
        Self { problem, place: place.to_owned(), detail: detail.chars().take(MAX_DETAIL).collect() }
    }
}

impl From<LineError> for Finding {
    fn from(error: LineError) -> Self {
        let (problem, detail) = match error.kind {
            LineErrorKind::TooLong { limit } => (Problem::LineTooLong, limit.to_string()),
            LineErrorKind::TooManyFields => (Problem::TooManyFields, String::new()),
            LineErrorKind::UnclosedQuote => (Problem::UnclosedQuote, String::new()),
            LineErrorKind::NotUtf8 { .. } | LineErrorKind::NotUtf16 => (Problem::NotText, String::new()),
            LineErrorKind::ControlCharacter { character } => {
                (Problem::ControlCharacter, format!("U+{:04X}", u32::from(character)))
            }
        };
        Self { problem, place: error.column.map(|column| column.to_string()).unwrap_or_default(), detail }
    }
}

impl From<FileError> for FileRefused {
    fn from(error: FileError) -> Self {
        let (problem, detail) = match error {
            FileError::Empty => (Problem::FileEmpty, None),
            FileError::Binary { looks_like } => (Problem::FileBinary, Some(looks_like.to_owned())),
            FileError::TooLarge { limit } => (Problem::FileTooLarge, Some(limit.to_string())),
            FileError::NoHeader { .. }
            | FileError::UnreadableHeader { .. }
            | FileError::HeaderMismatch { .. } => (Problem::FileHeader, Some(error.to_string())),
        };
        Self { problem, details: detail.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests;
