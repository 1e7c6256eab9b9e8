//! Files that are streamed from one moment of the database: memory holds one piece of it, however long the file is.

use std::future::Future;

use futures::StreamExt as _;
use futures::stream::{BoxStream, try_unfold};
use sqlx::{PgConnection, Postgres, Transaction};
use tonic::Status;

use crate::calls::database;

/// Bytes of a chunk, at most.
const CHUNK: usize = 64 * 1024;

/// What a file is made of.
pub trait Rows: Send + 'static {
    /// Appends some rows, at most a few hundred kilobytes, to `text`; `false` when these were the last.
    fn append(
        &mut self,
        db: &mut PgConnection,
        text: &mut Vec<u8>,
    ) -> impl Future<Output = sqlx::Result<bool>> + Send;
}

/// A file on its way.
struct File<R> {
    db: Transaction<'static, Postgres>,
    rows: R,
    /// There may be rows that were not read yet.
    more: bool,
    /// Written and not yet sent.
    text: Vec<u8>,
}

/// A file as chunks of at most 64 KiB: its header, and rows that `db` reads, which is meant to be a
/// [`snapshot`](crate::snapshot). `message` puts a chunk into the answer's type.
pub fn download<R: Rows, M: Send + 'static>(
    db: Transaction<'static, Postgres>,
    header: impl Into<Vec<u8>>,
    rows: R,
    message: fn(Vec<u8>) -> M,
) -> BoxStream<'static, Result<M, Status>> {
    let file = File { db, rows, more: true, text: header.into() };
    let step = move |mut file: File<R>| async move {
        let chunk = file.chunk().await.map_err(|error| Status::from(database(error)))?;
        Ok(chunk.map(|chunk| (message(chunk), file)))
    };
    try_unfold(file, step).boxed()
}

impl<R: Rows> File<R> {
    /// The next chunk; `None` at the end.
    async fn chunk(&mut self) -> sqlx::Result<Option<Vec<u8>>> {
        while self.more && self.text.len() < CHUNK {
            self.more = self.rows.append(&mut self.db, &mut self.text).await?;
        }
        if self.text.is_empty() {
            return Ok(None);
        }
        let rest = self.text.split_off(self.text.len().min(CHUNK));
        Ok(Some(std::mem::replace(&mut self.text, rest)))
    }
}
