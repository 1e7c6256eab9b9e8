//! All facts of one snapshot, as a stream.

use std::sync::Arc;

use futures::stream::BoxStream;
use futures::{FutureExt as _, StreamExt as _};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use wire::ops::v1::audit_service_server::AuditService;
use wire::ops::v1::{StreamFactsRequest, StreamFactsResponse};

use crate::audit::AnyAuditSource;
use crate::service::Core;
use crate::{FactSink, dead_letters};

/// Chunks that may wait for a slow caller.
const WAITING_CHUNKS: usize = 2;

/// Implements `AuditService`.
pub struct Audit {
    core: Core,
    source: Option<Arc<dyn AnyAuditSource>>,
}

impl Audit {
    pub(crate) fn new(core: Core, source: Option<Arc<dyn AnyAuditSource>>) -> Self {
        Self { core, source }
    }
}

#[tonic::async_trait]
impl AuditService for Audit {
    type StreamFactsStream = BoxStream<'static, Result<StreamFactsResponse, Status>>;

    async fn stream_facts(
        &self,
        _: Request<StreamFactsRequest>,
    ) -> Result<Response<Self::StreamFactsStream>, Status> {
        let (sender, receiver) = mpsc::channel(WAITING_CHUNKS);
        let failures = sender.clone();
        let (core, source) = (self.core.clone(), self.source.clone());
        // Runs as a part of the stream: it goes on when the caller reads and ends when the caller goes.
        let produce = async move {
            if let Err(error) = produce(&core, source.as_deref(), FactSink::new(sender)).await {
                let status = chassis::Error::internal(error.as_ref()).into();
                let _ = failures.send(Err(status)).await;
            }
        };
        let producing = produce.into_stream().filter_map(|()| async { None });
        Ok(Response::new(futures::stream::select(ReceiverStream::new(receiver), producing).boxed()))
    }
}

async fn produce(core: &Core, source: Option<&dyn AnyAuditSource>, mut sink: FactSink) -> anyhow::Result<()> {
    let mut tx = core.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    if let Some(source) = source {
        source.facts_boxed(&mut tx, &mut sink).await?;
    }
    dead_letters::facts(&mut tx, &mut sink).await?;
    sink.flush().await?;
    tx.rollback().await?;
    Ok(())
}
