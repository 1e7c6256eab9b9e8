//! The smallest service: one method, no database. Shows what a service gives chassis and what it gets back;
//! `tests/it/process.rs` runs it as a process.
//!
//! `cargo run -p chassis --example smallest_service -- serve --jwks-file jwks.json --password secret`

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chassis::{App, AuthArgs, GrpcServer, Host, Role, RoleTable, Secret, ServerArgs, Service};
use tonic::{Request, Response, Status};
use wire::ops::v1::progress_service_server::{ProgressService, ProgressServiceServer};
use wire::ops::v1::{GetProgressRequest, GetProgressResponse};

#[derive(Clone, Debug, clap::Args)]
struct Config {
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    auth: AuthArgs,
    /// A secret
    #[arg(long, env = "FBA_PASSWORD", hide_env_values = true)]
    password: Option<Secret>,
    /// The secret from a file
    #[arg(long, env = "FBA_PASSWORD_FILE")]
    password_file: Option<PathBuf>,
    /// Milliseconds that finishing takes when the process stops
    #[arg(long, default_value_t = 0)]
    finishing_ms: u64,
}

struct SmallestService;

impl Service for SmallestService {
    const NAME: &'static str = "smallest";
    type Config = Config;

    fn validate(config: &Config) -> anyhow::Result<()> {
        chassis::secret("password", config.password.as_ref(), config.password_file.as_deref())?;
        Ok(())
    }

    async fn migrate(_: Config) -> anyhow::Result<()> {
        Ok(())
    }

    async fn build(config: Config, host: Host) -> anyhow::Result<App> {
        let roles = RoleTable::new(&[("/fbaexport.ops.v1.ProgressService/GetProgress", &[Role::Operator])]);
        let server =
            GrpcServer::new(&config.server, config.auth.authenticator()?, roles, host.readiness.clone())
                .add(ProgressServiceServer::new(Progress))
                .bind()
                .await?;
        let (stop, finishing) = (host.shutdown.clone(), Duration::from_millis(config.finishing_ms));
        host.tasks.spawn("worker", async move {
            stop.cancelled().await;
            tokio::time::sleep(finishing).await;
            Ok(())
        });
        Ok(App::new(host, server, config.server.drain()))
    }
}

struct Progress;

#[tonic::async_trait]
impl ProgressService for Progress {
    async fn get_progress(
        &self,
        _: Request<GetProgressRequest>,
    ) -> Result<Response<GetProgressResponse>, Status> {
        Ok(Response::new(GetProgressResponse { service: "smallest".to_owned(), ..Default::default() }))
    }
}

fn main() -> ExitCode {
    chassis::main::<SmallestService>()
}
