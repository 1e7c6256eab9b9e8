//! The whole system in one process: PostgreSQL and Kafka found or started, the five services on the simulated clock,
//! and the simulator playing the outside world against them over the public contract.

mod args;
mod checks;
mod clients;
mod files;
mod hints;
mod stack;

use std::time::Duration;

use anyhow::Context as _;
use backing::{Backing, BackingOptions};
use bus::Bus;
use chassis::{LogFormat, Shutdown, SigningKey, Telemetry, TelemetryArgs};
use simulator::report::{self, Books};
use simulator::{Bars, Inputs, Simulation};
use tokio::signal::unix::{SignalKind, signal};

pub use args::{Cli, Command, RunArgs};
pub use stack::Stack;

use clients::Clients;

/// How long the last traces may take to be sent.
const FLUSH_DEADLINE: Duration = Duration::from_secs(3);

/// Does the main job; true when every check held.
///
/// # Errors
/// When something cannot be started, read or written, or when it was interrupted.
pub async fn run(args: RunArgs) -> anyhow::Result<bool> {
    let telemetry = Telemetry::init("standalone", &telemetry(&args))?;
    std::fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    let key = SigningKey::generate()?;
    // Of a database that is dropped at the end nothing has to outlive a power cut.
    let options = BackingOptions { durable: false, ..BackingOptions::default() };
    let backing = tokio::select! {
        backing = Backing::start(options) => backing?,
        stopped = interrupted() => return Err(stopped),
    };
    eprintln!("{}", backing.describe());
    let held = serve(&args, &backing, &key).await;
    backing.shutdown().await;
    telemetry.flush(FLUSH_DEADLINE);
    held
}

/// Starts the services, plays, leaves them up for who watches, and stops them.
async fn serve(args: &RunArgs, backing: &Backing, key: &SigningKey) -> anyhow::Result<bool> {
    let shutdown = Shutdown::new();
    let stack = tokio::select! {
        stack = Stack::start(backing, &args.out, args.seed, key.clone(), shutdown.clone()) => stack?,
        stopped = interrupted() => return Err(stopped),
    };
    let held = tokio::select! {
        held = play(args, &stack, key, &shutdown) => held,
        stopped = interrupted() => Err(stopped),
    };
    if held.is_ok() && args.stays() {
        println!("\nThe services stay up until Ctrl-C.");
        eprintln!("{:#}", interrupted().await);
    }
    shutdown.cancel();
    stack.stop().await;
    held
}

/// Logs for people: the table is the output.
fn telemetry(args: &RunArgs) -> TelemetryArgs {
    TelemetryArgs {
        log: args.log.clone(),
        log_format: LogFormat::Text,
        otlp_endpoint: None,
        trace_percent: 100,
    }
}

async fn play(args: &RunArgs, stack: &Stack, key: &SigningKey, shutdown: &Shutdown) -> anyhow::Result<bool> {
    let inputs = Inputs {
        catalogue: args.catalog.clone(),
        orders: args.orders.clone(),
        seed: args.seed,
        order_limit: args.order_limit,
        steady: None,
    };
    let bus = Bus::new(stack.bus.clone(), "simulator");
    let simulation = Simulation::new(inputs, stack.endpoints.clone(), bus, key.clone());
    let outcome = simulation.run(&mut Bars::default(), shutdown.clone()).await?;
    let clients = Clients::new(&stack.endpoints, key)?;
    files::write(&args.out, &outcome, &clients).await?;
    let books = Books::read(&stack.endpoints, key).await?;
    let checks = checks::all(stack, key, &outcome, &books).await?;
    report::print(&outcome, &books, &checks);
    if args.stays() {
        hints::print(&args.out, stack, key, &outcome)?;
    }
    Ok(checks.hold())
}

/// Returns when the process is told to stop.
async fn interrupted() -> anyhow::Error {
    let interrupt = async {
        let listening = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
        match listening {
            (Ok(mut interrupt), Ok(mut terminate)) => {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            }
            (Err(error), _) | (_, Err(error)) => eprintln!("cannot listen for signals: {error}"),
        }
    };
    interrupt.await;
    anyhow::anyhow!("stopped by a signal")
}
