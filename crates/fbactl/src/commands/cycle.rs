//! Monthly eligibility cycles.

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{CycleId, YearMonth};
use wire::eligibility::v1::{
    CancelCycleRequest, GetCycleRequest, ListCyclesRequest, StartCycleRequest, WatchCycleRequest,
    WatchCycleResponse,
};

use super::present;
use crate::cli::{Limit, Repeatable};
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::all_pages;
use crate::views::Cycle;

const HOME: Service = Service::Eligibility;

/// What can be done with cycles.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Evaluate every new or changed ASIN
    Start {
        /// YYYY-MM; default: the current month of business time
        #[arg(long)]
        month: Option<YearMonth>,
        #[command(flatten)]
        repeatable: Repeatable,
    },
    /// End a running cycle; the verdicts from before it stand, and `start` begins it anew
    Cancel {
        cycle: CycleId,
        #[command(flatten)]
        repeatable: Repeatable,
    },
    /// One cycle and what came of it
    Show { cycle: CycleId },
    /// Follow a cycle until it ends, with a progress bar
    Watch { cycle: CycleId },
    /// All cycles
    List {
        #[command(flatten)]
        limit: Limit,
    },
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Start { month, repeatable } => {
            let request = context.ask(StartCycleRequest {
                request_id: context.request_id(&repeatable),
                month: month.map(|month| month.to_string()).unwrap_or_default(),
            });
            let answer = context.call(HOME, context.eligibility()?.start_cycle(request)).await?;
            context.print_applied::<Cycle>(answer.already_applied, present(answer.cycle)?)
        }
        Command::Cancel { cycle, repeatable } => {
            let request = context.ask(CancelCycleRequest {
                request_id: context.request_id(&repeatable),
                cycle_id: cycle.to_string(),
            });
            let answer = context.call(HOME, context.eligibility()?.cancel_cycle(request)).await?;
            context.print_applied::<Cycle>(answer.already_applied, present(answer.cycle)?)
        }
        Command::Watch { cycle } => watch(context, cycle).await,
        Command::Show { cycle } => {
            let request = context.ask(GetCycleRequest { cycle_id: cycle.to_string() });
            let answer = context.call(HOME, context.eligibility()?.get_cycle(request)).await?;
            context.print(&present::<_, Cycle>(answer.cycle)?)
        }
        Command::List { limit } => list(context, limit).await,
    }
}

async fn list(context: &Context, limit: Limit) -> Result<(), Failure> {
    let mut client = context.eligibility()?;
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let request = context.ask(ListCyclesRequest { page_size, page_token });
        let page = context.call(HOME, client.list_cycles(request)).await?;
        Ok((page.cycles, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<Cycle>())
}

/// Shows how far a cycle has come, and in the end the cycle.
async fn watch(context: &Context, cycle: CycleId) -> Result<(), Failure> {
    let request = context.ask(WatchCycleRequest { cycle_id: cycle.to_string() });
    let mut answers = context.call(HOME, context.eligibility()?.watch_cycle(request)).await?;
    let bar = ProgressBar::new(0).with_style(style());
    let mut last = None;
    while let Some(answer) = context.call(HOME, next(&mut answers)).await? {
        show(&bar, &answer);
        last = answer.cycle;
    }
    bar.finish_and_clear();
    context.print(&present::<_, Cycle>(last)?)
}

async fn next(
    answers: &mut tonic::Streaming<WatchCycleResponse>,
) -> Result<tonic::Response<Option<WatchCycleResponse>>, tonic::Status> {
    answers.message().await.map(tonic::Response::new)
}

fn show(bar: &ProgressBar, answer: &WatchCycleResponse) {
    let Some(cycle) = &answer.cycle else { return };
    bar.set_length(u64::try_from(cycle.total_count).unwrap_or_default());
    bar.set_position(u64::try_from(cycle.evaluated_count).unwrap_or_default());
    let left = answer.remaining_seconds.map(|seconds| format!(", {seconds} s left")).unwrap_or_default();
    bar.set_message(format!(
        "{} products/s{left}; exportable {}, not {}, to be reviewed {}",
        answer.rate_per_second, cycle.exportable_count, cycle.not_exportable_count, cycle.needs_review_count
    ));
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {human_pos} of {human_len} products, {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
