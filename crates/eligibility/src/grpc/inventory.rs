//! The Exportable Inventory report, streamed from one snapshot: memory holds one page of it.

use chassis::Error;
use futures::stream::BoxStream;
use jiff::Timestamp;
use kernel::SellerId;
use messaging::{Rows, download};
use sqlx::PgConnection;
use tonic::{Request, Response, Status};
use wire::eligibility::v1::*;

use super::{EligibilityApi, own_seller};
use crate::domain::{cycle, inventory};
use crate::store;

/// Rows read at a time. A row is at most a few kilobytes.
const PAGE: i64 = 200;

type Chunk = Result<DownloadExportableInventoryResponse, Status>;

/// The rows of a report that were not written yet.
struct Report {
    seller: SellerId,
    next: Timestamp,
    /// SKU of the last row written.
    after: String,
}

impl EligibilityApi {
    pub(super) async fn exportable_inventory(
        &self,
        request: &Request<DownloadExportableInventoryRequest>,
    ) -> Result<Response<BoxStream<'static, Chunk>>, Error> {
        let seller = own_seller(request, &request.get_ref().seller_id)?;
        let next = cycle::due(cycle::month(self.clock.now()).next());
        let rows = Report { seller, next, after: String::new() };
        let message = |chunk| DownloadExportableInventoryResponse { chunk };
        Ok(Response::new(download(self.snapshot().await?, inventory::header(), rows, message)))
    }
}

impl Rows for Report {
    async fn append(&mut self, db: &mut PgConnection, text: &mut Vec<u8>) -> sqlx::Result<bool> {
        let rows = store::inventory::page(db, self.seller, &self.after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(false) };
        self.after.clone_from(&last.sku);
        for row in rows {
            text.extend(row.line(self.next).bytes());
        }
        Ok(true)
    }
}
