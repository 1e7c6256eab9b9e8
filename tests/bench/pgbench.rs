//! The baselines: pgbench with scripts of the least that an order system must store.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

/// A baseline script.
pub(crate) struct Script {
    pub(crate) name: &'static str,
    /// Orders that one transaction stores.
    pub(crate) orders: f64,
    pub(crate) clients: u32,
}

pub(crate) const BATCH: Script = Script { name: "batch.sql", orders: 100.0, clients: 8 };
pub(crate) const ONE: Script = Script { name: "one.sql", orders: 1.0, clients: 16 };
pub(crate) const SIX: Script = Script { name: "six.sql", orders: 1.0, clients: 16 };

/// Seconds that a script runs.
const SECONDS: &str = "10";

/// Orders per second that the script reaches on the database, after its tables were made anew.
pub(crate) fn orders_per_second(url: &str, script: &Script) -> anyhow::Result<f64> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/sql");
    let file = |name: &str| folder.join(name).display().to_string();
    run("psql", &["-q", "-v", "ON_ERROR_STOP=1", "-f", &file("schema.sql"), url])?;
    let clients = script.clients.to_string();
    let arguments =
        ["-n", "-M", "prepared", "-c", &clients, "-j", "2", "-T", SECONDS, "-f", &file(script.name), url];
    let output = run("pgbench", &arguments)?;
    let tps =
        output.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok());
    Ok(tps.context("pgbench printed no tps")? * script.orders)
}

/// Runs a program of PostgreSQL; what it printed.
pub(crate) fn run(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(find(program)).args(arguments).output();
    let output = output.with_context(|| format!("cannot run {program}: `make setup` installs PostgreSQL"))?;
    if !output.status.success() {
        bail!("{program}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Debian keeps the versioned programs outside of PATH.
fn find(program: &str) -> String {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = versions.map(|version| version.path().join("bin").join(program)).collect();
    found.retain(|path| path.exists());
    found.sort();
    found.pop().map_or_else(|| program.to_owned(), |path| path.display().to_string())
}
