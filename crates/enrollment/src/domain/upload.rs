//! An exclusion file that was sent.

use jiff::Timestamp;
use kernel::SellerId;
use uuid::Uuid;

use super::{Effect, FileRefused, Language, Messages, UploadMode};

/// How it was sent and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Upload {
    pub(crate) id: Uuid,
    pub(crate) seller: SellerId,
    /// Order of arrival; 0 until it is stored.
    pub(crate) number: i64,
    pub(crate) request_id: String,
    pub(crate) mode: UploadMode,
    pub(crate) dry_run: bool,
    pub(crate) accept_good_lines: bool,
    /// The settings version the caller read; 0 = any.
    pub(crate) expected_version: i64,
    pub(crate) reason: String,
    pub(crate) file_name: String,
    pub(crate) by: String,
    pub(crate) started_at: Timestamp,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) state: UploadState,
    /// Lines of every kind.
    pub(crate) file_lines: i64,
    /// Lines that name a product, or try to.
    pub(crate) lines: i64,
    pub(crate) refused_lines: i64,
    pub(crate) repeated_lines: i64,
    pub(crate) effect: Option<Effect>,
    /// Of a dry run, when eligibility answered.
    pub(crate) preview: Option<Preview>,
    /// The settings version that has it.
    pub(crate) settings_version: Option<i64>,
    pub(crate) refused: Option<UploadRefused>,
}

/// What a change of excluded products would do to what is exportable now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Preview {
    /// Products that go somewhere now, and would go nowhere.
    pub(crate) stopping: i64,
    /// Products that would go to fewer destinations.
    pub(crate) narrowing: i64,
    /// Products that would go to more.
    pub(crate) widening: i64,
}

impl std::ops::AddAssign for Preview {
    fn add_assign(&mut self, more: Self) {
        self.stopping += more.stopping;
        self.narrowing += more.narrowing;
        self.widening += more.widening;
    }
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UploadState {
    Receiving,
    Applying,
    Done,
    Refused,
    /// It was one of the first two, and nobody works on it any more. Never stored.
    Interrupted,
}

/// Why the file as a whole was refused, in words for sellers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UploadRefused {
    pub(crate) code: String,
    pub(crate) english: String,
    pub(crate) chinese: String,
}

impl Upload {
    /// Refuses the file.
    pub(crate) fn refuse(&mut self, refused: &FileRefused, messages: &Messages) {
        let problem = refused.problem.name();
        let details: Vec<&str> = refused.details.iter().map(String::as_str).collect();
        self.state = UploadState::Refused;
        self.refused = Some(UploadRefused {
            code: messages.code(problem).to_owned(),
            english: messages.text(problem, &details, Language::English),
            chinese: messages.text(problem, &details, Language::SimplifiedChinese),
        });
    }

    /// True when the same was asked before.
    pub(crate) fn same_request(&self, other: &Self) -> bool {
        let content = |upload: &Self| {
            (upload.seller, upload.mode, upload.dry_run, upload.accept_good_lines, upload.expected_version)
        };
        content(self) == content(other) && self.reason == other.reason && self.file_name == other.file_name
    }
}

impl UploadState {
    const STORED: [Self; 4] = [Self::Receiving, Self::Applying, Self::Done, Self::Refused];

    /// Name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Receiving => "RECEIVING",
            Self::Applying => "APPLYING",
            Self::Done => "DONE",
            Self::Refused => "REFUSED",
            Self::Interrupted => "INTERRUPTED",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::STORED.into_iter().find(|state| state.name() == name)
    }

    /// Nothing more comes of it.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Refused)
    }
}
