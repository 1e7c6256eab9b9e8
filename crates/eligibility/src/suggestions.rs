//! Suggestions of HS codes without a service around them: for `make bench`.

use std::collections::BTreeSet;

use kernel::HsCode;

use crate::domain::classification::{Classifier, Codes, Reference, read, shipped};
use crate::domain::text::words;

/// The shipped table of words and further references.
pub struct Suggestions(Classifier);

impl Suggestions {
    /// Builds the index of the shipped table and of further (code, text) pairs.
    ///
    /// # Errors
    /// When a row of the shipped tables or a pair cannot be used.
    pub fn new(pairs: &[(String, String)]) -> anyhow::Result<Self> {
        let codes = Codes::embedded()?;
        let mut file = csv::Writer::from_writer(Vec::new());
        file.write_record(["code", "text"])?;
        for (code, text) in pairs {
            file.write_record([code, text])?;
        }
        let text = String::from_utf8(file.into_inner()?)?;
        let more: Vec<Reference> = read("pairs", &text, &codes)?;
        Ok(Self(Classifier::new(codes, more)?))
    }

    /// Codes of a text and how likely each is in a thousand, the likeliest first.
    #[must_use]
    pub fn of(&self, text: &str) -> Vec<(HsCode, u16)> {
        self.0.suggest(text).into_iter().map(|found| (found.code, found.confidence)).collect()
    }

    /// The words of a text: texts with the same words count as equal.
    #[must_use]
    pub fn normal(text: &str) -> String {
        words(text).trim().to_owned()
    }

    /// The texts of the shipped table, as [`Self::normal`] has them.
    ///
    /// # Errors
    /// When a row of the shipped tables cannot be used.
    pub fn shipped() -> anyhow::Result<BTreeSet<String>> {
        let references = shipped(&Codes::embedded()?)?;
        Ok(references.iter().map(|reference| Self::normal(&reference.text)).collect())
    }

    /// True where HS 2022 has the code's six digits.
    #[must_use]
    pub fn knows(&self, code: HsCode) -> bool {
        self.0.codes().six(code).is_some()
    }
}
