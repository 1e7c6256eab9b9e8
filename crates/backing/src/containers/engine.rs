//! The Docker engine: whether it answers, which images it has, what dead runs left in it.

use std::collections::HashMap;
use std::time::Duration;

use futures::TryStreamExt;
use testcontainers::bollard::Docker;
use testcontainers::bollard::query_parameters::{
    CreateImageOptionsBuilder, ListContainersOptionsBuilder, RemoveContainerOptionsBuilder,
};
use testcontainers::core::client::docker_client_instance;

use crate::{BackingError, run_folder};

/// Label of our containers: the name of the run they belong to.
pub(crate) const RUN_LABEL: &str = "fba-export.run";
/// Label of our containers: the machine whose process owns that run.
pub(crate) const MACHINE_LABEL: &str = "fba-export.machine";

/// How long the engine may take to answer a question.
const UNTIL_ANSWERED: Duration = Duration::from_secs(5);
/// How long pulling an image may take before another way is tried.
const UNTIL_PULLED: Duration = Duration::from_secs(180);

/// An engine that answers.
pub(crate) struct Engine {
    docker: Docker,
}

impl Engine {
    /// Looks for it.
    pub(crate) async fn find() -> Result<Self, BackingError> {
        let answering = async {
            let docker = docker_client_instance().await.map_err(|error| error.to_string())?;
            docker.ping().await.map_err(|error| error.to_string())?;
            Ok(Engine { docker })
        };
        let answered = tokio::time::timeout(UNTIL_ANSWERED, answering).await;
        answered
            .unwrap_or_else(|_| Err(format!("no answer within {} s", UNTIL_ANSWERED.as_secs())))
            .map_err(|cause| BackingError::NoEngine { cause })
    }

    /// The first of `candidates` the engine has; where it has none, the last one, pulled.
    pub(crate) async fn image(&self, candidates: &[String]) -> Result<String, BackingError> {
        for candidate in candidates {
            if self.docker.inspect_image(candidate).await.is_ok() {
                return Ok(candidate.clone());
            }
        }
        let Some(last) = candidates.last() else {
            return Err(BackingError::Containers { cause: "no image is named".to_owned() });
        };
        let options = CreateImageOptionsBuilder::default().from_image(last).build();
        let pulling = self.docker.create_image(Some(options), None, None).try_for_each(async |_| Ok(()));
        let pulled = tokio::time::timeout(UNTIL_PULLED, pulling).await;
        let cause = match pulled {
            Ok(Ok(())) => return Ok(last.clone()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("not done within {} s", UNTIL_PULLED.as_secs()),
        };
        let has_none = format!("the Docker engine has none of {}", candidates.join(", "));
        Err(BackingError::Containers { cause: format!("{has_none} and cannot pull {last} ({cause})") })
    }

    /// Removes the containers of runs of this machine whose process is gone. Failing to is no reason not to go on.
    pub(crate) async fn sweep(&self) {
        let machine = machine();
        let filters = HashMap::from([("label".to_owned(), vec![format!("{MACHINE_LABEL}={machine}")])]);
        let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
        for container in self.docker.list_containers(Some(options)).await.unwrap_or_default() {
            let run = container.labels.and_then(|labels| labels.get(RUN_LABEL).cloned()).unwrap_or_default();
            let Some(id) = container.id.filter(|_| !run_folder::is_alive(&run)) else { continue };
            let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
            let removed = self.docker.remove_container(&id, Some(options)).await;
            tracing::debug!(%run, ok = removed.is_ok(), "removed a container whose run is gone");
        }
    }

    /// Kills a container as a crash would.
    pub(crate) async fn kill(&self, id: &str) -> Result<(), BackingError> {
        let killed = self.docker.kill_container(id, None).await;
        killed.map_err(|error| BackingError::Containers { cause: error.to_string() })
    }
}

/// The name of this machine: an engine may serve others too.
pub(crate) fn machine() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned()
}
