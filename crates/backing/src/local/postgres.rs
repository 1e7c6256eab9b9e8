//! PostgreSQL from the installed binaries, in a data folder of the run.

use std::os::unix::fs::chown;

use nix::sys::signal::Signal;
use nix::unistd::User;

use super::process::Launch;
use crate::BackingError;
use crate::error::Trying;
use crate::run_folder::{self, RunFolder};

/// The script that serves, locally and in a container.
pub(crate) const SERVE: &str = include_str!("../../../../deploy/local/postgres/serve.sh");

/// Lays out what a server on `port` needs.
pub(super) fn prepare(run: &RunFolder, port: u16, durable: bool) -> Result<Launch, BackingError> {
    let folder = run.path().join("postgres");
    let script = run.path().join("serve-postgres.sh");
    let user = unprivileged_user()?;
    run_folder::make_folder(&folder)?;
    if let Some((user, group)) = user {
        chown(&folder, Some(user), Some(group)).trying(format!("give {} away", folder.display()))?;
    }
    run_folder::write(&script, SERVE)?;
    let arguments = arguments(&folder.display().to_string(), "127.0.0.1", port, durable);
    // SIGINT is PostgreSQL's fast shutdown: it does not wait for its clients to leave.
    Ok(Launch { script, arguments, user, stop_signal: Signal::SIGINT })
}

/// The arguments of [`SERVE`].
pub(crate) fn arguments(folder: &str, address: &str, port: u16, durable: bool) -> Vec<String> {
    let durable = if durable { "on" } else { "off" };
    [folder, address, &port.to_string(), durable].map(str::to_owned).to_vec()
}

/// Who PostgreSQL runs as: ourselves, unless we are root, whom it refuses.
fn unprivileged_user() -> Result<Option<(u32, u32)>, BackingError> {
    if !nix::unistd::geteuid().is_root() {
        return Ok(None);
    }
    let user = ["postgres", "nobody"].iter().find_map(|name| User::from_name(name).ok().flatten());
    user.map(|user| Some((user.uid.as_raw(), user.gid.as_raw()))).ok_or(BackingError::NoUnprivilegedUser)
}
