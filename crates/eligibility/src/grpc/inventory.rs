//! The Exportable Inventory report, streamed from one snapshot: memory holds one page of it.

use chassis::Error;
use futures::stream::{BoxStream, StreamExt, unfold};
use jiff::Timestamp;
use kernel::SellerId;
use messaging::calls::database;
use sqlx::{Postgres, Transaction};
use tonic::{Request, Response, Status};
use wire::eligibility::v1::*;

use super::{EligibilityApi, own_seller};
use crate::domain::{cycle, inventory};
use crate::store;

/// Bytes of a chunk, at most.
const CHUNK: usize = 64 * 1024;
/// Rows read at a time. A row is at most a few kilobytes.
const PAGE: i64 = 200;

type Chunk = Result<DownloadExportableInventoryResponse, Status>;

/// A report on its way.
struct Report {
    db: Transaction<'static, Postgres>,
    seller: SellerId,
    next: Timestamp,
    /// SKU of the last row read; `None` when all were.
    after: Option<String>,
    /// Written and not yet sent.
    text: Vec<u8>,
}

impl EligibilityApi {
    pub(super) async fn exportable_inventory(
        &self,
        request: &Request<DownloadExportableInventoryRequest>,
    ) -> Result<Response<BoxStream<'static, Chunk>>, Error> {
        let seller = own_seller(request, &request.get_ref().seller_id)?;
        let db = self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await;
        let report = Report {
            db: db.map_err(database)?,
            seller,
            next: cycle::due(cycle::month(self.clock.now()).next()),
            after: Some(String::new()),
            text: inventory::header().into_bytes(),
        };
        Ok(Response::new(unfold(Some(report), step).boxed()))
    }
}

/// The next chunk; after the last one, or an error, nothing.
async fn step(report: Option<Report>) -> Option<(Chunk, Option<Report>)> {
    let mut report = report?;
    match report.chunk().await {
        Ok(Some(chunk)) => Some((Ok(DownloadExportableInventoryResponse { chunk }), Some(report))),
        Ok(None) => None,
        Err(error) => Some((Err(database(error).into()), None)),
    }
}

impl Report {
    async fn chunk(&mut self) -> sqlx::Result<Option<Vec<u8>>> {
        while self.text.len() < CHUNK {
            let Some(after) = self.after.take() else { break };
            let rows = store::inventory::page(&mut self.db, self.seller, &after, PAGE).await?;
            self.after = rows.last().map(|row| row.sku.clone());
            for row in rows {
                self.text.extend(row.line(self.next).bytes());
            }
        }
        if self.text.is_empty() {
            return Ok(None);
        }
        let rest = self.text.split_off(self.text.len().min(CHUNK));
        Ok(Some(std::mem::replace(&mut self.text, rest)))
    }
}
