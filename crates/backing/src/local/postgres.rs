//! PostgreSQL from the installed binaries, in a data folder of this run.

use std::os::unix::fs::chown;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::unistd::User;

use super::process::{Process, Signal};
use crate::error::Trying;
use crate::probe::Probe;
use crate::run_folder::{self, RunFolder};
use crate::server::{POSTGRES, START_ATTEMPTS};
use crate::{BackingError, ports};

const SERVE: &str = include_str!("../../../../deploy/local/postgres/serve.sh");

/// After a kill the backends of the former server may still be leaving: it is started this often, this far apart.
const RESTART_ATTEMPTS: u32 = 40;
const RESTART_PAUSE: Duration = Duration::from_millis(250);

/// A PostgreSQL process of this run.
#[derive(Debug)]
pub(crate) struct LocalPostgres {
    process: Process,
    port: u16,
    // Kept so that the folder outlives the process.
    _run: Arc<RunFolder>,
}

impl LocalPostgres {
    /// Starts one on a free port.
    pub(crate) async fn start(run: Arc<RunFolder>, durable: bool) -> Result<Self, BackingError> {
        let folder = run.path().join("postgres");
        let script = run.path().join("serve-postgres.sh");
        let user = unprivileged_user()?;
        run_folder::make_folder(&folder)?;
        if let Some((user, group)) = user {
            chown(&folder, Some(user), Some(group)).trying(format!("give {} away", folder.display()))?;
        }
        run_folder::write(&script, SERVE)?;
        for attempt in 1.. {
            let port = ports::free()?;
            let arguments =
                [&folder.display().to_string(), "127.0.0.1", &port.to_string(), on_or_off(durable)];
            let process = Process {
                server: POSTGRES,
                script: script.clone(),
                arguments: arguments.map(str::to_owned).to_vec(),
                user,
                stop_signal: nix::sys::signal::Signal::SIGINT,
                log: run.path().join("postgres.log"),
                probe: Probe::Postgres(url(port)),
                child: Mutex::new(None),
            };
            let server = LocalPostgres { process, port, _run: run.clone() };
            match server.process.start().await {
                Ok(()) => return Ok(server),
                // Somebody may have taken the port in between.
                Err(BackingError::Ended { log, .. })
                    if attempt < START_ATTEMPTS && log.contains("in use") => {}
                Err(error) => return Err(error),
            }
        }
        unreachable!("the loop returns")
    }

    /// Superuser URL of the maintenance database.
    pub(crate) fn url(&self) -> String {
        url(self.port)
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

    /// Ends it.
    pub(crate) async fn end(&self, signal: Signal) -> Result<(), BackingError> {
        self.process.end(signal).await
    }
}

fn url(port: u16) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/postgres")
}

/// Who PostgreSQL runs as: ourselves, unless we are root, whom it refuses.
fn unprivileged_user() -> Result<Option<(u32, u32)>, BackingError> {
    if !nix::unistd::geteuid().is_root() {
        return Ok(None);
    }
    let user = ["postgres", "nobody"].iter().find_map(|name| User::from_name(name).ok().flatten());
    user.map(|user| Some((user.uid.as_raw(), user.gid.as_raw()))).ok_or(BackingError::NoUnprivilegedUser)
}

fn on_or_off(setting: bool) -> &'static str {
    if setting { "on" } else { "off" }
}
