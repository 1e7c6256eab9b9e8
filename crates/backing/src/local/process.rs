//! One server process: started by its `serve.sh`, watched until it answers, ended by a signal.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::sys::signal::kill;
use nix::unistd::Pid;

use crate::BackingError;
use crate::error::Trying;
use crate::probe::Probe;

/// How long a server may take until it answers. Seconds are usual; a loaded machine takes longer.
const UNTIL_READY: Duration = Duration::from_secs(90);
/// How long a server may take to end after a signal.
const UNTIL_STOPPED: Duration = Duration::from_secs(60);
/// How often a waiting caller looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How much of a log goes into an error.
const LOG_LINES: usize = 15;

/// How a server is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// In order: PostgreSQL's fast shutdown, Kafka's controlled one.
    Stop,
    /// `SIGKILL`: as a crash.
    Kill,
}

/// A server process and how to start it again.
#[derive(Debug)]
pub(crate) struct Process {
    /// For people: `PostgreSQL`, `Apache Kafka`.
    pub(crate) server: &'static str,
    /// The script that serves in the foreground.
    pub(crate) script: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// User and group to run as, when not our own.
    pub(crate) user: Option<(u32, u32)>,
    /// The signal that ends it in order.
    pub(crate) stop_signal: nix::sys::signal::Signal,
    /// Where its output goes.
    pub(crate) log: PathBuf,
    /// Tells whether it answers.
    pub(crate) probe: Probe,
    /// The running process.
    pub(crate) child: Mutex<Option<Child>>,
}

impl Process {
    /// Starts it and waits until it answers. Does nothing but wait when it runs already.
    pub(crate) async fn start(&self) -> Result<(), BackingError> {
        if self.child().is_none() {
            let child = self.spawn()?;
            *self.child() = Some(child);
        }
        let answering = async {
            while !self.probe.answers().await {
                if self.has_ended()? {
                    self.child().take();
                    return Err(BackingError::Ended { server: self.server, log: self.end_of_log() });
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Ok(())
        };
        match tokio::time::timeout(UNTIL_READY, answering).await {
            Ok(outcome) => outcome,
            Err(_) => Err(self.too_slow("ready", UNTIL_READY)),
        }
    }

    /// Ends it and waits until it is gone. Does nothing when it does not run.
    pub(crate) async fn end(&self, signal: Signal) -> Result<(), BackingError> {
        let Some(process) = self.child().as_ref().map(Child::id) else { return Ok(()) };
        let signal = match signal {
            Signal::Stop => self.stop_signal,
            Signal::Kill => nix::sys::signal::Signal::SIGKILL,
        };
        // Not yet waited for, so the number is still this process's, alive or not.
        kill(Pid::from_raw(process as i32), signal)
            .map_err(std::io::Error::from)
            .trying(format!("signal {}", self.server))?;
        let gone = async {
            while !self.has_ended()? {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            self.child().take();
            Ok(())
        };
        match tokio::time::timeout(UNTIL_STOPPED, gone).await {
            Ok(outcome) => outcome,
            Err(_) => Err(self.too_slow("stopped", UNTIL_STOPPED)),
        }
    }

    fn spawn(&self) -> Result<Child, BackingError> {
        let log = File::create(&self.log).trying(format!("write {}", self.log.display()))?;
        let copy = log.try_clone().trying(format!("write {}", self.log.display()))?;
        let mut command = Command::new("sh");
        command.arg(&self.script).args(&self.arguments).current_dir("/");
        command.stdin(Stdio::null()).stdout(log).stderr(copy);
        // Its own process group: Ctrl-C at the terminal is for us; what then ends the servers is the janitor.
        command.process_group(0);
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command.spawn().trying(format!("start {} (sh)", self.server))
    }

    fn has_ended(&self) -> Result<bool, BackingError> {
        match self.child().as_mut() {
            None => Ok(true),
            Some(child) => {
                Ok(child.try_wait().trying(format!("look after the process of {}", self.server))?.is_some())
            }
        }
    }

    fn too_slow(&self, wanted: &'static str, bound: Duration) -> BackingError {
        BackingError::TooSlow {
            server: self.server,
            wanted,
            seconds: bound.as_secs(),
            log: self.end_of_log(),
        }
    }

    fn end_of_log(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
