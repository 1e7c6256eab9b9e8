//! `backing [--postgres-only] [--durable] -- COMMAND [ARGUMENT...]`: runs a command while the servers serve.
//!
//! The command finds them in `FBA_POSTGRES_URL` and `FBA_KAFKA_BROKERS`. Its exit code is ours (128 + the signal that
//! ended it). The servers end with it.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitCode;

use anyhow::{Context, bail};
use backing::{Backing, BackingOptions, Need};

const USAGE: &str = "usage: backing [--postgres-only] [--durable] -- COMMAND [ARGUMENT...]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<ExitCode> {
    let (options, command) = parse(std::env::args().skip(1))?;
    let Some((program, arguments)) = command.split_first() else { bail!(USAGE) };
    let postgres_only = options.kafka == Need::NotNeeded;
    let backing = Backing::start(options).await?;
    eprintln!("{}", backing.describe());

    let mut command = tokio::process::Command::new(program);
    command.args(arguments).env("FBA_POSTGRES_URL", backing.postgres_url());
    if !postgres_only {
        command.env("FBA_KAFKA_BROKERS", backing.kafka_brokers());
    }
    // The command has its servers by URL now, whatever way they came.
    command.env_remove("FBA_BACKING");
    let status = command.status().await.with_context(|| format!("run {program}"))?;
    backing.shutdown().await;
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX)))
}

fn parse(arguments: impl Iterator<Item = String>) -> anyhow::Result<(BackingOptions, Vec<String>)> {
    let mut options = BackingOptions::for_tests();
    let mut arguments = arguments.into_iter();
    for argument in arguments.by_ref() {
        match argument.as_str() {
            "--postgres-only" => options.kafka = Need::NotNeeded,
            "--durable" => options.durable = true,
            "--" => return Ok((options, arguments.collect())),
            _ => bail!(USAGE),
        }
    }
    bail!(USAGE)
}
