//! The service under test.

use chassis::{Clock, Host, Ids, Service, Shutdown, SigningKey};

use crate::Time;
use crate::process::Process;
use crate::soon::PATIENCE;

/// A running replica of the service. It is killed when it is dropped.
pub struct Running<S: Service> {
    config: S::Config,
    clock: Clock,
    ids: Ids,
    process: Process,
    pub(crate) key: SigningKey,
    pub(crate) url: String,
}

impl<S: Service> Running<S> {
    /// Starts the service on the test's time, with ids that are the same in every run, and waits until it is ready.
    pub(crate) async fn start(config: S::Config, time: &Time, key: &SigningKey) -> Self {
        let (clock, ids) = (time.clock().clone(), Ids::seeded(1));
        let (process, url) = launch::<S>(&config, &clock, &ids).await;
        Self { config, clock, ids, process, key: key.clone(), url }
    }

    /// Kills the replica, without a chance to finish anything, and starts another in its place. Channels made before
    /// lead to the dead one.
    pub async fn kill_and_restart(&mut self) {
        self.process.kill();
        (self.process, self.url) = launch::<S>(&self.config, &self.clock, &self.ids).await;
    }
}

/// Lets a replica run in a process of its own; returns that and the replica's URL when it is ready.
async fn launch<S: Service>(config: &S::Config, clock: &Clock, ids: &Ids) -> (Process, String) {
    let (config, clock, ids) = (config.clone(), clock.clone(), ids.clone());
    let process = Process::new();
    let ready = process.spawn(async move {
        let shutdown = Shutdown::new();
        let app = S::build(config, Host::new(clock, ids, &shutdown)).await.unwrap();
        let (address, readiness) = (app.grpc_addr, app.readiness().clone());
        tokio::spawn(app.run(shutdown));
        readiness.ready().await;
        format!("http://{address}")
    });
    match tokio::time::timeout(PATIENCE, ready).await {
        Ok(url) => (process, url.unwrap()),
        Err(_) => panic!("{} is not ready within {PATIENCE:?}", S::NAME),
    }
}
