//! The ledger as CSV, in bounded chunks.

use chassis::{Error, Tasks};
use futures::TryStreamExt as _;
use ledger::PostingLine;
use sqlx::PgPool;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use wire::returns::v1::ExportLedgerResponse;

/// Bytes of a chunk, about; the contract's bound is 64 KiB.
const CHUNK: usize = 60 * 1024;
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
    let mut lines = std::pin::pin!(ledger::postings(&mut db));
    let mut csv = writer();
    csv.write_record(["seq", "occurred", "kind", "reference", "account", "amount", "currency"])?;
    while let Some(line) = lines.try_next().await? {
        write(&mut csv, &line)?;
        csv.flush()?;
        if csv.get_ref().len() >= CHUNK {
            let full = std::mem::replace(&mut csv, writer());
            if sender.send(Ok(chunk(full)?)).await.is_err() {
                return Ok(()); // The caller has gone.
            }
        }
    }
    let _ = sender.send(Ok(chunk(csv)?)).await;
    Ok(())
}

fn writer() -> csv::Writer<Vec<u8>> {
    csv::Writer::from_writer(Vec::with_capacity(CHUNK + 1024))
}

fn write(csv: &mut csv::Writer<Vec<u8>>, line: &PostingLine) -> csv::Result<()> {
    let amount = line.posting.amount();
    csv.write_record([
        line.seq.to_string(),
        line.occurred.to_string(),
        line.kind.clone(),
        line.reference.clone(),
        line.posting.account().to_string(),
        amount.to_decimal().to_string(),
        amount.currency().to_string(),
    ])
}

fn chunk(csv: csv::Writer<Vec<u8>>) -> anyhow::Result<ExportLedgerResponse> {
    Ok(ExportLedgerResponse { chunk: csv.into_inner()? })
}
