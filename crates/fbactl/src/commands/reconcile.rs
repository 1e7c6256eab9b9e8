//! The proof that nothing was lost, doubled or left unbalanced.

use std::time::Duration;

use bus::{Bus, BusArgs};
use clap::Args;
use indicatif::ProgressBar;
use reconcile::{Error, Inputs, Options, Step};

use crate::cli::timeout;
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::Listed;

/// What is read, and what must hold.
#[derive(Debug, Args)]
pub(crate) struct Command {
    #[command(flatten)]
    bus: BusArgs,
    /// Let orders, shipments, returns, refunds and payouts be open: they are noted, not violations
    #[arg(long)]
    allow_open: bool,
    /// Let dead letters wait: they are noted, not violations
    #[arg(long)]
    allow_dead_letters: bool,
    /// How long the system may take to come to rest: `30s`, `2m`
    #[arg(long, default_value = "2m", value_parser = timeout)]
    rest_within: Duration,
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let channels = Service::ALL.map(|service| Ok((service.to_string(), context.channel(service)?)));
    let inputs = Inputs {
        services: channels.into_iter().collect::<Result<_, Failure>>()?,
        bus: Bus::new(command.bus, "fbactl"),
        options: Options {
            require_final: !command.allow_open,
            allow_dead_letters: command.allow_dead_letters,
            rest_within: command.rest_within,
        },
    };
    // Shown on a terminal only.
    let bar = ProgressBar::new_spinner();
    let proof = reconcile::run(inputs, |step| bar.set_message(words(&step))).await;
    bar.finish_and_clear();
    let report = proof.map_err(|error| failure(context, error))?;
    let held = report.held();
    context.print_list(Listed { entries: report.checks, truncated: false })?;
    if held { Ok(()) } else { Err(Failure::check("a check does not hold: see `held` and `violations`")) }
}

fn words(step: &Step) -> String {
    match step {
        Step::Resting { waiting_for } => format!("waits for rest: {}", waiting_for.join("; ")),
        Step::Facts { service, facts } => format!("{service}: {facts} facts"),
        Step::Topic { package, records } => format!("{package}: {records} records"),
    }
}

fn failure(context: &Context, error: Error) -> Failure {
    match error {
        Error::Service { service, status } => {
            match Service::ALL.into_iter().find(|known| known.to_string() == service) {
                Some(known) => context.failed(known, &status),
                None => Failure::check(format!("{service}: {status}")),
            }
        }
        Error::Bus(error) => {
            Failure::kafka(format!("{error}: is --kafka-brokers right, and --topic-prefix?"))
        }
    }
}
