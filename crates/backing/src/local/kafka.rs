//! Apache Kafka from its published jars, in a folder of the run.

use std::path::PathBuf;

use nix::sys::signal::Signal;
use tokio::process::Command;

use super::process::Launch;
use crate::error::Trying;
use crate::run_folder::{self, RunFolder};
use crate::{BackingError, environment, free_port};

/// The script that serves, locally and in a container.
pub(crate) const SERVE: &str = include_str!("../../../../deploy/local/kafka/serve.sh");
/// How it logs.
pub(crate) const LOGGING: &str = include_str!("../../../../deploy/local/kafka/log4j2.xml");
const PROPERTIES: &str = include_str!("../../../../deploy/local/kafka/server.properties");
const POM: &str = include_str!("../../../../deploy/local/kafka/pom.xml");
const RESOLVE: &str = include_str!("../../../../deploy/local/kafka/resolve.sh");

/// Resolves the jars where they are missing and lays out what a node on `port` needs.
pub(super) async fn prepare(run: &RunFolder, port: u16) -> Result<Launch, BackingError> {
    let folder = run.path().join("kafka");
    let script = run.path().join("serve-kafka.sh");
    let jars = resolve_jars(run).await?;
    // Storage of an earlier attempt names that attempt's ports.
    if folder.exists() {
        std::fs::remove_dir_all(&folder).trying(format!("remove {}", folder.display()))?;
    }
    run_folder::make_folder(&folder)?;
    run_folder::write(&script, SERVE)?;
    run_folder::write(&folder.join("log4j2.xml"), LOGGING)?;
    let properties = properties(&folder.display().to_string(), "127.0.0.1", port, free_port()?);
    run_folder::write(&folder.join("server.properties"), &properties)?;
    let arguments = vec![folder.display().to_string(), jars.display().to_string()];
    Ok(Launch { script, arguments, user: None, stop_signal: Signal::SIGTERM })
}

/// What `server.properties` says for a node that listens at `address` and keeps its data below `folder`. Clients
/// reach it on loopback, in a container through the published port.
pub(crate) fn properties(folder: &str, address: &str, port: u16, controller: u16) -> String {
    format!(
        "{PROPERTIES}\nlisteners=PLAINTEXT://{address}:{port},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{port}\n\
         controller.quorum.bootstrap.servers=127.0.0.1:{controller}\n\
         log.dirs={folder}/data\n"
    )
}

/// The version the pom names.
pub(crate) fn version() -> &'static str {
    let after = POM.split_once("<kafka.version>").map_or("", |(_, after)| after);
    after.split_once("</kafka.version>").map_or("", |(version, _)| version)
}

/// The folder of the jars in the cache. Maven fetches them the first time: seconds, and the network.
async fn resolve_jars(run: &RunFolder) -> Result<PathBuf, BackingError> {
    let pom = run.path().join("pom.xml");
    let script = run.path().join("resolve.sh");
    run_folder::write(&pom, POM)?;
    run_folder::write(&script, RESOLVE)?;
    let resolving = Command::new("sh").arg(&script).arg(&pom).arg(environment::cache_folder()?).output();
    let output = resolving.await.trying("resolve the jars of Apache Kafka (sh)")?;
    if !output.status.success() {
        return Err(BackingError::Jars { detail: String::from_utf8_lossy(&output.stderr).trim().to_owned() });
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}
