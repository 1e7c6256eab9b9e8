//! Servers as processes of our own on this machine.

mod kafka;
mod postgres;
mod process;

use std::time::Duration;

use crate::probe::Probe;
use crate::run_folder::RunFolder;
use crate::server::{Kind, START_ATTEMPTS};
use crate::{BackingError, free_port};

pub(crate) use kafka::{LOGGING as KAFKA_LOGGING, SERVE as SERVE_KAFKA};
pub(crate) use kafka::{properties as kafka_properties, version as kafka_version};
pub(crate) use postgres::{SERVE as SERVE_POSTGRES, arguments as postgres_arguments};
use process::Process;
pub(crate) use process::Signal;

/// After a kill the children of the former server may still be leaving: it is started this often, this far apart.
const RESTART_ATTEMPTS: u32 = 40;
const RESTART_PAUSE: Duration = Duration::from_millis(250);

/// A server process of this run. The janitor of the run ends it.
#[derive(Debug)]
pub(crate) struct LocalServer {
    process: Process,
    port: u16,
}

impl LocalServer {
    /// Starts one on a free port.
    pub(crate) async fn start(kind: Kind, run: &RunFolder, durable: bool) -> Result<Self, BackingError> {
        for attempt in 1.. {
            let port = free_port()?;
            let launch = match kind {
                Kind::Postgres => postgres::prepare(run, port, durable)?,
                Kind::Kafka => kafka::prepare(run, port).await?,
            };
            let process = Process::new(kind, launch, run.path(), Probe::on_loopback(kind, port));
            match process.start().await {
                Ok(()) => return Ok(LocalServer { process, port }),
                // Somebody may have taken the port in between.
                Err(BackingError::Ended { log, .. })
                    if attempt < START_ATTEMPTS && log.contains("in use") => {}
                Err(error) => return Err(error),
            }
        }
        unreachable!("the loop returns")
    }

    /// Its port on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Starts it again on the same port and data.
    pub(crate) async fn start_again(&self) -> Result<(), BackingError> {
        for attempt in 1.. {
            match self.process.start().await {
                Err(BackingError::Ended { .. }) if attempt < RESTART_ATTEMPTS => {
                    tokio::time::sleep(RESTART_PAUSE).await;
                }
                outcome => return outcome,
            }
        }
        unreachable!("the loop returns")
    }

    /// Ends it and waits until it is gone.
    pub(crate) async fn end(&self, signal: Signal) -> Result<(), BackingError> {
        self.process.end(signal).await
    }
}
