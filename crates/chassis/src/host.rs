//! What a process gives a service, and the service once it is built.

use std::net::SocketAddr;
use std::time::Duration;

use crate::telemetry::keep_up;
use crate::{BoundServer, Clock, DrainError, Ids, Readiness, Shutdown, Tasks};

/// The surroundings of one service: passed in, so that tests and standalone choose them.
#[derive(Clone)]
pub struct Host {
    /// Business time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// Cancelled when the service must stop. A failed task of the service cancels it too.
    pub shutdown: Shutdown,
    /// Background work of the service.
    pub tasks: Tasks,
    /// Parts the service waits for before it takes traffic.
    pub readiness: Readiness,
}

/// A service that is built: ports taken, tasks running, not yet answering.
pub struct App {
    /// Where gRPC will answer.
    pub grpc_addr: SocketAddr,
    /// Where the admin server will answer.
    pub admin_addr: SocketAddr,
    host: Host,
    server: BoundServer,
    drain: Duration,
}

impl Host {
    /// Surroundings that stop with `parent`; stopping this service does not stop the parent.
    #[must_use]
    pub fn new(clock: Clock, ids: Ids, parent: &Shutdown) -> Self {
        let shutdown = parent.child_token();
        Self { clock, ids, tasks: Tasks::new(shutdown.clone()), shutdown, readiness: Readiness::new() }
    }
}

impl App {
    /// A service of `host` that answers on `server` and stops within `drain`.
    #[must_use]
    pub fn new(host: Host, server: BoundServer, drain: Duration) -> Self {
        Self { grpc_addr: server.grpc_addr, admin_addr: server.admin_addr, host, server, drain }
    }

    /// The service's readiness, to wait for.
    #[must_use]
    pub fn readiness(&self) -> &Readiness {
        &self.host.readiness
    }

    /// Answers until `shutdown`, then stops in order and under one deadline: not ready; consumers take nothing new and
    /// calls under way finish; the relay and the admin server end last.
    ///
    /// # Errors
    /// The first failure of a task, or that the deadline passed.
    pub async fn run(self, shutdown: Shutdown) -> Result<(), DrainError> {
        let Self { host, server, drain, grpc_addr, admin_addr } = self;
        let (grpc, admin) = server.split();
        host.tasks.spawn("grpc", grpc.serve(host.shutdown.clone()));
        host.tasks.spawn_flusher("admin", |stop| admin.serve(stop));
        host.tasks.spawn_flusher("metrics", keep_up);
        tracing::info!(%grpc_addr, %admin_addr, "service.started");
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = host.shutdown.cancelled() => {}
        }
        tracing::info!(drain_seconds = drain.as_secs(), "service.stopping");
        host.readiness.stop();
        let drained = host.tasks.drain(drain).await;
        tracing::info!(clean = drained.is_ok(), "service.stopped");
        drained
    }
}
