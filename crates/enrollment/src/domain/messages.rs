//! What sellers are told about their files, in English and Simplified Chinese: rows of
//! `data/enrollment/file_messages.csv`, embedded.

use std::collections::HashMap;

use serde::Deserialize;

const MESSAGES: &str = include_str!("../../../../data/enrollment/file_messages.csv");

/// What is wrong with a line or a file, or what else is to be said of a line. The name is the key of its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Problem {
    LineTooLong,
    TooManyFields,
    UnclosedQuote,
    ControlCharacter,
    NotText,
    NoProduct,
    UnknownSku,
    UnknownAsin,
    OtherAsin,
    NoDestinations,
    AllAndMore,
    UnknownCountry,
    UnknownRegion,
    UnknownReason,
    NoteTooLong,
    DuplicateRow,
    ConflictingRows,
    OverLimit,
    Skipped,
    FileEmpty,
    FileBinary,
    FileTooLarge,
    FileTooManyLines,
    FileHeader,
    FileBadLines,
    FileOverLimit,
    FileVersion,
}

/// Of texts for sellers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    SimplifiedChinese,
}

/// All texts.
#[derive(Debug, Clone)]
pub(crate) struct Messages(HashMap<String, Message>);

#[derive(Debug, Clone, Deserialize)]
struct Message {
    problem: Problem,
    code: String,
    text_en: String,
    text_zh: String,
}

impl Problem {
    /// All of them: each has its texts.
    #[cfg(test)]
    const ALL: [Self; 27] = [
        Self::LineTooLong,
        Self::TooManyFields,
        Self::UnclosedQuote,
        Self::ControlCharacter,
        Self::NotText,
        Self::NoProduct,
        Self::UnknownSku,
        Self::UnknownAsin,
        Self::OtherAsin,
        Self::NoDestinations,
        Self::AllAndMore,
        Self::UnknownCountry,
        Self::UnknownRegion,
        Self::UnknownReason,
        Self::NoteTooLong,
        Self::DuplicateRow,
        Self::ConflictingRows,
        Self::OverLimit,
        Self::Skipped,
        Self::FileEmpty,
        Self::FileBinary,
        Self::FileTooLarge,
        Self::FileTooManyLines,
        Self::FileHeader,
        Self::FileBadLines,
        Self::FileOverLimit,
        Self::FileVersion,
    ];

    /// Name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::LineTooLong => "LINE_TOO_LONG",
            Self::TooManyFields => "TOO_MANY_FIELDS",
            Self::UnclosedQuote => "UNCLOSED_QUOTE",
            Self::ControlCharacter => "CONTROL_CHARACTER",
            Self::NotText => "NOT_TEXT",
            Self::NoProduct => "NO_PRODUCT",
            Self::UnknownSku => "UNKNOWN_SKU",
            Self::UnknownAsin => "UNKNOWN_ASIN",
            Self::OtherAsin => "OTHER_ASIN",
            Self::NoDestinations => "NO_DESTINATIONS",
            Self::AllAndMore => "ALL_AND_MORE",
            Self::UnknownCountry => "UNKNOWN_COUNTRY",
            Self::UnknownRegion => "UNKNOWN_REGION",
            Self::UnknownReason => "UNKNOWN_REASON",
            Self::NoteTooLong => "NOTE_TOO_LONG",
            Self::DuplicateRow => "DUPLICATE_ROW",
            Self::ConflictingRows => "CONFLICTING_ROWS",
            Self::OverLimit => "OVER_LIMIT",
            Self::Skipped => "SKIPPED",
            Self::FileEmpty => "FILE_EMPTY",
            Self::FileBinary => "FILE_BINARY",
            Self::FileTooLarge => "FILE_TOO_LARGE",
            Self::FileTooManyLines => "FILE_TOO_MANY_LINES",
            Self::FileHeader => "FILE_HEADER",
            Self::FileBadLines => "FILE_BAD_LINES",
            Self::FileOverLimit => "FILE_OVER_LIMIT",
            Self::FileVersion => "FILE_VERSION",
        }
    }
}

impl Messages {
    /// The texts that ship with the product.
    ///
    /// # Errors
    /// When a row is malformed.
    pub(crate) fn embedded() -> Result<Self, csv::Error> {
        let rows = csv::Reader::from_reader(MESSAGES.as_bytes()).into_deserialize();
        let named = rows.map(|row| row.map(|message: Message| (message.problem.name().to_owned(), message)));
        named.collect::<Result<_, _>>().map(Self)
    }

    /// The code of a problem, by its name in tables: one of the codes that sellers know.
    pub(crate) fn code<'a>(&'a self, problem: &'a str) -> &'a str {
        self.0.get(problem).map_or(problem, |message| message.code.as_str())
    }

    /// What a seller reads about a problem, with its details filled in. A problem that a newer version stored is told by
    /// its name.
    pub(crate) fn text(&self, problem: &str, details: &[&str], language: Language) -> String {
        let Some(message) = self.0.get(problem) else { return problem.to_owned() };
        let template = match language {
            Language::English => &message.text_en,
            Language::SimplifiedChinese => &message.text_zh,
        };
        let mut pieces = template.split("{}");
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for (number, piece) in pieces.enumerate() {
            text += details.get(number).copied().unwrap_or_default();
            text += piece;
        }
        text
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_problem_has_a_code_and_as_many_details_in_both_languages() {
        let messages = Messages::embedded().unwrap();
        assert_eq!(messages.0.len(), Problem::ALL.len());
        for problem in Problem::ALL {
            let message = &messages.0[problem.name()];
            let details = |text: &str| text.matches("{}").count();
            assert_eq!(details(&message.text_en), details(&message.text_zh), "{problem:?}");
            assert!(!message.code.is_empty() && !message.text_zh.is_ascii(), "{problem:?}");
        }
    }

    #[test]
    fn details_are_filled_in_by_their_order() {
        let messages = Messages::embedded().unwrap();
        let text = messages.text("FILE_VERSION", &["3", "2"], Language::English);
        assert!(text.starts_with("settings are at version 3, not 2:"), "{text}");
        let text = messages.text("UNKNOWN_SKU", &["A-1"], Language::SimplifiedChinese);
        assert!(text.starts_with("A-1 不是您的 SKU"), "{text}");
    }
}
