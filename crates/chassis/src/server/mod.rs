//! The gRPC server and, on a port of its own, the admin server of a process.

mod admin;
mod args;
mod body;
mod deadline;
mod guard;
mod health;
mod methods;
mod metrics;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::server::NamedService;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

pub use args::ServerArgs;
pub use health::LIVE;

use crate::{Authenticator, Readiness, RoleTable, Shutdown};
use guard::{Guard, GuardLayer};

/// How often the server asks an idle connection whether it is alive, and how long it waits for the answer.
const KEEPALIVE: Duration = Duration::from_secs(20);

/// Collects a process's gRPC services, then binds both servers.
pub struct GrpcServer {
    args: ServerArgs,
    authenticator: Authenticator,
    roles: RoleTable,
    readiness: Readiness,
    routes: Routes,
    mounted: Vec<&'static str>,
}

/// Servers whose ports are taken but which do not answer yet.
pub struct BoundServer {
    /// Where gRPC answers; the port is real even when 0 was asked for.
    pub grpc_addr: SocketAddr,
    /// Where `/live`, `/ready` and `/metrics` answer.
    pub admin_addr: SocketAddr,
    grpc: TcpListener,
    admin: TcpListener,
    server: GrpcServer,
}

/// The gRPC server of a [`BoundServer`].
pub(crate) struct Grpc {
    listener: TcpListener,
    server: GrpcServer,
}

/// The admin server of a [`BoundServer`].
pub(crate) struct Admin {
    listener: TcpListener,
    readiness: Readiness,
}

impl GrpcServer {
    /// A server without services. Health and reflection are added when it is bound.
    #[must_use]
    pub fn new(
        args: &ServerArgs,
        authenticator: Authenticator,
        roles: RoleTable,
        readiness: Readiness,
    ) -> Self {
        Self {
            args: args.clone(),
            authenticator,
            roles,
            readiness,
            routes: Routes::default(),
            mounted: Vec::new(),
        }
    }

    /// Mounts a service. Its messages may be at most 4 MiB (tonic's bound for decoding).
    #[must_use]
    #[allow(clippy::should_implement_trait)] // The builder's verb, not arithmetic.
    pub fn add<S>(mut self, service: S) -> Self
    where
        S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        self.mounted.push(S::NAME);
        self.routes = self.routes.add_service(service);
        self
    }

    /// Takes both ports. Nothing is answered before [`BoundServer::serve`].
    ///
    /// # Errors
    /// When a port is taken, or when the role table and the mounted services disagree about the methods.
    pub async fn bind(self) -> anyhow::Result<BoundServer> {
        methods::check(&self.mounted, &self.roles)?;
        let grpc = listen(self.args.grpc_addr).await?;
        let admin = listen(self.args.admin_addr).await?;
        Ok(BoundServer {
            grpc_addr: grpc.local_addr()?,
            admin_addr: admin.local_addr()?,
            grpc,
            admin,
            server: self,
        })
    }
}

async fn listen(addr: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(addr).await.with_context(|| format!("cannot listen on {addr}: choose a free port"))
}

impl BoundServer {
    /// Answers until `shutdown`, then finishes the calls under way. The admin server answers until they are finished.
    ///
    /// # Errors
    /// When a listener breaks.
    pub async fn serve(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let (grpc, admin) = self.split();
        let calls_finished = Shutdown::new();
        let (grpc, admin) = tokio::join!(
            async {
                let result = grpc.serve(shutdown).await;
                calls_finished.cancel();
                result
            },
            admin.serve(calls_finished.clone())
        );
        grpc.and(admin)
    }

    /// The two servers apart, for whoever ends them one after the other.
    pub(crate) fn split(self) -> (Grpc, Admin) {
        let Self { grpc, admin, server, .. } = self;
        let readiness = server.readiness.clone();
        (Grpc { listener: grpc, server }, Admin { listener: admin, readiness })
    }
}

impl Admin {
    pub(crate) async fn serve(self, stop: Shutdown) -> anyhow::Result<()> {
        admin::serve(self.listener, self.readiness, stop).await
    }
}

impl Grpc {
    pub(crate) async fn serve(self, stop: Shutdown) -> anyhow::Result<()> {
        let Self { listener, server } = self;
        let (health, report) = health::service(&server.mounted, server.readiness.clone());
        let routes = server.routes.add_service(health).add_service(methods::reflection(&server.mounted)?);
        let guard = Guard::new(&server.args, server.authenticator, server.roles, stop.clone());
        let serving = Server::builder()
            .layer(GuardLayer(Arc::new(guard)))
            .http2_keepalive_interval(Some(KEEPALIVE))
            .http2_keepalive_timeout(Some(KEEPALIVE))
            .add_routes(routes)
            .serve_with_incoming_shutdown(
                TcpIncoming::from(listener).with_nodelay(Some(true)),
                stop.clone().cancelled_owned(),
            );
        tokio::select! {
            result = serving => result.context("the gRPC server broke"),
            never = report => match never {},
        }
    }
}
