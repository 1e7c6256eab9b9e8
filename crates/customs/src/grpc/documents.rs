//! Files in chunks: an invoice as PDF, the ledger as CSV.

use bytes::Bytes;
use chassis::{Error, principal};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use kernel::ShipmentId;
use ledger::PostingLine;
use sqlx::PgPool;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status};
use wire::ErrorReason;
use wire::convert::parse;
use wire::customs::v1::*;

use super::CustomsApi;
use super::errors::{database, document};

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

/// The whole book from one snapshot, one chunk in memory.
async fn send_ledger(
    pool: &PgPool,
    sender: &mpsc::Sender<Result<ExportLedgerResponse, Status>>,
) -> Result<(), Error> {
    let mut db = pool.acquire().await.map_err(database)?;
    let mut csv = LedgerCsv::new()?;
    let mut book = std::pin::pin!(ledger::postings(&mut db));
    while let Some(line) = book.try_next().await.map_err(|error| Error::internal(&error))? {
        csv.write(&line)?;
        if csv.0.get_ref().len() >= CHUNK / 2 && sender.send(Ok(csv.take()?)).await.is_err() {
            return Ok(());
        }
    }
    sender.send(Ok(csv.take()?)).await.ok();
    Ok(())
}

/// Postings as CSV lines; a debit is positive, a credit negative, in major units.
struct LedgerCsv(csv::Writer<Vec<u8>>);

impl LedgerCsv {
    fn new() -> Result<Self, Error> {
        let columns = [
            "seq",
            "transaction_id",
            "kind",
            "occurred",
            "reference",
            "position",
            "account",
            "currency",
            "amount",
        ];
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(columns).map_err(|error| Error::internal(&error))?;
        Ok(Self(writer))
    }

    fn write(&mut self, line: &PostingLine) -> Result<(), Error> {
        let amount = line.posting.amount();
        let record = [
            line.seq.to_string(),
            line.transaction_id.to_string(),
            line.kind.clone(),
            line.occurred.to_string(),
            line.reference.clone(),
            line.position.to_string(),
            line.posting.account().to_string(),
            amount.currency().to_string(),
            amount.to_decimal().to_string(),
        ];
        self.0
            .write_record(record)
            .and_then(|()| Ok(self.0.flush()?))
            .map_err(|error| Error::internal(&error))
    }

    /// What was written since the last time.
    fn take(&mut self) -> Result<ExportLedgerResponse, Error> {
        self.0.flush().map_err(|error| Error::internal(&error))?;
        let writer = std::mem::replace(&mut self.0, csv::Writer::from_writer(Vec::new()));
        let chunk = writer.into_inner().map_err(|error| Error::internal(&error.into_error()))?;
        Ok(ExportLedgerResponse { chunk })
    }
}
