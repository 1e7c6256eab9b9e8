//! The folder of one run, and the janitor who empties it.
//!
//! A run's folder carries the process that owns it in its name, so that anybody can tell whether it is still wanted.
//! With it starts a janitor (`deploy/local/janitor.sh`): a process that waits for the end of a pipe whose other end
//! this process holds, then ends the run's servers and removes the folder. The kernel closes the pipe however this
//! process ends, so `kill -9` is covered. Should the janitor itself be killed, the next run sweeps.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::BackingError;
use crate::error::Trying;
use crate::server::Kind;

const JANITOR: &str = include_str!("../../../deploy/local/janitor.sh");
const JANITOR_FILE: &str = "janitor.sh";

/// The folder of one run.
#[derive(Debug)]
pub(crate) struct RunFolder {
    path: PathBuf,
    janitor: Mutex<Option<Child>>,
}

impl RunFolder {
    /// Sweeps what dead runs left, makes a folder for this one and starts its janitor.
    pub(crate) fn create() -> Result<Self, BackingError> {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        let base = base_folder()?;
        sweep(&base)?;
        let name = format!("run-{}-{}", Owner::this_process()?, RUNS.fetch_add(1, Ordering::Relaxed));
        let path = base.join(name);
        make_folder(&path)?;
        write(&path.join(JANITOR_FILE), JANITOR)?;
        let janitor = janitor(&path, "watch", Stdio::piped())?;
        Ok(RunFolder { path, janitor: Mutex::new(Some(janitor)) })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Its name: `run-<process>-<start of the process>-<number>`.
    pub(crate) fn name(&self) -> &str {
        self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }

    /// A name for a container of this run, noted down for the janitor before the container exists.
    pub(crate) fn container_name(&self, kind: Kind, attempt: u32) -> Result<String, BackingError> {
        let name = format!("fba-export-{}-{}-{attempt}", self.name(), kind.short_name());
        let list = self.path.join("containers");
        let file = fs::OpenOptions::new().append(true).create(true).open(&list);
        file.and_then(|mut file| writeln!(file, "{name}")).trying(format!("write {}", list.display()))?;
        Ok(name)
    }

    /// Lets the janitor do its work now and waits for it (the janitor bounds itself to some 10 s). Repeats do nothing.
    pub(crate) fn clean_up(&self) {
        let janitor = self.janitor.lock().ok().and_then(|mut janitor| janitor.take());
        if let Some(mut janitor) = janitor {
            drop(janitor.stdin.take());
            if let Err(error) = janitor.wait() {
                tracing::warn!(run = self.name(), %error, "the janitor of this run was lost; the next run sweeps");
            }
        }
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        self.clean_up();
    }
}

/// Writes a file of a run, readable for the user PostgreSQL runs as.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), BackingError> {
    fs::write(path, text).trying(format!("write {}", path.display()))
}

/// Makes a folder every user may enter (a data folder below is closed by the server that owns it).
pub(crate) fn make_folder(path: &Path) -> Result<(), BackingError> {
    fs::create_dir_all(path).trying(format!("make {}", path.display()))?;
    fs::set_permissions(path, Permissions::from_mode(0o755))
        .trying(format!("open {} to read", path.display()))
}

/// Whether the run of this name still has its owner.
pub(crate) fn is_alive(run: &str) -> bool {
    Owner::parse(run).is_some_and(|owner| Owner::of_process(owner.process).is_some_and(|now| now == owner))
}

/// `/var/tmp/fba-export-<user>`: not the user's home, which the user PostgreSQL runs as may not enter, and not
/// `/tmp`, which may live in memory.
fn base_folder() -> Result<PathBuf, BackingError> {
    let user = nix::unistd::geteuid();
    let base = PathBuf::from(format!("/var/tmp/fba-export-{user}"));
    make_folder(&base).map_err(|error| match fs::metadata(&base) {
        Ok(found) if found.uid() != user.as_raw() => {
            BackingError::ForeignFolder { folder: base.display().to_string() }
        }
        _ => error,
    })?;
    Ok(base)
}

/// Has every run whose owner is gone cleaned up, and waits for that.
fn sweep(base: &Path) -> Result<(), BackingError> {
    let entries = fs::read_dir(base).trying(format!("list {}", base.display()))?;
    let dead = entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with("run-") && !is_alive(name))
    });
    for run in dead {
        // Another process may sweep the same run and win: a folder that is gone is what we want.
        let swept = write(&run.join(JANITOR_FILE), JANITOR)
            .and_then(|()| janitor(&run, "sweep", Stdio::null()))
            .map(|mut janitor| janitor.wait());
        tracing::debug!(run = %run.display(), ok = swept.is_ok(), "swept a run whose owner is gone");
    }
    Ok(())
}

fn janitor(run: &Path, task: &str, stdin: Stdio) -> Result<Child, BackingError> {
    Command::new("sh")
        .args([JANITOR_FILE, task])
        .current_dir(run)
        .stdin(stdin)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Its own process group: Ctrl-C ends us, not the janitor.
        .process_group(0)
        .spawn()
        .trying("start the janitor (sh)")
}

/// A process, told from a later one with the same number by the time it started.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
struct Owner {
    process: u32,
    /// Clock ticks since the machine's start.
    started: u64,
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.process, self.started)
    }
}

impl Owner {
    fn this_process() -> Result<Self, BackingError> {
        let process = std::process::id();
        Owner::of_process(process).ok_or_else(|| BackingError::Io {
            what: "read the start time of this process from /proc".to_owned(),
            source: std::io::Error::from(std::io::ErrorKind::NotFound),
        })
    }

    fn of_process(process: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The second field is the command in parentheses and may hold blanks; the start time is field 22.
        let after_command = stat.rsplit_once(')')?.1;
        let started = after_command.split_whitespace().nth(19)?.parse().ok()?;
        Some(Owner { process, started })
    }

    fn parse(run: &str) -> Option<Self> {
        let mut fields = run.strip_prefix("run-")?.split('-');
        Some(Owner { process: fields.next()?.parse().ok()?, started: fields.next()?.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_run_lives_as_long_as_its_own_process_and_no_other_of_the_same_number() {
        let owner = Owner::this_process().unwrap();
        assert!(is_alive(&format!("run-{owner}-0")));
        assert!(!is_alive(&format!("run-{}-{}-0", owner.process, owner.started - 1)));
        assert!(!is_alive("run-something-else"));
    }
}
