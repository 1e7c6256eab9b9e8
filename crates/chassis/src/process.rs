//! A service's process: `serve | migrate | print-config`, signals and exit codes.
// The one place that ends a process.
#![allow(clippy::disallowed_methods)]

use std::future::Future;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{ArgMatches, Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use crate::config::print_config;
use crate::{App, ClockArgs, DrainError, Host, Ids, Shutdown, Tasks, Telemetry, TelemetryArgs};

/// Exit codes of every service.
pub mod exit {
    /// Stopped cleanly, or the command did what it should.
    pub const OK: u8 = 0;
    /// Could not start, or failed while running; the log says why.
    pub const FAILED: u8 = 1;
    /// The command line or a configuration value is wrong; nothing was opened.
    pub const CONFIGURATION: u8 = 2;
    /// The drain deadline passed with work left; it is done again by the next start.
    pub const DRAIN_DEADLINE: u8 = 3;
    /// A second signal ended the process at once.
    pub const SECOND_SIGNAL: u8 = 4;
}

/// How long the last traces may take to be sent.
const FLUSH_DEADLINE: Duration = Duration::from_secs(3);

/// How long a process that is told to stop while it starts may take to end what it began.
const UNBUILT_DRAIN: Duration = Duration::from_secs(5);

/// One of our services.
pub trait Service: 'static {
    /// Its name in topics, metrics, logs and consumer groups: `enrollment`.
    const NAME: &'static str;
    /// Its flags and variables. Secrets are [`crate::Secret`]s with `hide_env_values`.
    type Config: Args + Clone + std::fmt::Debug + Send + Sync + 'static;

    /// Checks what clap cannot, before anything is opened.
    ///
    /// # Errors
    /// One clear sentence that names the option and the remedy.
    fn validate(config: &Self::Config) -> anyhow::Result<()>;

    /// Brings the database to this version.
    ///
    /// # Errors
    /// When a migration fails.
    fn migrate(config: Self::Config) -> impl Future<Output = anyhow::Result<()>> + Send;

    /// Opens what the service needs, starts its tasks on the host and binds its servers.
    ///
    /// # Errors
    /// When something cannot be opened.
    fn build(config: Self::Config, host: Host) -> impl Future<Output = anyhow::Result<App>> + Send;
}

#[derive(Parser)]
struct Cli<C: Args> {
    #[command(subcommand)]
    command: CliCommand<C>,
}

#[derive(Subcommand)]
enum CliCommand<C: Args> {
    /// Serve until SIGTERM or SIGINT; exit codes: 0 stopped cleanly, 1 failed, 2 configuration, 3 drain deadline
    /// passed, 4 second signal
    Serve(Options<C>),
    /// Bring the database to this version and exit
    Migrate(Options<C>),
    /// Show every option, its value and its source (secrets hidden) and exit
    PrintConfig(Options<C>),
}

#[derive(Args, Clone)]
struct Options<C: Args> {
    #[command(flatten)]
    service: C,
    #[command(flatten)]
    clock: ClockArgs,
    #[command(flatten)]
    telemetry: TelemetryArgs,
    /// Threads that run the service; default: one per core
    #[arg(long, env = "FBA_WORKER_THREADS", value_parser = clap::value_parser!(u16).range(1..=512))]
    worker_threads: Option<u16>,
}

/// The whole `main` of a service.
#[must_use]
pub fn main<S: Service>() -> ExitCode {
    let command = Cli::<S::Config>::command().name(S::NAME);
    let matches = command.clone().get_matches();
    let cli = match Cli::<S::Config>::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    match cli.command {
        CliCommand::PrintConfig(options) => {
            print!("{}", shown(command, &matches));
            checked::<S>(&options, |_| Ok(exit::OK))
        }
        CliCommand::Migrate(options) => checked::<S>(&options, |options| in_runtime(options, migrate::<S>)),
        CliCommand::Serve(options) => checked::<S>(&options, |options| in_runtime(options, serve::<S>)),
    }
    .into()
}

fn shown(mut command: Command, matches: &ArgMatches) -> String {
    command.build();
    let (name, matches) = matches.subcommand().unwrap_or(("print-config", matches));
    command.find_subcommand(name).map(|command| print_config(command, matches)).unwrap_or_default()
}

fn checked<S: Service>(
    options: &Options<S::Config>,
    run: impl FnOnce(Options<S::Config>) -> anyhow::Result<u8>,
) -> u8 {
    if let Err(error) = S::validate(&options.service) {
        eprintln!("{}: {error:#}", S::NAME);
        return exit::CONFIGURATION;
    }
    run(options.clone()).unwrap_or_else(|error| {
        eprintln!("{}: {error:#}", S::NAME);
        exit::FAILED
    })
}

fn in_runtime<C: Args, F>(options: Options<C>, run: impl FnOnce(Options<C>) -> F) -> anyhow::Result<u8>
where
    F: Future<Output = anyhow::Result<u8>>,
{
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = options.worker_threads {
        builder.worker_threads(usize::from(threads));
    }
    builder.enable_all().build().context("cannot start the runtime")?.block_on(run(options))
}

async fn migrate<S: Service>(options: Options<S::Config>) -> anyhow::Result<u8> {
    let telemetry = Telemetry::init(S::NAME, &options.telemetry)?;
    let migrated = S::migrate(options.service).await;
    telemetry.flush(FLUSH_DEADLINE);
    migrated.map(|()| exit::OK)
}

async fn serve<S: Service>(options: Options<S::Config>) -> anyhow::Result<u8> {
    let telemetry = Telemetry::init(S::NAME, &options.telemetry)?;
    let shutdown = Shutdown::new();
    let host = Host::new(options.clock.clock(), Ids::random(), &shutdown);
    stop_on_signals(&host.tasks, shutdown.clone())?;
    let built = tokio::select! {
        built = S::build(options.service, host.clone()) => Some(built),
        () = shutdown.cancelled() => None,
    };
    let served = match built {
        Some(Ok(app)) => app.run(shutdown).await,
        Some(Err(error)) => Err(DrainError::Failed(error)),
        None => host.tasks.drain(UNBUILT_DRAIN).await,
    };
    telemetry.flush(FLUSH_DEADLINE);
    match served {
        Ok(()) => Ok(exit::OK),
        Err(DrainError::Failed(error)) => Err(error),
        Err(late @ DrainError::Late(_)) => {
            eprintln!("{}: {late}", S::NAME);
            Ok(exit::DRAIN_DEADLINE)
        }
    }
}

/// SIGTERM and SIGINT: the first asks to stop, the second ends the process at once with [`exit::SECOND_SIGNAL`].
///
/// # Errors
/// When the signals cannot be listened for.
pub fn stop_on_signals(tasks: &Tasks, shutdown: Shutdown) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    tasks.spawn_flusher("signals", move |stop| async move {
        for is_first in [true, false] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                () = stop.cancelled() => return Ok(()),
            }
            if is_first {
                shutdown.cancel();
            } else {
                std::process::exit(exit::SECOND_SIGNAL.into());
            }
        }
        Ok(())
    });
    Ok(())
}
