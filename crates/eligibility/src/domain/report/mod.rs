//! A report that was asked for: what becomes of it, and what may still be done with it.

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use kernel::{ReportId, SellerId};

use super::cycle;
use super::report_limits::Limits;

/// How often a report is begun before it is given up: with the pauses in between some ten minutes.
const MOST_ATTEMPTS: i32 = 8;
/// Pause after the first attempt that failed; it doubles with each.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) id: ReportId,
    pub(crate) seller: SellerId,
    /// Subject of who asked for it.
    pub(crate) created_by: String,
    pub(crate) created: Timestamp,
    pub(crate) state: State,
    /// How often it was begun; names the file that is being written.
    pub(crate) attempts: i32,
    /// When it was begun first.
    pub(crate) started: Option<Timestamp>,
    /// `None` while it is under way.
    pub(crate) ended: Option<End>,
}

/// Where a report stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    InQueue,
    InProgress,
    Done(Document),
    Cancelled { reason: Reason, by: String },
    Fatal(Reason),
}

/// When a report came to its end, and how long what is left of it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) at: Timestamp,
    /// Its files are deleted then.
    pub(crate) files_until: Timestamp,
    /// The record of it is deleted then.
    pub(crate) record_until: Timestamp,
    /// Its files are deleted.
    pub(crate) expired: bool,
}

/// The file of a report that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    /// The attempt that wrote it.
    pub(crate) attempt: i32,
    /// Hex.
    pub(crate) sha256: String,
    pub(crate) bytes: i64,
    /// Without the header.
    pub(crate) rows: i64,
    /// As its rows say, also where it has none.
    pub(crate) next_evaluation: Timestamp,
}

/// Why a report has no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    CancelledByCaller,
    WaitedTooLong,
    StoreFailed,
    ReadFailed,
    Interrupted,
    TooManyRows,
}

/// What is to be done after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is begun again after a pause.
    Again(SignedDuration),
    /// It has come to its end.
    Ended,
}

/// A report that is final cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AlreadyFinal;

impl Report {
    /// A report that was asked for just now.
    pub(crate) fn asked(id: ReportId, seller: SellerId, created_by: String, now: Timestamp) -> Self {
        Self {
            id,
            seller,
            created_by,
            created: now,
            state: State::InQueue,
            attempts: 0,
            started: None,
            ended: None,
        }
    }

    /// True while somebody may write it.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, State::InQueue | State::InProgress)
    }

    /// Begins the next attempt; false when it was begun too often, each time by somebody who was killed, and is given up.
    pub(crate) fn begin(&mut self, now: Timestamp, limits: Limits) -> bool {
        if self.attempts >= MOST_ATTEMPTS {
            self.end(State::Fatal(Reason::Interrupted), now, limits);
            return false;
        }
        self.attempts += 1;
        self.started.get_or_insert(now);
        self.state = State::InProgress;
        true
    }

    /// The attempt was given up because the process stops: it does not count.
    pub(crate) fn put_back(&mut self) {
        self.attempts -= 1;
        self.state = State::InQueue;
    }

    /// The attempt failed.
    pub(crate) fn failed(&mut self, reason: Reason, now: Timestamp, limits: Limits) -> Next {
        if self.attempts >= MOST_ATTEMPTS || reason == Reason::TooManyRows {
            self.end(State::Fatal(reason), now, limits);
            return Next::Ended;
        }
        self.state = State::InQueue;
        Next::Again(PAUSE * (1 << self.attempts.saturating_sub(1)))
    }

    /// The document is written, whole.
    pub(crate) fn done(&mut self, document: Document, now: Timestamp, limits: Limits) {
        self.end(State::Done(document), now, limits);
    }

    /// Gives it up on request; false when it was cancelled before.
    pub(crate) fn cancel(&mut self, by: &str, now: Timestamp, limits: Limits) -> Result<bool, AlreadyFinal> {
        match self.state {
            State::InQueue | State::InProgress => {
                let state = State::Cancelled { reason: Reason::CancelledByCaller, by: by.to_owned() };
                self.end(state, now, limits);
                Ok(true)
            }
            State::Cancelled { .. } => Ok(false),
            State::Done(_) | State::Fatal(_) => Err(AlreadyFinal),
        }
    }

    /// Gives it up because nobody has begun it for too long.
    pub(crate) fn waited_too_long(&mut self, now: Timestamp, limits: Limits) {
        self.end(State::Cancelled { reason: Reason::WaitedTooLong, by: String::new() }, now, limits);
    }

    /// When products are evaluated again: as the document says, else from now.
    pub(crate) fn next_evaluation(&self, now: Timestamp) -> Timestamp {
        match &self.state {
            State::Done(document) => document.next_evaluation,
            _ => next_evaluation(now),
        }
    }

    fn end(&mut self, state: State, now: Timestamp, limits: Limits) {
        self.state = state;
        let after =
            |days: i64| now.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX);
        self.ended = Some(End {
            at: now,
            files_until: after(limits.document_days),
            record_until: after(limits.record_days),
            expired: false,
        });
    }
}

/// When the cycle of the next month begins.
pub(crate) fn next_evaluation(now: Timestamp) -> Timestamp {
    cycle::due(cycle::month(now).next())
}

impl State {
    /// In tables and messages.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::InQueue => "IN_QUEUE",
            Self::InProgress => "IN_PROGRESS",
            Self::Done(_) => "DONE",
            Self::Cancelled { .. } => "CANCELLED",
            Self::Fatal(_) => "FATAL",
        }
    }
}

impl Reason {
    /// All there are.
    pub(crate) const ALL: [Self; 6] = [
        Self::CancelledByCaller,
        Self::WaitedTooLong,
        Self::StoreFailed,
        Self::ReadFailed,
        Self::Interrupted,
        Self::TooManyRows,
    ];

    /// In tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CancelledByCaller => "CANCELLED_BY_CALLER",
            Self::WaitedTooLong => "WAITED_TOO_LONG",
            Self::StoreFailed => "STORE_FAILED",
            Self::ReadFailed => "READ_FAILED",
            Self::Interrupted => "INTERRUPTED",
            Self::TooManyRows => "TOO_MANY_ROWS",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}
