//! One server that plays every service: canned messages by gRPC path, and a record of what was asked.

use std::collections::HashMap;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use bytes::{Buf as _, BufMut as _};
use futures::future::BoxFuture;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Request, Response, Status, Streaming};
use wire::prost::Message;

type Messages = Vec<Result<Vec<u8>, Status>>;

/// What is answered and what was asked, by path.
#[derive(Clone, Default)]
pub(crate) struct Fake {
    answers: Arc<Mutex<HashMap<String, Vec<Messages>>>>,
    asked: Arc<Mutex<HashMap<String, Vec<Vec<u8>>>>>,
}

/// What the binary did.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Fake {
    /// The next call of `path` is answered with these messages; the last answer of a path is repeated.
    pub(crate) fn answers<M: Message>(self, path: &str, messages: impl IntoIterator<Item = M>) -> Self {
        self.streams(path, messages.into_iter().map(|message| Ok(message.encode_to_vec())).collect())
    }

    /// Calls of `path` are refused.
    pub(crate) fn refuses(self, path: &str, status: impl Into<Status>) -> Self {
        self.streams(path, vec![Err(status.into())])
    }

    /// A stream that breaks in the middle.
    pub(crate) fn breaks<M: Message>(self, path: &str, first: M, then: impl Into<Status>) -> Self {
        self.streams(path, vec![Ok(first.encode_to_vec()), Err(then.into())])
    }

    fn streams(self, path: &str, messages: Messages) -> Self {
        self.answers.lock().unwrap().entry(full(path)).or_default().push(messages);
        self
    }

    /// The messages sent to `path`, in order.
    pub(crate) fn asked<M: Message + Default>(&self, path: &str) -> Vec<M> {
        let asked = self.asked.lock().unwrap();
        let requests = asked.get(&full(path)).into_iter().flatten();
        requests.map(|bytes| M::decode(bytes.as_slice()).unwrap()).collect()
    }

    fn next(&self, path: &str, requests: Vec<Vec<u8>>) -> Messages {
        self.asked.lock().unwrap().entry(path.to_owned()).or_default().extend(requests);
        let mut answers = self.answers.lock().unwrap();
        match answers.get_mut(path) {
            Some(queue) if queue.len() > 1 => queue.remove(0),
            Some(queue) => queue[0].clone(),
            None => vec![Err(Status::unimplemented(path.to_owned()))],
        }
    }

    /// Serves, and runs `fbactl` with these arguments against it.
    pub(crate) async fn run(&self, args: &[&str]) -> Done {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = axum::Router::new().fallback(handler).with_state(self.clone());
        let server = tonic::transport::Server::builder()
            .add_routes(tonic::service::Routes::from(router))
            .serve_with_incoming(TcpListenerStream::new(listener));
        let server = tokio::spawn(server);
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let done = tokio::task::spawn_blocking(move || fbactl(&url, &args)).await.unwrap();
        server.abort();
        done
    }
}

async fn handler(
    axum::extract::State(fake): axum::extract::State<Fake>,
    request: axum::extract::Request,
) -> axum::response::Response {
    let path = request.uri().path().to_owned();
    let answer = Answer { fake, path };
    tonic::server::Grpc::new(Bytes).streaming(answer, request).await.map(axum::body::Body::new)
}

struct Answer {
    fake: Fake,
    path: String,
}

/// Every call is taken for one with streams both ways, and answered when all of the request is there.
impl tonic::server::StreamingService<Vec<u8>> for Answer {
    type Response = Vec<u8>;
    type ResponseStream = tokio_stream::Iter<std::vec::IntoIter<Result<Vec<u8>, Status>>>;
    type Future = BoxFuture<'static, Result<Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: Request<Streaming<Vec<u8>>>) -> Self::Future {
        let (fake, path) = (self.fake.clone(), self.path.clone());
        Box::pin(async move {
            let mut sent = request.into_inner();
            let mut requests = Vec::new();
            while let Some(request) = sent.message().await? {
                requests.push(request);
            }
            let mut messages = fake.next(&path, requests);
            match messages.first() {
                Some(Err(_)) => Err(messages.remove(0).unwrap_err()),
                _ => Ok(Response::new(tokio_stream::iter(messages))),
            }
        })
    }
}

/// Messages as they are on the wire.
#[derive(Clone, Copy, Default)]
struct Bytes;

impl Codec for Bytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining()).to_vec()))
    }
}

/// `enrollment.v1.EnrollmentService/GetEnrollment` with what all paths begin with.
fn full(path: &str) -> String {
    format!("/fbaexport.{path}")
}

/// Runs the binary with every endpoint at `url`.
pub(crate) fn fbactl(url: &str, args: &[String]) -> Done {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fbactl"));
    command.env_clear();
    for service in ["ENROLLMENT", "ELIGIBILITY", "FULFILLMENT", "CUSTOMS", "RETURNS"] {
        command.env(format!("FBA_{service}_URL"), url);
    }
    Done::of(command.args(args).output().unwrap())
}

impl Done {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }

    /// Standard error as JSON.
    pub(crate) fn error(&self) -> Value {
        serde_json::from_str(&self.err).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }
}
