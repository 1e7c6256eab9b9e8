//! All verdicts of one moment, as a file.

use std::path::PathBuf;

use clap::Subcommand;
use futures::stream::{BoxStream, try_unfold};
use futures::{StreamExt as _, TryStreamExt as _};
use kernel::Country;
use tonic::{Request, Status, Streaming};
use wire::eligibility::v1::{StandingVerdict, StreamVerdictsRequest, StreamVerdictsResponse, VerdictState};

use crate::client::{Context, Service};
use crate::download::Chunk;
use crate::failure::Failure;
use crate::views::{Time, named};

const HOME: Service = Service::Eligibility;
/// Headers, in order.
const COLUMNS: [&str; 8] = [
    "asin",
    "version",
    "export-status",
    "size-tier",
    "eligible-country-count",
    "eligible-countries",
    "evaluated-at",
    "rule-set-version",
];

/// What can be done with verdicts.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// All of them as TSV, by ASIN in an order of the service's
    Export {
        /// Only those that open this country
        #[arg(long)]
        country: Option<Country>,
        /// File to write; replaced when it exists
        #[arg(long)]
        out: PathBuf,
    },
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let Command::Export { country, out } = command;
    let country_code = country.map(|country| country.to_string()).unwrap_or_default();
    let request = Request::new(StreamVerdictsRequest { country_code, resume_token: String::new() });
    let mut client = context.eligibility()?;
    let lines = async { client.stream_verdicts(request).await.map(|answer| answer.map(lines)) };
    context.save(HOME, lines, &out).await
}

/// Lines of the file.
struct Lines(String);

impl Chunk for Lines {
    fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

/// The header, then the lines of each message. Fails at the end where the last message was not there.
fn lines(messages: Streaming<StreamVerdictsResponse>) -> BoxStream<'static, Result<Lines, Status>> {
    let header = Lines(COLUMNS.join("\t") + "\n");
    let rows = try_unfold((messages, false), |(mut messages, whole)| async move {
        match messages.try_next().await? {
            Some(message) => {
                let lines = message.verdicts.iter().map(line).collect();
                Ok(Some((Lines(lines), (messages, message.verdict_count.is_some()))))
            }
            None if whole => Ok(None),
            None => Err(Status::unavailable("the stream of verdicts ended before its last message")),
        }
    });
    futures::stream::iter([Ok(header)]).chain(rows).boxed()
}

fn line(verdict: &StandingVerdict) -> String {
    let cells = [
        verdict.asin.clone(),
        verdict.version.to_string(),
        named::<VerdictState>(verdict.state),
        verdict.size_tier.clone(),
        verdict.eligible_country_codes.len().to_string(),
        verdict.eligible_country_codes.join("|"),
        verdict.evaluated_time.map(|time| Time::from(time).to_string()).unwrap_or_default(),
        verdict.rule_set_version.clone(),
    ];
    cells.join("\t") + "\n"
}
