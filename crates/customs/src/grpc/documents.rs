//! Files in chunks: an invoice as PDF, the ledger as CSV.

use bytes::Bytes;
use chassis::{Error, principal};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use kernel::ShipmentId;
use messaging::calls::database;
use sqlx::PgPool;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status};
use wire::ErrorReason;
use wire::convert::parse;
use wire::customs::v1::*;

use super::CustomsApi;
use super::errors::document;

/// Bytes of a chunk: the bound of the contract.
const CHUNK: usize = 64 * 1024;
/// Chunks that wait for a slow caller.
const WAITING: usize = 4;

impl CustomsApi {
    pub(super) async fn invoice(
        &self,
        request: &Request<DownloadInvoiceRequest>,
    ) -> Result<BoxStream<'static, Result<DownloadInvoiceResponse, Status>>, Error> {
        let caller = principal(request)?;
        let id: ShipmentId = parse("shipment_id", &request.get_ref().shipment_id)?;
        let (shipment, _) = self.planned(caller, id).await?;
        let issued = shipment.state.invoice.ok_or_else(|| {
            let message =
                format!("shipment {id} has no invoice yet: it is issued when the center has packed it");
            Error::not_found(ErrorReason::InvoiceNotFound, message)
        })?;
        let file = self.customs.documents.get(&issued.sha256).await.map_err(document)?;
        Ok(futures::stream::iter(chunks(file)).map(Ok).boxed())
    }

    pub(super) fn ledger(&self) -> ReceiverStream<Result<ExportLedgerResponse, Status>> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let (pool, shutdown) = (self.pool.clone(), self.tasks.shutdown().clone());
        self.tasks.spawn("export-ledger", async move {
            let sent = shutdown.run_until_cancelled(send_ledger(&pool, &sender)).await;
            if let Some(Err(error)) = sent {
                // The caller may have gone: then nobody is to be told.
                sender.try_send(Err(error.into())).ok();
            }
            Ok(())
        });
        ReceiverStream::new(receiver)
    }
}

/// A file cut into chunks, each copied when it is sent.
fn chunks(mut file: Bytes) -> impl Iterator<Item = DownloadInvoiceResponse> {
    std::iter::from_fn(move || {
        let chunk = file.split_to(CHUNK.min(file.len())).to_vec();
        (!chunk.is_empty()).then_some(DownloadInvoiceResponse { chunk })
    })
}

async fn send_ledger(
    pool: &PgPool,
    sender: &mpsc::Sender<Result<ExportLedgerResponse, Status>>,
) -> Result<(), Error> {
    let mut db = pool.acquire().await.map_err(database)?;
    let mut book = std::pin::pin!(ledger::export_csv(&mut db));
    while let Some(chunk) = book.try_next().await.map_err(|error| Error::internal(&error))? {
        if sender.send(Ok(ExportLedgerResponse { chunk })).await.is_err() {
            return Ok(()); // The caller has gone.
        }
    }
    Ok(())
}
