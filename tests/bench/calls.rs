//! Many callers of one server, and a server without anything to compare it with.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use chassis::{Channel, ClientArgs, ClientChannel, Principal, Role, SigningKey, TokenSource};
use tonic::{Request, Response, Status};
use wire::ops::v1::progress_service_client::ProgressServiceClient;
use wire::ops::v1::progress_service_server::{ProgressService, ProgressServiceServer};
use wire::ops::v1::{GetProgressRequest, GetProgressResponse};

pub(crate) const CONNECTIONS: usize = 16;
/// How long each is measured in a round, after as long to warm up as a tenth of it.
const SECONDS: u64 = 3;

/// Answers with nothing.
struct Nothing;

#[tonic::async_trait]
impl ProgressService for Nothing {
    async fn get_progress(
        &self,
        _: Request<GetProgressRequest>,
    ) -> Result<Response<GetProgressResponse>, Status> {
        Ok(Response::new(GetProgressResponse::default()))
    }
}

/// The one in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub(crate) fn connection(url: &str, key: &SigningKey) -> anyhow::Result<Channel> {
    let token = TokenSource::Minted(key.clone(), Principal::new("operator:bench", Role::Operator));
    ClientChannel::connect(ClientArgs::new(url, token)).context("connect")
}

/// A server without anything, until it is dropped.
pub(crate) struct Empty {
    pub(crate) url: String,
    task: tokio::task::JoinHandle<()>,
}

impl Empty {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let incoming = tonic::transport::server::TcpIncoming::from(listener).with_nodelay(Some(true));
        let server = tonic::transport::Server::builder().add_service(ProgressServiceServer::new(Nothing));
        let task = tokio::spawn(async move { drop(server.serve_with_incoming(incoming).await) });
        Ok(Self { url, task })
    }

    /// Asks it.
    pub(crate) async fn call(channel: Channel, _: usize) -> Result<(), Status> {
        ProgressServiceClient::new(channel).get_progress(GetProgressRequest {}).await.map(drop)
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Calls a second, one after the other on each of some connections.
pub(crate) async fn rate<F>(
    connections: usize,
    connect: impl Fn(usize) -> anyhow::Result<Channel>,
    call: impl Fn(Channel, usize) -> F + Clone + Send + 'static,
) -> anyhow::Result<f64>
where
    F: Future<Output = Result<(), Status>> + Send,
{
    let calls = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::new();
    for connection in 0..connections {
        let (channel, calls, call) = (connect(connection)?, calls.clone(), call.clone());
        tasks.push(tokio::spawn(async move {
            for n in 0.. {
                call(channel.clone(), connection + n * connections).await?;
                calls.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, Status>(())
        }));
    }
    tokio::time::sleep(Duration::from_millis(SECONDS * 100)).await;
    let (before, begun) = (calls.load(Ordering::Relaxed), Instant::now());
    tokio::time::sleep(Duration::from_secs(SECONDS)).await;
    let rate = (calls.load(Ordering::Relaxed) - before) as f64 / begun.elapsed().as_secs_f64();
    for task in tasks {
        ensure!(!task.is_finished(), "a call failed: {:?}", task.await);
        task.abort();
    }
    Ok(rate)
}

/// Microseconds in which 99 of 100 calls are answered, when so many begin in a second whether others are answered or not.
pub(crate) async fn p99<F>(
    per_second: f64,
    connect: impl Fn(usize) -> anyhow::Result<Channel>,
    call: impl Fn(Channel, usize) -> F + Clone + Send + 'static,
) -> anyhow::Result<f64>
where
    F: Future<Output = Result<(), Status>> + Send,
{
    let mut tasks = Vec::new();
    let pause = Duration::from_secs_f64(CONNECTIONS as f64 / per_second);
    let begin = tokio::time::Instant::now() + Duration::from_millis(100);
    for connection in 0..CONNECTIONS {
        let (channel, call) = (connect(connection)?, call.clone());
        let offset = pause.mul_f64(connection as f64 / CONNECTIONS as f64);
        tasks.push(tokio::spawn(async move {
            let mut took = Vec::new();
            for n in 0_u32.. {
                let due = begin + offset + pause * n;
                if due > begin + Duration::from_secs(SECONDS) {
                    break;
                }
                tokio::time::sleep_until(due).await;
                // From when it was due, or the wake-up's own lateness would not count in a busy process.
                call(channel.clone(), connection + n as usize * CONNECTIONS).await?;
                took.push(due.elapsed());
            }
            Ok::<_, Status>(took)
        }));
    }
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await??);
    }
    took.sort_unstable();
    let at = took.len() * 99 / 100;
    Ok(took.get(at).context("no call was measured")?.as_secs_f64() * 1e6)
}
