//! How a process stops: in order, under one deadline, without losing what was begun.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chassis::{
    App, ClientArgs, ClientChannel, Clock, DrainError, Host, Ids, Principal, Role, ServerArgs, Shutdown,
    SigningKey, Tasks, TokenSource,
};
use wire::ops::v1::StreamFactsRequest;
use wire::ops::v1::audit_service_client::AuditServiceClient;

use crate::probe::{Answer, Gate, bind, get_progress, http_get, start, until};

const AMPLE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn flushers_end_after_ordinary_tasks_have_drained() {
    let order = Arc::new(Mutex::new(Vec::new()));
    let note = |what: &'static str| {
        let order = Arc::clone(&order);
        move || order.lock().unwrap().push(what)
    };
    let tasks = Tasks::new(Shutdown::new());
    let (stop, finished) = (tasks.shutdown().clone(), note("the consumer finished its batch"));
    tasks.spawn("consumer", async move {
        stop.cancelled().await;
        tokio::task::yield_now().await;
        finished();
        Ok(())
    });
    let published = note("the relay published the rest");
    tasks.spawn_flusher("relay", |stop| async move {
        stop.cancelled().await;
        published();
        Ok(())
    });
    tasks.drain(AMPLE).await.unwrap();
    assert_eq!(*order.lock().unwrap(), ["the consumer finished its batch", "the relay published the rest"]);
}

#[tokio::test]
async fn a_task_that_fails_stops_the_process() {
    let tasks = Tasks::new(Shutdown::new());
    tasks.spawn("relay-3", async { anyhow::bail!("the lock was lost") });
    tasks.shutdown().cancelled().await;
    let error = tasks.drain(AMPLE).await.unwrap_err().to_string();
    assert_eq!(error, "task relay-3 failed: the lock was lost");
}

#[tokio::test]
async fn a_task_that_panics_stops_the_process() {
    let tasks = Tasks::new(Shutdown::new());
    tasks.spawn("consumer", async { panic!("an invariant broke") });
    tasks.shutdown().cancelled().await;
    assert_eq!(tasks.drain(AMPLE).await.unwrap_err().to_string(), "task consumer panicked");
}

#[tokio::test]
async fn a_task_that_never_ends_is_left_at_the_deadline() {
    let tasks = Tasks::new(Shutdown::new());
    tasks.spawn("stuck", std::future::pending());
    let error = tasks.drain(Duration::from_millis(20)).await.unwrap_err();
    assert!(matches!(error, DrainError::Late(1)), "{error}");
}

#[tokio::test]
async fn stopping_finishes_the_call_under_way_and_is_not_ready_meanwhile() {
    let gate = Gate::closed();
    let (key, shutdown) = (SigningKey::generate().unwrap(), Shutdown::new());
    let host = Host::new(Clock::system(), Ids::random(), &shutdown);
    let server = bind(Answer::Wait(gate.clone()), &ServerArgs::local(), &key, &host.readiness).await;
    let app = App::new(host, server, AMPLE);
    let (url, admin) = (format!("http://{}", app.grpc_addr), app.admin_addr.to_string());
    let token = TokenSource::Minted(key, Principal::new("operator:test", Role::Operator));
    let channel = ClientChannel::connect(ClientArgs::new(url, token)).unwrap();
    let running = tokio::spawn(app.run(shutdown.clone()));
    let call = tokio::spawn(get_progress(channel.clone()));
    gate.one_begun().await;

    shutdown.cancel();
    until("it says that it stops", async || http_get(&admin, "/ready").await.contains("stopping")).await;
    assert!(!running.is_finished(), "it waits for the call");
    gate.end.add_permits(1);
    call.await.unwrap().expect("the call under way is answered");
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stream_that_never_ends_does_not_outlive_the_drain_deadline() {
    let (key, shutdown) = (SigningKey::generate().unwrap(), Shutdown::new());
    let host = Host::new(Clock::system(), Ids::random(), &shutdown);
    let server = bind(Answer::Subject, &ServerArgs::local(), &key, &host.readiness).await;
    let app = App::new(host, server, Duration::from_millis(300));
    let token = TokenSource::Minted(key, Principal::new("auditor:test", Role::Auditor));
    let url = format!("http://{}", app.grpc_addr);
    let running = tokio::spawn(app.run(shutdown.clone()));
    let mut client = AuditServiceClient::new(ClientChannel::connect(ClientArgs::new(url, token)).unwrap());
    let mut stream = client.stream_facts(StreamFactsRequest {}).await.unwrap().into_inner();
    stream.message().await.unwrap().unwrap();
    shutdown.cancel();
    let error = running.await.unwrap().unwrap_err();
    assert!(matches!(error, DrainError::Late(_)), "{error}");
}

#[tokio::test]
async fn a_health_watch_does_not_hold_up_stopping() {
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_client::HealthClient;
    let mut probe = start(Answer::Subject, ServerArgs::local()).await;
    let mut client = HealthClient::new(probe.channel_with(TokenSource::None));
    let mut watch = client.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    watch.message().await.unwrap().unwrap();
    probe.shutdown.cancel();
    (&mut probe.served).await.unwrap().unwrap();
    assert_eq!(watch.message().await.unwrap_err().code(), tonic::Code::Unavailable);
}
