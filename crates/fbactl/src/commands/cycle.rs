//! Monthly eligibility cycles.

use clap::Subcommand;
use kernel::{CycleId, YearMonth};
use wire::eligibility::v1::{GetCycleRequest, ListCyclesRequest, StartCycleRequest};

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
    /// One cycle and what came of it
    Show { cycle: CycleId },
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
