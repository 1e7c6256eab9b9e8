//! What the codes are called: the table that ships with the product, and references an operator gives, such as national
//! search references or rulings of its own.

use std::collections::HashMap;

use kernel::HsCode;
use serde::Deserialize;

use super::codes::Codes;
use crate::domain::data::{DataError, HS_WORDS};

/// References of one index: the shipped table and all files.
pub(crate) const MAX_REFERENCES: usize = 200_000;
/// Characters of a reference's text.
const MAX_CHARS: usize = 2_000;

/// A text and the code of what it describes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reference {
    pub(crate) code: HsCode,
    pub(crate) text: String,
    /// File and line, as evidence.
    pub(crate) origin: String,
}

/// A row of an operator's file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}, line {line}: {problem}")]
pub(crate) struct ReferenceError {
    file: String,
    line: u64,
    problem: String,
}

#[derive(Deserialize)]
struct Row {
    hs_code: String,
    words: String,
}

/// The shipped table.
pub(crate) fn shipped(codes: &Codes) -> Result<Vec<Reference>, DataError> {
    let rows = HS_WORDS.rows::<Row>()?.into_iter().zip(2..).map(|(row, line)| {
        let code = HS_WORDS.cell(&row.hs_code)?;
        let code = codes.six(code).ok_or_else(|| HS_WORDS.wrong(format!("{code} is no code of HS 2022")))?;
        Ok(Reference { code, text: row.words, origin: format!("{}, line {line}", HS_WORDS.file) })
    });
    rows.collect()
}

/// Reads an operator's file: CSV with the columns `code` and `text`; finer codes count by their six digits.
pub(crate) fn read(file: &str, text: &str, codes: &Codes) -> Result<Vec<Reference>, ReferenceError> {
    let wrong = |line, problem: String| ReferenceError { file: file.to_owned(), line, problem };
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = reader.headers().map_err(|error| wrong(1, error.to_string()))?;
    let place: HashMap<&str, usize> = headers.iter().map(str::trim).zip(0..).collect();
    let (Some(&code), Some(&words)) = (place.get("code"), place.get("text")) else {
        return Err(wrong(1, "the first line must name the columns code and text".to_owned()));
    };
    let mut references = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| wrong(line_of(&error), error.to_string()))? {
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        let code = code_of(cell(code), codes).map_err(|problem| wrong(line, problem))?;
        let text = cell(words).to_owned();
        if text.is_empty() || text.chars().count() > MAX_CHARS {
            return Err(wrong(line, format!("text must have 1 to {MAX_CHARS} characters")));
        }
        if references.len() >= MAX_REFERENCES {
            return Err(wrong(line, format!("more than {MAX_REFERENCES} references")));
        }
        references.push(Reference { code, text, origin: format!("{file}, line {line}") });
    }
    Ok(references)
}

fn line_of(error: &csv::Error) -> u64 {
    error.position().map_or(0, csv::Position::line)
}

fn code_of(text: &str, codes: &Codes) -> Result<HsCode, String> {
    let code: HsCode = text.parse().map_err(|error: kernel::ParseError| error.to_string())?;
    codes
        .six(code)
        .ok_or_else(|| format!("{code} is no code of HS 2022: use its code of today, or leave the row out"))
}
