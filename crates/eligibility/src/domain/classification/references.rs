//! What the codes are called: the table that ships with the product, and references an operator gives, such as national
//! search references or rulings of its own.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use kernel::HsCode;
use serde::Deserialize;

use super::codes::Codes;
use crate::domain::data::{DataError, HS_WORDS};

/// References of an operator's file.
pub(crate) const MAX_REFERENCES: usize = 200_000;
/// Characters of a reference's text.
pub(crate) const MAX_CHARS: usize = 2_000;

/// A text and the code of what it describes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reference {
    /// Six digits.
    pub(crate) code: HsCode,
    pub(crate) text: Box<str>,
    pub(crate) origin: Origin,
}

/// Where a reference stands, as evidence: `hs_words.csv, line 7`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin {
    file: Arc<str>,
    line: u64,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file, self.line)
    }
}

/// A row of an operator's file that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
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
    let file: Arc<str> = HS_WORDS.file.into();
    let rows = HS_WORDS.rows::<Row>()?.into_iter().map(|(table, row)| {
        let code = table.cell(&row.hs_code)?;
        let code = codes.six(code).ok_or_else(|| table.wrong(format!("{code} is no code of HS 2022")))?;
        Ok(Reference {
            code,
            text: row.words.into(),
            origin: Origin { file: file.clone(), line: table.line },
        })
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
    let (name, mut references, mut record): (Arc<str>, _, _) =
        (file.into(), Vec::new(), csv::StringRecord::new());
    while reader.read_record(&mut record).map_err(|error| wrong(line_of(&error), error.to_string()))? {
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or_default().trim();
        let code = code_of(cell(code), codes).map_err(|problem| wrong(line, problem))?;
        let text = cell(words);
        if text.is_empty() || text.chars().count() > MAX_CHARS {
            return Err(wrong(line, format!("text must have 1 to {MAX_CHARS} characters")));
        }
        if references.len() >= MAX_REFERENCES {
            return Err(wrong(line, format!("more than {MAX_REFERENCES} references: leave some out")));
        }
        references.push(Reference { code, text: text.into(), origin: Origin { file: name.clone(), line } });
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn try_read(text: &str) -> Result<Vec<Reference>, String> {
        read("refs.csv", text, &Codes::embedded().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn columns_are_found_by_name_and_codes_count_by_six_digits() {
        let read = try_read("\u{feff}note,text,code\nx,\" knitted shirt, cotton \",6109100010\n").unwrap();
        let [reference] = read.try_into().unwrap();
        assert_eq!((reference.code.as_str(), &*reference.text), ("610910", "knitted shirt, cotton"));
        assert_eq!(reference.origin.to_string(), "refs.csv, line 2");
    }

    #[test]
    fn what_cannot_be_used_is_named_by_file_and_line() {
        let long = "x".repeat(MAX_CHARS + 1);
        for (text, problem) in [
            ("code,words\n610910,shirt\n", "refs.csv, line 1: the first line must name the columns"),
            ("code,text\n610910,shirt\n6109,shirt\n", "refs.csv, line 3: "),
            ("code,text\n610999,shirt\n", "refs.csv, line 2: 610999 is no code of HS 2022"),
            ("code,text\n610910\n", "refs.csv, line 2: text must have 1 to 2000 characters"),
            (&format!("code,text\n610910,{long}\n"), "refs.csv, line 2: text must have"),
        ] {
            let error = try_read(text).unwrap_err();
            assert!(error.starts_with(problem), "{error}");
        }
    }

    #[test]
    fn there_are_at_most_so_many() {
        let rows = "610910,shirt\n".repeat(MAX_REFERENCES);
        assert_eq!(try_read(&format!("code,text\n{rows}")).unwrap().len(), MAX_REFERENCES);
        let error = try_read(&format!("code,text\n{rows}610910,shirt\n")).unwrap_err();
        assert_eq!(error, "refs.csv, line 200002: more than 200000 references: leave some out");
    }
}
