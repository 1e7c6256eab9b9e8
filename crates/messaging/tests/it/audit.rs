//! Progress and audit facts.

use futures::StreamExt as _;
use messaging::{AuditSource, FactSink, MessagingArgs};
use sqlx::PgConnection;
use wire::ops::v1::audit_service_client::AuditServiceClient;
use wire::ops::v1::progress_service_client::ProgressServiceClient;
use wire::ops::v1::{Fact, GetProgressRequest, StreamFactsRequest};

use crate::support::{Effects, Process, World, event};

/// As many facts as there are effects, and one more row each time it is asked.
struct Source;

impl AuditSource for Source {
    async fn facts(&self, db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
        for id in 0..1_200 {
            sink.push(Fact { kind: "test".to_owned(), id: id.to_string(), ..Default::default() }).await?;
        }
        let written =
            sqlx::query("INSERT INTO effects (event_id, key, sequence) VALUES (gen_random_uuid(), '', 0)");
        assert!(written.execute(db).await.is_err(), "the snapshot is read-only");
        anyhow::bail!("the source fails at the end");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_are_streamed_in_chunks_and_a_failure_ends_the_stream_with_its_status() {
    let world = World::new().await;
    let process =
        Process::with(&world, MessagingArgs::default(), chassis::Clock::system(), |m| m.audit(Source));
    let mut client = AuditServiceClient::new(process.ops.as_ref().unwrap().audit.clone());
    let mut stream = client.stream_facts(StreamFactsRequest {}).await.unwrap().into_inner();
    let mut sizes = Vec::new();
    let failure = loop {
        match stream.next().await.unwrap() {
            Ok(chunk) => sizes.push(chunk.facts.len()),
            Err(status) => break status,
        }
    };
    assert_eq!(sizes, [500, 500]);
    assert_eq!(chassis::reason_of(&failure), Some(wire::ErrorReason::Internal));
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_are_facts_of_every_service() {
    let world = World::new().await;
    let process = Process::start(&world, &Effects::default());
    world.enqueue(&[event("refused", 1), event("S1", 1)]).await;
    world.quiet().await;
    let mut client = AuditServiceClient::new(process.ops.as_ref().unwrap().audit.clone());
    let mut stream = client.stream_facts(StreamFactsRequest {}).await.unwrap().into_inner();
    let chunk = stream.next().await.unwrap().unwrap();
    assert!(stream.next().await.is_none());
    assert_eq!(chunk.facts.len(), 1);
    let fact = &chunk.facts[0];
    assert_eq!((fact.kind.as_str(), fact.state.as_str(), fact.r#final), ("dead_letter", "WAITING", false));
    assert_eq!(fact.refs["key"], "refused");
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_quiet_when_everything_is_done_and_counts_what_was_done() {
    let world = World::new().await;
    let process = Process::start(&world, &Effects::default());
    let mut client = ProgressServiceClient::new(process.ops.as_ref().unwrap().progress.clone());
    world.enqueue_for(&["S1", "S2"], 10).await;
    world.quiet().await;
    let progress = client.get_progress(GetProgressRequest {}).await.unwrap().into_inner();
    assert_eq!((progress.outbox_depth, progress.consumer_lag, progress.deadlines_due), (0, 0, 0));
    assert_eq!(progress.activity, 40, "20 published and 20 applied");
    let again = client.get_progress(GetProgressRequest {}).await.unwrap().into_inner();
    assert_eq!(again.activity, progress.activity);
    process.stop().await;
}
