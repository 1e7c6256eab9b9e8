//! A server with the `ops` services, whose answers the test chooses.

use std::sync::Arc;
use std::time::Duration;

use chassis::{
    BoundServer, Channel, ClientArgs, ClientChannel, GrpcServer, Principal, Readiness, Role, RoleTable,
    ServerArgs, Shutdown, SigningKey, TokenSource,
};
use tokio::sync::Semaphore;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use wire::ops::v1::audit_service_server::{AuditService, AuditServiceServer};
use wire::ops::v1::progress_service_client::ProgressServiceClient;
use wire::ops::v1::progress_service_server::{ProgressService, ProgressServiceServer};
use wire::ops::v1::{GetProgressRequest, GetProgressResponse, StreamFactsRequest, StreamFactsResponse};

pub(crate) const GET_PROGRESS: &str = "/fbaexport.ops.v1.ProgressService/GetProgress";
pub(crate) const STREAM_FACTS: &str = "/fbaexport.ops.v1.AuditService/StreamFacts";

/// What the handler does.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Answers with the caller's subject as `service`.
    Subject,
    /// Refuses with this error.
    Refuse(chassis::Error),
    /// Says that it has begun, waits until it may end, then answers.
    Wait(Gate),
}

/// Holds handlers in the middle of their work.
#[derive(Clone)]
pub(crate) struct Gate {
    /// Has a permit for each call that has begun.
    pub(crate) begun: Arc<Semaphore>,
    /// Lets a call end for each permit.
    pub(crate) end: Arc<Semaphore>,
}

impl Gate {
    pub(crate) fn closed() -> Self {
        Self { begun: Arc::new(Semaphore::new(0)), end: Arc::new(Semaphore::new(0)) }
    }

    /// Returns when one more call has begun.
    pub(crate) async fn one_begun(&self) {
        self.begun.acquire().await.unwrap().forget();
    }
}

#[derive(Clone)]
struct Handler(Answer);

#[tonic::async_trait]
impl ProgressService for Handler {
    async fn get_progress(
        &self,
        request: Request<GetProgressRequest>,
    ) -> Result<Response<GetProgressResponse>, Status> {
        match &self.0 {
            Answer::Subject => {}
            Answer::Refuse(error) => return Err(error.clone().into()),
            Answer::Wait(gate) => {
                gate.begun.add_permits(1);
                gate.end.acquire().await.unwrap().forget();
            }
        }
        let service = chassis::principal(&request)?.subject.clone();
        Ok(Response::new(GetProgressResponse { service, ..Default::default() }))
    }
}

#[tonic::async_trait]
impl AuditService for Handler {
    type StreamFactsStream = ReceiverStream<Result<StreamFactsResponse, Status>>;

    /// One message, then silence for as long as the caller listens.
    async fn stream_facts(
        &self,
        _: Request<StreamFactsRequest>,
    ) -> Result<Response<Self::StreamFactsStream>, Status> {
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        sender.send(Ok(StreamFactsResponse::default())).await.unwrap();
        tokio::spawn(async move { sender.closed().await });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}

/// A running server; dropping it stops it.
pub(crate) struct Probe {
    pub(crate) key: SigningKey,
    pub(crate) url: String,
    pub(crate) admin: String,
    pub(crate) readiness: Readiness,
    pub(crate) shutdown: Shutdown,
    pub(crate) served: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

pub(crate) async fn bind(
    answer: Answer,
    args: &ServerArgs,
    key: &SigningKey,
    readiness: &Readiness,
) -> BoundServer {
    let roles =
        RoleTable::new(&[(GET_PROGRESS, &[Role::Operator, Role::Auditor]), (STREAM_FACTS, &[Role::Auditor])]);
    GrpcServer::new(args, key.authenticator().unwrap(), roles, readiness.clone())
        .add(ProgressServiceServer::new(Handler(answer.clone())))
        .add(AuditServiceServer::new(Handler(answer)))
        .bind()
        .await
        .unwrap()
}

pub(crate) async fn start(answer: Answer, args: ServerArgs) -> Probe {
    let (key, readiness, shutdown) = (SigningKey::generate().unwrap(), Readiness::new(), Shutdown::new());
    let server = bind(answer, &args, &key, &readiness).await;
    let (url, admin) = (format!("http://{}", server.grpc_addr), server.admin_addr.to_string());
    let served = tokio::spawn(server.serve(shutdown.clone()));
    Probe { key, url, admin, readiness, shutdown, served }
}

impl Probe {
    pub(crate) fn channel(&self, role: Role) -> Channel {
        self.channel_with(TokenSource::Minted(self.key.clone(), Principal::new(format!("test:{role}"), role)))
    }

    pub(crate) fn channel_with(&self, token: TokenSource) -> Channel {
        let args = ClientArgs { url: self.url.clone(), token, deadline: Duration::from_secs(20) };
        ClientChannel::connect(args).unwrap()
    }

    pub(crate) async fn get_progress(&self, role: Role) -> Result<GetProgressResponse, Status> {
        get_progress(self.channel(role)).await
    }
}

pub(crate) async fn get_progress(channel: Channel) -> Result<GetProgressResponse, Status> {
    let mut client = ProgressServiceClient::new(channel);
    client.get_progress(GetProgressRequest {}).await.map(Response::into_inner)
}

/// A plain HTTP/1.1 GET: status line and body.
pub(crate) async fn http_get(addr: &str, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(addr).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Waits until `condition` holds, at most ten seconds.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    for _ in 0..1_000 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}
