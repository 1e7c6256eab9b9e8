//! Suggests HS codes.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use anyhow::{Context, ensure};
use messaging::HandleError;

use crate::domain::classification::{Classifier, Codes, Likeliest, Reference, Suggestion, read};
use crate::domain::data::DataError;

/// Largest file of references, in bytes.
const MAX_FILE: u64 = 64 << 20;

type Made<T> = LazyLock<Result<T, DataError>, Box<dyn FnOnce() -> Result<T, DataError> + Send>>;

/// The codes there are and the index that suggests some, made when they are first needed: a process that is never asked does
/// without their memory.
pub(crate) struct Suggester {
    codes: Made<Codes>,
    classifier: Made<Classifier>,
}

impl Suggester {
    /// The shipped words, and the references of an operator's file, which is read now.
    ///
    /// # Errors
    /// When the file cannot be read, or a row of it cannot be used.
    pub(crate) fn new(file: Option<&Path>) -> anyhow::Result<Self> {
        let references = file.map(references).transpose()?.unwrap_or_default();
        Ok(Self {
            codes: LazyLock::new(Box::new(Codes::embedded)),
            classifier: LazyLock::new(Box::new(|| Classifier::new(&Codes::embedded()?, references))),
        })
    }

    /// The codes there are.
    pub(crate) fn codes(&self) -> Result<&Codes, &DataError> {
        self.codes.as_ref()
    }

    /// Codes for a text, the likeliest first. The first time it takes a moment: the index is made.
    pub(crate) fn suggest(&self, text: &str) -> Result<Vec<Suggestion>, &DataError> {
        self.classifier.as_ref().map(|classifier| classifier.suggest(text))
    }

    /// The likeliest code of each text, found on a thread of its own.
    pub(crate) async fn likeliest(
        self: &Arc<Self>,
        texts: Vec<String>,
    ) -> Result<Vec<Option<Likeliest>>, HandleError> {
        let suggester = Arc::clone(self);
        let found = tokio::task::spawn_blocking(move || {
            let classifier = suggester.classifier.as_ref().map_err(HandleError::failed)?;
            Ok(texts.iter().map(|text| classifier.likeliest(text)).collect())
        });
        found.await.map_err(HandleError::failed)?
    }
}

fn references(file: &Path) -> anyhow::Result<Vec<Reference>> {
    let name = || format!("--hs-references {}", file.display());
    let size = std::fs::metadata(file).with_context(name)?.len();
    ensure!(size <= MAX_FILE, "{}: has {size} bytes; at most {MAX_FILE}: divide it", name());
    let text = std::fs::read_to_string(file).with_context(name)?;
    let shown = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    read(&shown, &text, &Codes::embedded()?).with_context(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn suggester(text: &str) -> anyhow::Result<Suggester> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("own.csv");
        std::fs::write(&file, text)?;
        Suggester::new(Some(&file))
    }

    #[test]
    fn an_operator_s_references_count_beside_the_shipped_words() {
        let plain = Suggester::new(None).unwrap();
        let own = suggester("code,text\n9503008500,qzxvq wvzkw\n").unwrap();
        let codes = |suggester: &Suggester, text: &str| -> Vec<String> {
            suggester.suggest(text).unwrap().iter().map(|found| found.code.to_string()).collect()
        };
        assert_eq!(codes(&plain, "qzxvq wvzkw"), [""; 0]);
        assert_eq!(codes(&own, "qzxvq wvzkw"), ["950300"]);
        assert_eq!(codes(&own, "knitted cotton t-shirt")[0], "610910");
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named_at_the_start() {
        let error = format!("{:#}", suggester("code,text\n1,shirt\n").err().unwrap());
        assert!(error.contains("--hs-references") && error.contains("own.csv, line 2"), "{error}");
        let missing = Suggester::new(Some(Path::new("/nowhere/own.csv"))).err().unwrap();
        assert!(format!("{missing:#}").starts_with("--hs-references /nowhere/own.csv"), "{missing:#}");
    }
}
