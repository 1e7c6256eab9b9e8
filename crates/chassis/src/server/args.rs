//! Where a process serves and what it bears.

use std::net::SocketAddr;
use std::time::Duration;

/// Ports and limits of a process's servers.
#[derive(Clone, Debug, clap::Args)]
pub struct ServerArgs {
    /// Address of the gRPC server; port 0 takes a free one
    #[arg(long, env = "FBA_GRPC_ADDR", default_value = "127.0.0.1:50051")]
    pub grpc_addr: SocketAddr,
    /// Address of the admin server (/live, /ready, /metrics); port 0 takes a free one
    #[arg(long, env = "FBA_ADMIN_ADDR", default_value = "127.0.0.1:9090")]
    pub admin_addr: SocketAddr,
    /// Calls worked on at a time; one more is refused at once with OVERLOADED
    #[arg(long, env = "FBA_MAX_CALLS", default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub max_calls: u32,
    /// Seconds a call may take until its answer begins, unless the caller allows less
    #[arg(long, env = "FBA_CALL_SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub call_seconds: u64,
    /// Seconds a streamed answer may take as a whole, unless the caller allows less
    #[arg(long, env = "FBA_STREAM_SECONDS", default_value_t = 3_600, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub stream_seconds: u64,
    /// Seconds for finishing what was begun when the process is told to stop
    #[arg(long, env = "FBA_DRAIN_SECONDS", default_value_t = 25, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub drain_seconds: u64,
}

impl ServerArgs {
    /// Loopback addresses with free ports and the default limits: for tests and for processes of several services.
    #[must_use]
    pub fn local() -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            grpc_addr: free,
            admin_addr: free,
            max_calls: 512,
            call_seconds: 30,
            stream_seconds: 3_600,
            drain_seconds: 25,
        }
    }

    /// The deadline of stopping.
    #[must_use]
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }
}
