//! What every call passes before its handler.

use std::time::Duration;

use chassis::{Error, Role, ServerArgs, TokenSource, reason_of};
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;
use wire::ErrorReason;
use wire::ops::v1::audit_service_client::AuditServiceClient;
use wire::ops::v1::progress_service_client::ProgressServiceClient;
use wire::ops::v1::{GetDeadLetterRequest, GetProgressRequest, GetProgressResponse, StreamFactsRequest};

use crate::probe::{Answer, GET_PROGRESS, Gate, Probe, get_progress, start, until};

fn assert_refused(status: &Status, code: Code, reason: ErrorReason) {
    assert_eq!((status.code(), reason_of(status)), (code, Some(reason)), "{status:?}");
}

/// Calls `path` with any message.
async fn call(probe: &Probe, path: &'static str, id: String) -> Result<GetProgressResponse, Status> {
    let mut client = Grpc::new(probe.channel(Role::Operator));
    client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let codec = tonic_prost::ProstCodec::default();
    let request = Request::new(GetDeadLetterRequest { dead_letter_id: id });
    client.unary(request, PathAndQuery::from_static(path), codec).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn the_handler_sees_the_caller() {
    let probe = start(Answer::Subject, ServerArgs::local()).await;
    assert_eq!(probe.get_progress(Role::Auditor).await.unwrap().service, "test:auditor");
}

#[tokio::test]
async fn a_call_without_a_token_is_refused() {
    let probe = start(Answer::Subject, ServerArgs::local()).await;
    let status = get_progress(probe.channel_with(TokenSource::None)).await.unwrap_err();
    assert_refused(&status, Code::Unauthenticated, ErrorReason::Unauthenticated);
}

#[tokio::test]
async fn a_role_that_is_not_listed_is_refused() {
    let probe = start(Answer::Subject, ServerArgs::local()).await;
    let status = probe.get_progress(Role::Carrier).await.unwrap_err();
    assert_refused(&status, Code::PermissionDenied, ErrorReason::RoleNotAllowed);
    assert!(status.message().contains("allowed: operator, auditor"), "{}", status.message());
}

#[tokio::test]
async fn a_method_that_is_not_listed_is_refused() {
    let probe = start(Answer::Subject, ServerArgs::local()).await;
    let status = call(&probe, "/fbaexport.ops.v1.ProgressService/Invented", String::new()).await.unwrap_err();
    assert_refused(&status, Code::PermissionDenied, ErrorReason::RoleNotAllowed);
}

#[tokio::test]
async fn bytes_that_are_no_message_are_an_invalid_argument() {
    let probe = start(Answer::Subject, ServerArgs::local()).await;
    let mut client = Grpc::new(probe.channel(Role::Auditor));
    client.ready().await.unwrap();
    let request = Request::new(NotProtobuf);
    let path = PathAndQuery::from_static(GET_PROGRESS);
    let status = client.unary(request, path, NotProtobufCodec).await.map(|_| ()).unwrap_err();
    assert_refused(&status, Code::InvalidArgument, ErrorReason::InvalidArgument);
}

#[tokio::test]
async fn a_message_of_10_mb_is_above_the_limit() {
    let probe = start(Answer::Subject, ServerArgs::local()).await;
    let status = call(&probe, GET_PROGRESS, "x".repeat(10_000_000)).await.unwrap_err();
    assert_refused(&status, Code::InvalidArgument, ErrorReason::LimitExceeded);
    probe.get_progress(Role::Operator).await.expect("the server stays up");
}

#[tokio::test]
async fn one_call_too_many_is_refused_at_once_with_the_time_to_try_again() {
    let gate = Gate::closed();
    let probe = start(Answer::Wait(gate.clone()), ServerArgs { max_calls: 1, ..ServerArgs::local() }).await;
    let channel = probe.channel(Role::Operator);
    let first = tokio::spawn(get_progress(channel.clone()));
    gate.one_begun().await;
    let status = get_progress(channel.clone()).await.unwrap_err();
    assert_refused(&status, Code::ResourceExhausted, ErrorReason::Overloaded);
    assert!(status.get_error_details().retry_info().is_some());

    gate.end.add_permits(1_000);
    first.await.unwrap().unwrap();
    until("the place is free again", async || get_progress(channel.clone()).await.is_ok()).await;
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_given_up() {
    let never = Answer::Wait(Gate::closed());
    let probe = start(never, ServerArgs { call_seconds: 1, ..ServerArgs::local() }).await;
    let status = probe.get_progress(Role::Operator).await.unwrap_err();
    assert_refused(&status, Code::DeadlineExceeded, ErrorReason::DeadlineExceeded);
}

#[tokio::test]
async fn a_caller_may_allow_less_time_than_the_server() {
    let probe = start(Answer::Wait(Gate::closed()), ServerArgs::local()).await;
    let mut request = Request::new(GetProgressRequest {});
    request.set_timeout(Duration::from_millis(50));
    let status =
        ProgressServiceClient::new(probe.channel(Role::Operator)).get_progress(request).await.unwrap_err();
    assert!(matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled), "{status:?}");
}

#[tokio::test]
async fn a_stream_ends_at_its_deadline() {
    let probe = start(Answer::Subject, ServerArgs { stream_seconds: 1, ..ServerArgs::local() }).await;
    let mut client = AuditServiceClient::new(probe.channel(Role::Auditor));
    let mut stream = client.stream_facts(StreamFactsRequest {}).await.unwrap().into_inner();
    assert!(stream.message().await.unwrap().is_some());
    let status = stream.message().await.unwrap_err();
    assert_refused(&status, Code::DeadlineExceeded, ErrorReason::DeadlineExceeded);
}

#[tokio::test]
async fn a_table_that_forgets_a_method_does_not_bind() {
    let error = crate::serving::bind_with_roles(&[]).await.err().unwrap().to_string();
    assert!(error.contains(GET_PROGRESS), "{error}");
}

#[tokio::test]
async fn a_table_with_a_method_that_is_not_served_does_not_bind() {
    let error = crate::serving::bind_with_roles(&[(GET_PROGRESS, &[]), ("/a.B/C", &[Role::Operator])]).await;
    let error = error.err().unwrap().to_string();
    assert!(error.contains("/a.B/C"), "{error}");
}

#[test]
fn a_refusal_reads_as_reason_and_message() {
    assert_eq!(Error::wrong_state("order 1 is CLOSED").to_string(), "WRONG_STATE: order 1 is CLOSED");
}

struct NotProtobuf;
struct NotProtobufCodec;

impl tonic::codec::Codec for NotProtobufCodec {
    type Encode = NotProtobuf;
    type Decode = GetProgressResponse;
    type Encoder = Self;
    type Decoder = tonic_prost::ProstDecoder<GetProgressResponse>;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self::Decoder {
        tonic_prost::ProstCodec::<GetDeadLetterRequest, GetProgressResponse>::default().decoder()
    }
}

impl tonic::codec::Encoder for NotProtobufCodec {
    type Item = NotProtobuf;
    type Error = Status;

    fn encode(&mut self, _: NotProtobuf, buffer: &mut tonic::codec::EncodeBuf<'_>) -> Result<(), Status> {
        bytes::BufMut::put_slice(buffer, &[0xff; 7]);
        Ok(())
    }
}
