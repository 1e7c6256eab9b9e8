//! Apache Kafka from its published jars, in a folder of this run.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::process::Command;

use super::process::{Process, Signal};
use crate::error::Trying;
use crate::probe::Probe;
use crate::run_folder::{self, RunFolder};
use crate::server::{KAFKA, START_ATTEMPTS};
use crate::{BackingError, environment, ports};

const POM: &str = include_str!("../../../../deploy/local/kafka/pom.xml");
const RESOLVE: &str = include_str!("../../../../deploy/local/kafka/resolve.sh");
const SERVE: &str = include_str!("../../../../deploy/local/kafka/serve.sh");
const PROPERTIES: &str = include_str!("../../../../deploy/local/kafka/server.properties");
const LOGGING: &str = include_str!("../../../../deploy/local/kafka/log4j2.xml");

/// A Kafka process of this run.
#[derive(Debug)]
pub(crate) struct LocalKafka {
    process: Process,
    port: u16,
    // Kept so that the folder outlives the process.
    _run: Arc<RunFolder>,
}

impl LocalKafka {
    /// Resolves the jars where they are missing and starts a node on free ports.
    pub(crate) async fn start(run: Arc<RunFolder>) -> Result<Self, BackingError> {
        let folder = run.path().join("kafka");
        let script = run.path().join("serve-kafka.sh");
        let jars = resolve_jars(&run).await?;
        run_folder::make_folder(&folder)?;
        run_folder::write(&script, SERVE)?;
        run_folder::write(&folder.join("log4j2.xml"), LOGGING)?;
        for attempt in 1.. {
            let (port, controller) = (ports::free()?, ports::free()?);
            run_folder::write(&folder.join("server.properties"), &properties(&folder, port, controller))?;
            let process = Process {
                server: KAFKA,
                script: script.clone(),
                arguments: vec![folder.display().to_string(), jars.display().to_string()],
                user: None,
                stop_signal: nix::sys::signal::Signal::SIGTERM,
                log: run.path().join("kafka.log"),
                probe: Probe::Kafka(brokers(port)),
                child: Mutex::new(None),
            };
            let server = LocalKafka { process, port, _run: run.clone() };
            match server.start_again().await {
                Ok(()) => return Ok(server),
                // Somebody may have taken a port in between. The storage names the controller's port: format anew.
                Err(BackingError::Ended { log, .. })
                    if attempt < START_ATTEMPTS && log.contains("in use") =>
                {
                    std::fs::remove_dir_all(folder.join("data"))
                        .trying("remove the storage of Apache Kafka")?;
                }
                Err(error) => return Err(error),
            }
        }
        unreachable!("the loop returns")
    }

    /// Where clients connect.
    pub(crate) fn brokers(&self) -> String {
        brokers(self.port)
    }

    /// Its port on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Starts it again on the same ports and data.
    pub(crate) async fn start_again(&self) -> Result<(), BackingError> {
        self.process.start().await
    }

    /// Ends it.
    pub(crate) async fn end(&self, signal: Signal) -> Result<(), BackingError> {
        self.process.end(signal).await
    }
}

fn brokers(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

/// The version the pom names.
pub(crate) fn version() -> &'static str {
    let after = POM.split_once("<kafka.version>").map_or("", |(_, after)| after);
    after.split_once("</kafka.version>").map_or("", |(version, _)| version)
}

fn properties(folder: &std::path::Path, port: u16, controller: u16) -> String {
    let data = folder.join("data");
    format!(
        "{PROPERTIES}\nlisteners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{port}\n\
         controller.quorum.bootstrap.servers=127.0.0.1:{controller}\nlog.dirs={}\n",
        data.display()
    )
}

/// The folder of the jars in the cache. Maven fetches them the first time: seconds, and the network.
async fn resolve_jars(run: &RunFolder) -> Result<PathBuf, BackingError> {
    let pom = run.path().join("pom.xml");
    let script = run.path().join("resolve.sh");
    run_folder::write(&pom, POM)?;
    run_folder::write(&script, RESOLVE)?;
    let output = Command::new("sh")
        .arg(&script)
        .arg(&pom)
        .arg(environment::cache_folder()?)
        .output()
        .await
        .trying("resolve the jars of Apache Kafka (sh)")?;
    if !output.status.success() {
        return Err(BackingError::Jars { detail: String::from_utf8_lossy(&output.stderr).trim().to_owned() });
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}
