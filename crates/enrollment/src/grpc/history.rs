//! The history: pages, and the whole of it as a file that is streamed from one snapshot.

use chassis::{Error, Page};
use futures::stream::BoxStream;
use kernel::SellerId;
use messaging::calls::database;
use messaging::{Rows, download};
use sqlx::PgConnection;
use tonic::{Request, Response, Status};
use wire::enrollment::v1::*;

use super::queries::own_seller;
use super::{EnrollmentApi, convert};
use crate::store;
use crate::store::history::Changed;

/// Rows read at a time.
const PAGE: i64 = 200;
const HEADER: &str = "settings-version\ttime\tchange\tby\tchannel\treason\tbefore\tafter\n";

type Chunk = Result<DownloadHistoryResponse, Status>;

/// The rows of a file that were not written yet.
struct History {
    seller: SellerId,
    /// Version of the last row written.
    after: i64,
}

impl EnrollmentApi {
    pub(super) async fn history(
        &self,
        request: &Request<ListHistoryRequest>,
    ) -> Result<Response<ListHistoryResponse>, Error> {
        let asked = request.get_ref();
        let seller = own_seller(request, &asked.seller_id)?;
        let page = Page::parse(format!("history/{seller}"), asked.page_size, &asked.page_token)?;
        let after = page.start()?.unwrap_or(0);
        let mut db = self.snapshot().await?;
        let rows = store::history::page(&mut db, seller, after, page.limit()).await;
        let mut rows = rows.map_err(database)?;
        let next_page_token = page.cut(&mut rows, |changed| changed.version.to_string());
        let changes = rows.iter().map(convert::changed).collect();
        Ok(Response::new(ListHistoryResponse { changes, next_page_token }))
    }

    pub(super) async fn history_file(
        &self,
        request: &Request<DownloadHistoryRequest>,
    ) -> Result<Response<BoxStream<'static, Chunk>>, Error> {
        let seller = own_seller(request, &request.get_ref().seller_id)?;
        let rows = History { seller, after: 0 };
        let message = |chunk| DownloadHistoryResponse { chunk };
        Ok(Response::new(download(self.snapshot().await?, HEADER, rows, message)))
    }
}

impl Rows for History {
    async fn append(&mut self, db: &mut PgConnection, text: &mut Vec<u8>) -> sqlx::Result<bool> {
        let rows = store::history::page(db, self.seller, self.after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(false) };
        self.after = last.version;
        for row in &rows {
            text.extend(line(row).bytes());
        }
        Ok(true)
    }
}

/// A line of the file. Reasons and subjects are free text: what would end a field or a line becomes a space.
fn line(row: &Changed) -> String {
    let free = |text: &str| text.replace(|c: char| c.is_control(), " ");
    let channel = row.channel.map_or("", |channel| channel.name());
    format!(
        "{}\t{}\t{}\t{}\t{channel}\t{}\t{}\t{}\n",
        row.version,
        row.at,
        row.change,
        free(&row.by),
        free(&row.reason),
        row.before,
        row.after
    )
}
