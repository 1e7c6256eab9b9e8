//! How a command ends when it does not end well: a reason, a message, a remedy and an exit code.

use std::error::Error as _;
use std::fmt;
use std::io::Write as _;
use std::process::ExitCode;

use chassis::reason_of;
use serde::Serialize;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use wire::ErrorReason;

use crate::client::Service;
use crate::output::{Format, printable};

/// Exit codes; the same text stands in `--help` and in the README.
pub(crate) mod exit {
    /// Done.
    pub(crate) const OK: u8 = 0;
    /// The command worked, and what it checked does not hold.
    pub(crate) const CHECK_FAILED: u8 = 1;
    /// The command line, a token or a local file cannot be used.
    pub(crate) const USAGE: u8 = 2;
    /// The service answered with a reason why not.
    pub(crate) const REFUSED: u8 = 3;
    /// No usable answer in time; the same call may succeed later.
    pub(crate) const UNREACHABLE: u8 = 4;
    /// Ctrl-C or SIGTERM.
    pub(crate) const INTERRUPTED: u8 = 130;
}

/// Why a command did not do what it should.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    reason: String,
    message: String,
    /// The page that explains the reason, from the root of the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// Fields of the request that were not taken, and conditions that do not hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    violations: Vec<Violation>,
    exit_code: u8,
    /// The same request would be answered the same.
    #[serde(skip)]
    settled: bool,
}

#[derive(Debug, Serialize)]
struct Violation {
    subject: String,
    problem: String,
}

impl Failure {
    fn new(exit_code: u8, reason: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            message: message.into(),
            help: None,
            violations: Vec::new(),
            exit_code,
            settled: false,
        }
    }

    /// Something checked does not hold.
    pub(crate) fn check(message: impl Into<String>) -> Self {
        Self::new(exit::CHECK_FAILED, "CHECK_FAILED", message)
    }

    /// The command line or a local file cannot be used.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(exit::USAGE, "USAGE", message)
    }

    /// A service looked at what it was given and did not take it: `code` says why, and a repeat gets the same answer.
    pub(crate) fn refused(code: &str, message: impl Into<String>) -> Self {
        let failure = match ErrorReason::from_name(code) {
            Some(reason) => Self::explained(exit::REFUSED, reason, message),
            None => Self::new(exit::REFUSED, code, message),
        };
        Self { settled: true, ..failure }
    }

    /// The user or the system ended the command.
    pub(crate) fn interrupted() -> Self {
        Self::new(exit::INTERRUPTED, "INTERRUPTED", "the command was ended before it was done")
    }

    /// A call ran out of `--timeout`.
    pub(crate) fn timeout(service: Service, url: &str) -> Self {
        let message = format!("{service} at {url} did not answer in time: repeat, or raise --timeout");
        Self::explained(exit::UNREACHABLE, ErrorReason::DeadlineExceeded, message)
    }

    /// What was waited for takes longer.
    pub(crate) fn still_under_way(what: impl fmt::Display) -> Self {
        let message = format!("{what}: look again later, or wait longer");
        Self::explained(exit::UNREACHABLE, ErrorReason::DeadlineExceeded, message)
    }

    /// An answer without what it must hold.
    pub(crate) fn broken_answer() -> Self {
        let message = "the answer lacks what it must hold: is the service of the same version as fbactl?";
        Self::explained(exit::UNREACHABLE, ErrorReason::Internal, message)
    }

    /// What `service` answered. Our services always give a reason; whatever comes without one is no usable answer.
    pub(crate) fn of(service: Service, url: &str, status: &Status) -> Self {
        let Some(reason) = reason_of(status) else {
            return match status.code() {
                Code::Cancelled | Code::DeadlineExceeded => Self::timeout(service, url),
                _ => Self::unreachable(service, url, status),
            };
        };
        let later = [ErrorReason::Unavailable, ErrorReason::Overloaded, ErrorReason::DeadlineExceeded]
            .contains(&reason);
        let code = if later { exit::UNREACHABLE } else { exit::REFUSED };
        let mut failure = Self::explained(code, reason, status.message());
        failure.violations = violations(status);
        if let Some(link) = status.get_details_help().and_then(|help| help.links.into_iter().next()) {
            failure.help = Some(link.url);
        }
        failure
    }

    /// Kafka cannot be read.
    pub(crate) fn kafka(message: impl Into<String>) -> Self {
        Self::explained(exit::UNREACHABLE, ErrorReason::Unavailable, message)
    }

    fn unreachable(service: Service, url: &str, status: &Status) -> Self {
        let causes = std::iter::successors(status.source(), |cause| (*cause).source());
        let cause = causes.last().map_or_else(|| status.message().to_owned(), ToString::to_string);
        let message = format!(
            "{service} at {url} gives no usable answer ({cause}): is it running, and is --endpoint-{service} its gRPC address?"
        );
        Self::explained(exit::UNREACHABLE, ErrorReason::Unavailable, message)
    }

    fn explained(exit_code: u8, reason: ErrorReason, message: impl Into<String>) -> Self {
        let help = Some(format!("docs/errors/{}.md", reason.name()));
        Self { help, ..Self::new(exit_code, reason.name(), message) }
    }

    /// The service knows nothing under the id.
    pub(crate) fn is_not_found(&self) -> bool {
        self.reason.ends_with("_NOT_FOUND")
    }

    /// The reason and what is wrong, in one line.
    pub(crate) fn line(&self) -> String {
        format!("{}: {}", self.reason, self.message)
    }

    /// Tells it on standard error and gives the exit code.
    pub(crate) fn report(&self, format: Format, request_id: Option<&str>) -> ExitCode {
        let text = match format {
            Format::Json => self.json(request_id),
            Format::Table => self.text(request_id),
        };
        // Nothing is left to tell when standard error cannot be written.
        let _ = writeln!(std::io::stderr(), "{text}");
        ExitCode::from(self.exit_code)
    }

    fn json(&self, request_id: Option<&str>) -> String {
        #[derive(Serialize)]
        struct Report<'a> {
            error: &'a Failure,
            #[serde(skip_serializing_if = "Option::is_none")]
            request_id: Option<&'a str>,
        }
        serde_json::to_string(&Report { error: self, request_id }).unwrap_or_else(|error| error.to_string())
    }

    fn text(&self, request_id: Option<&str>) -> String {
        let mut text = format!("error: {}: {}", self.reason, printable(&self.message));
        for Violation { subject, problem } in &self.violations {
            text += &format!("\n  {}: {}", printable(subject), printable(problem));
        }
        if let Some(help) = &self.help {
            text += &format!("\nhelp: {}", printable(help));
        }
        if let Some(id) = request_id.filter(|_| !self.settled) {
            text += &format!("\nto repeat the same request: --request-id {id}");
        }
        text
    }
}

fn violations(status: &Status) -> Vec<Violation> {
    let fields = status.get_details_bad_request().into_iter().flat_map(|bad| bad.field_violations);
    let states = status.get_details_precondition_failure().into_iter().flat_map(|failure| failure.violations);
    fields
        .map(|violation| Violation { subject: violation.field, problem: violation.description })
        .chain(
            states.map(|violation| Violation { subject: violation.subject, problem: violation.description }),
        )
        .collect()
}

impl From<anyhow::Error> for Failure {
    /// A local fault: a key, a file, standard output.
    fn from(error: anyhow::Error) -> Self {
        Self::usage(format!("{error:#}"))
    }
}
