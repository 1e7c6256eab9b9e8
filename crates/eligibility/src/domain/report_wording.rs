//! Why a report has no document, in the words that sellers read.

use serde::Deserialize;

use super::data::{DataError, REPORT_TEXTS};
use super::report::Reason;
use super::wording::Language;

/// The words for every reason.
#[derive(Debug)]
pub(crate) struct ReportWording(Vec<(Reason, Row)>);

#[derive(Debug, Deserialize)]
struct Row {
    code: String,
    text_en: String,
    text_zh: String,
    remedy_en: String,
    remedy_zh: String,
}

/// A reason in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told<'a> {
    pub(crate) text: &'a str,
    pub(crate) remedy: &'a str,
}

impl ReportWording {
    /// # Errors
    /// When a row cannot be used, or a reason has none.
    pub(crate) fn embedded() -> Result<Self, DataError> {
        let rows = REPORT_TEXTS.rows::<Row>()?.into_iter().map(|(table, row)| {
            let reason = Reason::from_name(&row.code);
            let reason = reason.ok_or_else(|| table.wrong(format!("{} is no reason", row.code)))?;
            Ok((reason, row))
        });
        let rows: Vec<(Reason, Row)> = rows.collect::<Result<_, DataError>>()?;
        match Reason::ALL.into_iter().find(|reason| rows.iter().all(|(of, _)| of != reason)) {
            Some(missing) => Err(REPORT_TEXTS.wrong(format!("no row for {}", missing.name()))),
            None => Ok(Self(rows)),
        }
    }

    /// What a reason says.
    pub(crate) fn told(&self, reason: Reason, language: Language) -> Told<'_> {
        let row = self.0.iter().find(|(of, _)| *of == reason).map(|(_, row)| row);
        row.map_or(Told { text: "", remedy: "" }, |row| match language {
            Language::English => Told { text: &row.text_en, remedy: &row.remedy_en },
            Language::SimplifiedChinese => Told { text: &row.text_zh, remedy: &row.remedy_zh },
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_reason_has_its_text_and_its_remedy_in_both_languages() {
        let wording = ReportWording::embedded().unwrap();
        for reason in Reason::ALL {
            let english = wording.told(reason, Language::English);
            assert!(english.text.is_ascii() && !english.text.is_empty() && !english.remedy.is_empty());
            let chinese = wording.told(reason, Language::SimplifiedChinese);
            assert!(!chinese.text.is_ascii() && !chinese.remedy.is_ascii(), "{reason:?}");
        }
    }
}
