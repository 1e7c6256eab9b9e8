//! The facts of a service, streamed from one snapshot of its database.

use std::future::Future;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use sqlx::PgConnection;
use tokio::sync::mpsc;
use tonic::Status;
use wire::ops::v1::{Fact, StreamFactsResponse};

/// Facts of one message.
const CHUNK: usize = 500;

/// What a service says about its aggregates, for the proof that nothing was lost, doubled or left unbalanced.
pub trait AuditSource: Send + Sync + 'static {
    /// Pushes all facts. `db` is a read-only transaction on one snapshot; rows should be streamed (`fetch`), so that
    /// memory stays bounded.
    fn facts(
        &self,
        db: &mut PgConnection,
        sink: &mut FactSink,
    ) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// A source whose type is forgotten.
pub(crate) trait AnyAuditSource: Send + Sync {
    fn facts_boxed<'a>(
        &'a self,
        db: &'a mut PgConnection,
        sink: &'a mut FactSink,
    ) -> BoxFuture<'a, anyhow::Result<()>>;
}

impl<S: AuditSource> AnyAuditSource for S {
    fn facts_boxed<'a>(
        &'a self,
        db: &'a mut PgConnection,
        sink: &'a mut FactSink,
    ) -> BoxFuture<'a, anyhow::Result<()>> {
        self.facts(db, sink).boxed()
    }
}

/// Takes facts and sends them in chunks of 500; waits while the caller is slow.
pub struct FactSink {
    sender: mpsc::Sender<Result<StreamFactsResponse, Status>>,
    chunk: Vec<Fact>,
}

impl FactSink {
    pub(crate) fn new(sender: mpsc::Sender<Result<StreamFactsResponse, Status>>) -> Self {
        Self { sender, chunk: Vec::with_capacity(CHUNK) }
    }

    /// Adds a fact.
    ///
    /// # Errors
    /// When the caller has gone.
    pub async fn push(&mut self, fact: Fact) -> anyhow::Result<()> {
        self.chunk.push(fact);
        if self.chunk.len() >= CHUNK { self.flush().await } else { Ok(()) }
    }

    pub(crate) async fn flush(&mut self) -> anyhow::Result<()> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        let facts = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
        let sent = self.sender.send(Ok(StreamFactsResponse { facts })).await;
        sent.map_err(|_| anyhow::anyhow!("the caller of StreamFacts has gone"))
    }
}
