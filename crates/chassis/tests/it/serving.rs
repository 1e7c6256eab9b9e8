//! Health, reflection and the admin server.

use chassis::{
    BoundServer, GrpcServer, Readiness, Role, RoleRow, RoleTable, ServerArgs, SigningKey, TokenSource,
};
use tonic::{Request, Response, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use wire::ops::v1::progress_service_server::{ProgressService, ProgressServiceServer};
use wire::ops::v1::{GetProgressRequest, GetProgressResponse};

use crate::probe::{Answer, Probe, http_get, start, until};

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

pub(crate) async fn bind_with_roles(rows: &[RoleRow]) -> anyhow::Result<BoundServer> {
    let authenticator = SigningKey::generate()?.authenticator()?;
    GrpcServer::new(&ServerArgs::local(), authenticator, RoleTable::new(rows), Readiness::new())
        .add(ProgressServiceServer::new(Nothing))
        .bind()
        .await
}

async fn health(probe: &Probe, service: &str) -> ServingStatus {
    let mut client = HealthClient::new(probe.channel_with(TokenSource::None));
    let request = HealthCheckRequest { service: service.to_owned() };
    client.check(request).await.unwrap().into_inner().status()
}

#[tokio::test]
async fn a_process_is_ready_when_every_latch_is_released() {
    let probe = start(Answer::Subject, ServerArgs::local()).await;
    let (first, second) = (probe.readiness.latch("topics"), probe.readiness.latch("clock"));
    first.release();
    let not_ready = http_get(&probe.admin, "/ready").await;
    assert!(not_ready.contains("503") && not_ready.contains("waiting for: clock"), "{not_ready}");
    second.release();
    assert!(http_get(&probe.admin, "/ready").await.contains("200 OK"));
    assert!(http_get(&probe.admin, "/live").await.contains("200 OK"));
}

#[tokio::test]
async fn a_latch_that_is_dropped_keeps_the_process_not_ready() {
    let readiness = Readiness::new();
    drop(readiness.latch("consumer"));
    assert!(!readiness.is_ready());
}

#[tokio::test]
async fn health_follows_readiness_without_a_token() {
    let probe = start(Answer::Subject, ServerArgs::local()).await;
    let latch = probe.readiness.latch("topics");
    for service in ["", "fbaexport.ops.v1.ProgressService"] {
        until("not serving", async || health(&probe, service).await == ServingStatus::NotServing).await;
    }
    until("live", async || health(&probe, "live").await == ServingStatus::Serving).await;
    latch.release();
    for service in ["", "fbaexport.ops.v1.ProgressService"] {
        until("serving", async || health(&probe, service).await == ServingStatus::Serving).await;
    }
}

#[tokio::test]
async fn reflection_lists_what_is_served() {
    let probe = start(Answer::Subject, ServerArgs::local()).await;
    let mut client = ServerReflectionClient::new(probe.channel_with(TokenSource::None));
    let list = MessageRequest::ListServices(String::new());
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(list) };
    let mut answers =
        client.server_reflection_info(tokio_stream::iter([request])).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response;
    let Some(MessageResponse::ListServicesResponse(services)) = answer else { panic!("{answer:?}") };
    let mut names: Vec<_> = services.service.into_iter().map(|service| service.name).collect();
    names.sort();
    let expected = [
        "fbaexport.ops.v1.AuditService",
        "fbaexport.ops.v1.ProgressService",
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn every_call_is_counted_by_method_and_code() {
    let args = chassis::TelemetryArgs {
        log: "off".to_owned(),
        log_format: chassis::LogFormat::Text,
        otlp_endpoint: None,
        trace_percent: 100,
    };
    chassis::Telemetry::init("probe", &args).unwrap();
    let probe = start(Answer::Subject, ServerArgs::local()).await;
    probe.get_progress(Role::Operator).await.unwrap();
    probe.get_progress(Role::Carrier).await.unwrap_err();
    until("both calls are counted", async || {
        let metrics = http_get(&probe.admin, "/metrics").await;
        ["Ok", "PermissionDenied"].iter().all(|code| {
            let labels = format!("method=\"{}\",code=\"{code}\"", crate::probe::GET_PROGRESS);
            metrics.contains(&format!("grpc_server_calls_total{{{labels}}}"))
        }) && metrics.contains("grpc_server_call_seconds_bucket")
    })
    .await;
}
