//! fbactl: the operator's command line. Talks to the services over gRPC only.

mod cli;
mod client;
mod commands;
mod download;
mod failure;
mod output;
mod pages;
mod views;

use std::process::ExitCode;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::Cli;
use crate::client::Context;
use crate::failure::{Failure, exit};
use crate::output::Format;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() && Format::wanted_by(std::env::args()) == Format::Json => {
            return Failure::usage(error.render().to_string().trim_end()).report(Format::Json, None);
        }
        Err(error) => {
            // Nothing is left to tell when neither stream can be written.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { exit::USAGE } else { exit::OK });
        }
    };
    let format = cli.global.output;
    let context = match Context::new(&cli.global) {
        Ok(context) => context,
        Err(failure) => return failure.report(format, None),
    };
    let result = tokio::select! {
        result = commands::run(&context, cli.command) => result,
        () = interrupted() => Err(Failure::interrupted()),
    };
    match result {
        Ok(()) => ExitCode::from(exit::OK),
        Err(failure) => failure.report(format, context.request_id_in_use()),
    }
}

/// Waits for Ctrl-C or SIGTERM; what was under way is dropped, temporary files with it.
async fn interrupted() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                terminated.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
