//! Suggestions of HS codes without a service around them: for `make bench`.

use std::collections::BTreeSet;

use kernel::HsCode;

use crate::domain::classification::{Classifier, Codes, read, shipped};

/// The shipped words and further references.
pub struct Suggestions {
    codes: Codes,
    classifier: Classifier,
}

impl Suggestions {
    /// Builds the index of the shipped words and of further references, as `--hs-references` takes them.
    ///
    /// # Errors
    /// When a row of the shipped tables or of the references cannot be used.
    pub fn new(references: &str) -> anyhow::Result<Self> {
        let codes = Codes::embedded()?;
        let more = read("references", references, &codes)?;
        Ok(Self { classifier: Classifier::new(&codes, more)?, codes })
    }

    /// Codes of a text and how sure each is in a thousand, the likeliest first.
    #[must_use]
    pub fn of(&self, text: &str) -> Vec<(HsCode, u16)> {
        self.classifier.suggest(text).into_iter().map(|found| (found.code, found.confidence)).collect()
    }

    /// What a text is about: texts that come to the same words are as good as equal.
    #[must_use]
    pub fn words(&self, text: &str) -> BTreeSet<String> {
        self.classifier.words(text)
    }

    /// The texts of the shipped words.
    ///
    /// # Errors
    /// When a row of the shipped table cannot be used.
    pub fn shipped(&self) -> anyhow::Result<Vec<String>> {
        Ok(shipped(&self.codes)?.into_iter().map(|reference| reference.text.into()).collect())
    }

    /// The six digits of a code, where HS 2022 has them.
    #[must_use]
    pub fn six(&self, code: &str) -> Option<HsCode> {
        self.codes.six(HsCode::parse(code).ok()?)
    }
}
