//! The history: pages, and the whole of it as a file that is streamed from one snapshot.

use chassis::{Error, Page};
use futures::stream::{BoxStream, StreamExt, unfold};
use kernel::SellerId;
use messaging::calls::database;
use sqlx::{Postgres, Transaction};
use tonic::{Request, Response, Status};
use wire::enrollment::v1::*;

use super::queries::own_seller;
use super::{EnrollmentApi, convert};
use crate::store;
use crate::store::history::Changed;

/// Bytes of a chunk, at most.
const CHUNK: usize = 64 * 1024;
/// Rows read at a time.
const PAGE: i64 = 200;
const HEADER: &str = "settings-version\ttime\tchange\tby\tchannel\treason\tbefore\tafter\n";

type Chunk = Result<DownloadHistoryResponse, Status>;

/// A file on its way.
struct File {
    db: Transaction<'static, Postgres>,
    seller: SellerId,
    /// Version of the last row read; `None` when all were.
    after: Option<i64>,
    /// Written and not yet sent.
    text: Vec<u8>,
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
        let db = self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await;
        let file = File { db: db.map_err(database)?, seller, after: Some(0), text: HEADER.into() };
        Ok(Response::new(unfold(Some(file), step).boxed()))
    }
}

/// The next chunk; after the last one, or an error, nothing.
async fn step(file: Option<File>) -> Option<(Chunk, Option<File>)> {
    let mut file = file?;
    match file.chunk().await {
        Ok(Some(chunk)) => Some((Ok(DownloadHistoryResponse { chunk }), Some(file))),
        Ok(None) => None,
        Err(error) => Some((Err(database(error).into()), None)),
    }
}

impl File {
    async fn chunk(&mut self) -> sqlx::Result<Option<Vec<u8>>> {
        while self.text.len() < CHUNK {
            let Some(after) = self.after.take() else { break };
            let rows = store::history::page(&mut self.db, self.seller, after, PAGE).await?;
            self.after = rows.last().map(|row| row.version);
            for row in rows {
                self.text.extend(line(&row).bytes());
            }
        }
        if self.text.is_empty() {
            return Ok(None);
        }
        let rest = self.text.split_off(self.text.len().min(CHUNK));
        Ok(Some(std::mem::replace(&mut self.text, rest)))
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
