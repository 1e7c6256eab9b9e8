//! `simulator`: plays the outside world against services that run elsewhere, on the simulated clock.

use std::path::PathBuf;
use std::process::ExitCode;

use bus::{Bus, BusArgs};
use chassis::{Shutdown, SigningKey, Telemetry, TelemetryArgs};
use clap::Parser;
use jiff::Timestamp;
use simulator::import::load;
use simulator::report::{self, Books, Checks};
use simulator::{Bars, Endpoints, Inputs, Simulation, Steady};

/// Plays the outside world: sellers, catalogue, buyers, payments, centers, carriers, brokers and the clock. Exit codes: 0
/// every check held, 1 it failed or a check did not hold, 2 the command line is wrong
#[derive(Parser)]
struct Args {
    /// Catalogue file; the built-in sample when it is not given
    #[arg(long, env = "CATALOG")]
    catalog: Option<PathBuf>,
    /// Order file; the built-in sample when it is not given
    #[arg(long, env = "ORDERS")]
    orders: Option<PathBuf>,
    /// Decides everything that is left to chance
    #[arg(long, env = "SEED", default_value_t = 1)]
    seed: u64,
    /// At most so many orders, the earliest ones
    #[arg(long)]
    order_limit: Option<usize>,
    /// Orders come at this steady rate, 1 to 10,000 a second of the machine's time, and business time with them, a minute
    /// in each second: for load, and for faults under load
    #[arg(long, requires = "seconds", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    orders_per_second: Option<u32>,
    /// How long the steady rate is kept up, 1 to 86,400 seconds; the orders of the input are repeated
    #[arg(long, requires = "orders_per_second", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    seconds: Option<u32>,
    /// Only moves the simulated clock to this time (2026-12-01T00:00:00Z) and ends: for drills of what a time of the month sets going
    #[arg(long, conflicts_with_all = ["check_input", "orders_per_second"])]
    tick: Option<Timestamp>,
    /// URL of enrollment
    #[arg(long, env = "FBA_ENROLLMENT_URL", default_value = "http://127.0.0.1:50051")]
    enrollment_url: String,
    /// URL of eligibility
    #[arg(long, env = "FBA_ELIGIBILITY_URL", default_value = "http://127.0.0.1:50052")]
    eligibility_url: String,
    /// URL of fulfillment
    #[arg(long, env = "FBA_FULFILLMENT_URL", default_value = "http://127.0.0.1:50053")]
    fulfillment_url: String,
    /// URL of customs
    #[arg(long, env = "FBA_CUSTOMS_URL", default_value = "http://127.0.0.1:50054")]
    customs_url: String,
    /// URL of returns
    #[arg(long, env = "FBA_RETURNS_URL", default_value = "http://127.0.0.1:50055")]
    returns_url: String,
    /// Key that signs the actors' tokens (PKCS#8 PEM); the services must take it
    #[arg(long, env = "FBA_SIGNING_KEY_FILE", required_unless_present_any = ["check_input", "tick"])]
    signing_key_file: Option<PathBuf>,
    /// Only reads the input and reports every refused row
    #[arg(long)]
    check_input: bool,
    #[command(flatten)]
    bus: BusArgs,
    #[command(flatten)]
    telemetry: TelemetryArgs,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    match play(args).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("simulator: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// True when every check held.
async fn play(args: Args) -> anyhow::Result<bool> {
    if let Some(now) = args.tick {
        let _telemetry = Telemetry::init("simulator", &args.telemetry)?;
        simulator::tick(&Bus::new(args.bus, "simulator"), now).await?;
        println!("the clock of all services stands at {now}, or later if it did before");
        return Ok(true);
    }
    let inputs = Inputs {
        catalogue: args.catalog,
        orders: args.orders,
        seed: args.seed,
        order_limit: args.order_limit,
        steady: args
            .orders_per_second
            .zip(args.seconds)
            .map(|(orders_per_second, seconds)| Steady { orders_per_second, seconds }),
    };
    let Some(key_file) = args.signing_key_file.filter(|_| !args.check_input) else {
        return check(&inputs);
    };
    let _telemetry = Telemetry::init("simulator", &args.telemetry)?;
    let endpoints = Endpoints {
        enrollment: args.enrollment_url,
        eligibility: args.eligibility_url,
        fulfillment: args.fulfillment_url,
        customs: args.customs_url,
        returns: args.returns_url,
    };
    let key = SigningKey::load(&key_file)?;
    let bus = Bus::new(args.bus, "simulator");
    let simulation = Simulation::new(inputs, endpoints.clone(), bus, key.clone());
    let outcome = simulation.run(&mut Bars::default(), Shutdown::new()).await?;
    let books = Books::read(&endpoints, &key).await?;
    let checks = Checks::new(&outcome, &books);
    report::print(&outcome, &books, &checks);
    Ok(checks.hold())
}

/// Prints what the importers make of the input; true when no row was refused.
fn check(inputs: &Inputs) -> anyhow::Result<bool> {
    let world = load(inputs)?;
    for report in &world.reports {
        report.errors.iter().for_each(|error| println!("{error}"));
        println!("{report}");
    }
    println!(
        "{} products, {} orders, {} take-backs",
        world.products.len(),
        world.orders.len(),
        world.take_backs.len()
    );
    Ok(world.reports.iter().all(|report| report.refused_total() == 0))
}
