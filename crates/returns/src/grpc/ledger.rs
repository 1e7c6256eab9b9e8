//! The ledger as CSV, in bounded chunks.

use chassis::{Error, Tasks};
use futures::TryStreamExt as _;
use sqlx::PgPool;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use wire::returns::v1::ExportLedgerResponse;

/// Chunks that wait for a slow caller.
const WAITING: usize = 4;

type Sender = mpsc::Sender<Result<ExportLedgerResponse, Status>>;

/// Streams all postings in order.
pub(super) fn stream(pool: PgPool, tasks: &Tasks) -> ReceiverStream<Result<ExportLedgerResponse, Status>> {
    let (sender, receiver) = mpsc::channel(WAITING);
    tasks.spawn("ledger export", async move {
        if let Err(error) = send(&pool, &sender).await {
            // The caller may have gone; then nobody is left to tell.
            let _ = sender.send(Err(Error::internal(error.as_ref()).into())).await;
        }
        Ok(())
    });
    ReceiverStream::new(receiver)
}

async fn send(pool: &PgPool, sender: &Sender) -> anyhow::Result<()> {
    let mut db = pool.acquire().await?;
    let mut book = std::pin::pin!(::ledger::export_csv(&mut db));
    while let Some(chunk) = book.try_next().await? {
        if sender.send(Ok(ExportLedgerResponse { chunk })).await.is_err() {
            return Ok(()); // The caller has gone.
        }
    }
    Ok(())
}
