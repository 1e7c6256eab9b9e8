//! The dated rows of `data/returns/`, embedded and read once. A malformed row is a fault of the build: every table is
//! read by a test.

use serde::de::DeserializeOwned;

/// A data file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("data/returns/{file}: {problem}")]
pub(crate) struct DataError {
    file: &'static str,
    problem: String,
}

impl DataError {
    pub(crate) fn new(file: &'static str, problem: impl std::fmt::Display) -> Self {
        Self { file, problem: problem.to_string() }
    }
}

/// All rows of a file with a header.
pub(crate) fn rows<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<Vec<T>, DataError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().map_err(|error| DataError::new(file, error))
}
