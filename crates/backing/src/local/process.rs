//! One server process: started by its `serve.sh`, watched until it answers, ended by a signal.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::sys::signal::kill;
use nix::unistd::Pid;

use crate::BackingError;
use crate::error::Trying;
use crate::probe::Probe;
use crate::server::{self, Kind, UNTIL_READY};

/// How long a server may take to end after a signal.
const UNTIL_STOPPED: Duration = Duration::from_secs(60);
/// How often a waiting caller looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How a server is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// In order: PostgreSQL's fast shutdown, Kafka's controlled one.
    Stop,
    /// `SIGKILL`: as a crash.
    Kill,
}

/// How a server process is started and ended.
#[derive(Debug)]
pub(super) struct Launch {
    /// The script that serves in the foreground.
    pub(super) script: PathBuf,
    /// Its arguments.
    pub(super) arguments: Vec<String>,
    /// User and group to run as, when not our own.
    pub(super) user: Option<(u32, u32)>,
    /// The signal that ends it in order.
    pub(super) stop_signal: nix::sys::signal::Signal,
}

/// A server process, running or not.
#[derive(Debug)]
pub(super) struct Process {
    kind: Kind,
    launch: Launch,
    log: PathBuf,
    probe: Probe,
    child: Mutex<Option<Child>>,
}

impl Process {
    /// One that does not run yet. Its log goes into `folder`.
    pub(super) fn new(kind: Kind, launch: Launch, folder: &Path, probe: Probe) -> Self {
        let log = folder.join(format!("{}.log", kind.short_name()));
        Process { kind, launch, log, probe, child: Mutex::new(None) }
    }

    /// Starts it and waits until it answers. Does nothing but wait when it runs already.
    pub(super) async fn start(&self) -> Result<(), BackingError> {
        if self.child().is_none() {
            let child = self.spawn()?;
            *self.child() = Some(child);
        }
        let answering = async {
            while !self.probe.answers().await {
                if self.has_ended()? {
                    self.child().take();
                    return Err(BackingError::Ended { server: self.kind.name(), log: self.end_of_log() });
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
    pub(super) async fn end(&self, signal: Signal) -> Result<(), BackingError> {
        let Some(process) = self.child().as_ref().map(Child::id) else { return Ok(()) };
        let signal = match signal {
            Signal::Stop => self.launch.stop_signal,
            Signal::Kill => nix::sys::signal::Signal::SIGKILL,
        };
        // Not yet waited for, so the number is still this process's, alive or not.
        kill(Pid::from_raw(process as i32), signal)
            .map_err(std::io::Error::from)
            .trying(format!("signal {}", self.kind.name()))?;
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
        command.arg(&self.launch.script).args(&self.launch.arguments).current_dir("/");
        command.stdin(Stdio::null()).stdout(log).stderr(copy);
        // Its own process group: Ctrl-C at the terminal is for us; what then ends the servers is the janitor.
        command.process_group(0);
        if let Some((user, group)) = self.launch.user {
            command.uid(user).gid(group);
        }
        command.spawn().trying(format!("start {} (sh)", self.kind.name()))
    }

    fn has_ended(&self) -> Result<bool, BackingError> {
        match self.child().as_mut() {
            None => Ok(true),
            Some(child) => Ok(child
                .try_wait()
                .trying(format!("look after the process of {}", self.kind.name()))?
                .is_some()),
        }
    }

    fn too_slow(&self, wanted: &'static str, bound: Duration) -> BackingError {
        BackingError::TooSlow {
            server: self.kind.name(),
            wanted,
            seconds: bound.as_secs(),
            log: self.end_of_log(),
        }
    }

    fn end_of_log(&self) -> String {
        server::end_of_log(&std::fs::read(&self.log).unwrap_or_default())
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
