//! One container that serves.

use std::mem::ManuallyDrop;
use std::time::Duration;

use testcontainers::bollard::models::PortBinding;
use testcontainers::core::{ContainerPort, IntoContainerPort};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, ContainerRequest, GenericImage, ImageExt};

use super::engine::{Engine, MACHINE_LABEL, RUN_LABEL, machine};
use super::image::candidates;
use crate::local::{self, Signal};
use crate::probe::Probe;
use crate::run_folder::RunFolder;
use crate::server::{Kind, START_ATTEMPTS, UNTIL_READY};
use crate::{BackingError, free_port};

/// How long the engine waits for a server to stop in order before it kills it.
const SECONDS_TO_STOP: i32 = 30;
/// How often a waiting caller looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Where a server keeps its files inside its container.
const FOLDER: &str = "/tmp/fba-export";

/// A container of this run. The janitor of the run removes it.
#[derive(Debug)]
pub(crate) struct Container {
    kind: Kind,
    port: u16,
    image: String,
    probe: Probe,
    // Never dropped: testcontainers would need a runtime for that, and panic where there is none.
    container: ManuallyDrop<ContainerAsync<GenericImage>>,
}

impl Container {
    /// Starts one, on a free port of this machine that is the same inside, so that a broker's own address is true in
    /// both places.
    pub(crate) async fn start(kind: Kind, run: &RunFolder, durable: bool) -> Result<Self, BackingError> {
        let engine = Engine::find().await?;
        engine.sweep().await;
        let image = engine.image(&candidates(kind)).await?;
        for attempt in 1.. {
            let port = free_port()?;
            let request = request(kind, &image, port, durable, run, attempt)?;
            match request.start().await {
                Ok(container) => {
                    let container = ManuallyDrop::new(container);
                    let probe = Probe::on_loopback(kind, port);
                    let server = Container { kind, port, image, probe, container };
                    server.wait_until_ready().await?;
                    return Ok(server);
                }
                // Somebody may have taken the port in between.
                Err(error) if attempt < START_ATTEMPTS && error.to_string().contains("in use") => {}
                Err(error) => return Err(BackingError::Containers { cause: error.to_string() }),
            }
        }
        unreachable!("the loop returns")
    }

    /// Its port on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The image it was made from.
    pub(crate) fn image(&self) -> &str {
        &self.image
    }

    /// Starts it again on the same port and data.
    pub(crate) async fn start_again(&self) -> Result<(), BackingError> {
        self.container
            .start()
            .await
            .map_err(|error| BackingError::Containers { cause: error.to_string() })?;
        self.wait_until_ready().await
    }

    /// Ends it and waits until it is gone.
    pub(crate) async fn end(&self, signal: Signal) -> Result<(), BackingError> {
        match signal {
            Signal::Stop => {
                let stopped = self.container.stop_with_timeout(Some(SECONDS_TO_STOP)).await;
                stopped.map_err(|error| BackingError::Containers { cause: error.to_string() })
            }
            Signal::Kill => Engine::find().await?.kill(self.container.id()).await,
        }
    }

    async fn wait_until_ready(&self) -> Result<(), BackingError> {
        let answering = async {
            while !self.probe.answers().await {
                if !self.container.is_running().await.unwrap_or(true) {
                    return Err(BackingError::Ended { server: self.kind.name(), log: self.log().await });
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Ok(())
        };
        match tokio::time::timeout(UNTIL_READY, answering).await {
            Ok(outcome) => outcome,
            Err(_) => Err(BackingError::TooSlow {
                server: self.kind.name(),
                wanted: "ready",
                seconds: UNTIL_READY.as_secs(),
                log: self.log().await,
            }),
        }
    }

    async fn log(&self) -> String {
        let mut log = self.container.stdout_to_vec().await.unwrap_or_default();
        log.extend(self.container.stderr_to_vec().await.unwrap_or_default());
        crate::server::end_of_log(&log)
    }
}

/// What testcontainers is asked to start.
fn request(
    kind: Kind,
    image: &str,
    port: u16,
    durable: bool,
    run: &RunFolder,
    attempt: u32,
) -> Result<ContainerRequest<GenericImage>, BackingError> {
    // The janitor removes the containers of these names; see deploy/local/janitor.sh.
    let name = run.container_name(kind, attempt)?;
    let (image, tag) = image.rsplit_once(':').unwrap_or((image, "latest"));
    let inside: ContainerPort = port.tcp();
    let request = GenericImage::new(image, tag)
        .with_entrypoint("sh")
        .with_mapped_port(port, inside)
        .with_container_name(name)
        .with_label(RUN_LABEL, run.name())
        .with_label(MACHINE_LABEL, machine())
        .with_startup_timeout(UNTIL_READY)
        .with_host_config_modifier(move |host| {
            // On loopback only: these servers ask for no password.
            let binding =
                PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(port.to_string()) };
            host.port_bindings = Some([(inside.to_string(), Some(vec![binding]))].into());
        });
    Ok(match kind {
        Kind::Postgres => {
            let arguments = local::postgres_arguments(FOLDER, "0.0.0.0", port, durable);
            with_script(request, local::SERVE_POSTGRES, arguments).with_user("postgres")
        }
        Kind::Kafka => {
            let properties = local::kafka_properties(FOLDER, "0.0.0.0", port, CONTROLLER_PORT);
            with_script(request, local::SERVE_KAFKA, vec![FOLDER.to_owned(), IMAGE_JARS.to_owned()])
                .with_copy_to(format!("{FOLDER}/server.properties"), properties.into_bytes())
                .with_copy_to(format!("{FOLDER}/log4j2.xml"), local::KAFKA_LOGGING.as_bytes().to_vec())
                .with_user("root")
        }
    })
}

/// Where both Kafka images keep the jars.
const IMAGE_JARS: &str = "/opt/kafka/libs";
/// The controller's port inside the container; nobody outside needs it.
const CONTROLLER_PORT: u16 = 9093;

fn with_script(
    request: ContainerRequest<GenericImage>,
    script: &str,
    arguments: Vec<String>,
) -> ContainerRequest<GenericImage> {
    const SCRIPT: &str = "/serve.sh";
    let command = std::iter::once(SCRIPT.to_owned()).chain(arguments);
    request.with_copy_to(SCRIPT, script.as_bytes().to_vec()).with_cmd(command)
}
