//! The files of reports, in a store of objects. A file is there whole or not at all: it is written under a name that nobody
//! knows yet, gets its own when its last byte is stored, and only then a row names it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use jiff::Timestamp;
use kernel::ReportId;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};

use crate::domain::report::Document;

/// Parts of a file that are on their way at a time, each of 5 MiB: what writing keeps in memory.
const PARTS: usize = 2;

/// A file cannot be written, read or deleted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The store does not answer or refuses.
    #[error("the store of documents failed")]
    Store(#[from] object_store::Error),
    /// What a killed process left behind cannot be deleted.
    #[error("the folder of documents cannot be cleaned")]
    Folder(#[from] std::io::Error),
    /// The file is not what was written.
    #[error(
        "the file of report {0} is not what was written: restore it from a backup, or ask for a new report"
    )]
    Changed(ReportId),
}

/// Where files are.
#[derive(Clone)]
pub(crate) struct Files {
    store: Arc<dyn ObjectStore>,
    /// Of a local store: a process that is killed leaves its unfinished file there, which the store itself hides.
    folder: Option<PathBuf>,
}

impl Files {
    /// Files in a local folder, which is made where it is missing. A file is on disk when its row commits.
    pub(crate) fn local(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: Some(folder.to_owned()) })
    }

    /// Begins the file of an attempt.
    pub(crate) async fn write(&self, report: ReportId, attempt: i32) -> Result<Writing, FileError> {
        let upload = self.store.put_multipart(&key(report, attempt)).await?;
        let (parts, digest) = (WriteMultipart::new(upload), Sha256::new());
        Ok(Writing { parts, digest, attempt, bytes: 0, rows: 0 })
    }

    /// A report's document, from its beginning. Its size is that of the row; its digest is the reader's to check.
    pub(crate) async fn read(
        &self,
        report: ReportId,
        document: &Document,
    ) -> Result<BoxStream<'static, object_store::Result<Bytes>>, FileError> {
        let found = self.store.get(&key(report, document.attempt)).await?;
        if i64::try_from(found.meta.size) != Ok(document.bytes) {
            return Err(FileError::Changed(report));
        }
        Ok(found.into_stream())
    }

    /// Deletes all files of a report, also unfinished ones. Deleting them twice changes nothing.
    pub(crate) async fn delete(&self, report: ReportId) -> Result<(), FileError> {
        let home = home(report);
        let files: Vec<_> = self.store.list(Some(&home)).map_ok(|file| file.location).try_collect().await?;
        for file in files {
            match self.store.delete(&file).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let Some(folder) = &self.folder else { return Ok(()) };
        match tokio::fs::remove_dir_all(folder.join(home.as_ref())).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// A file on its way. Dropped, it was never there.
pub(crate) struct Writing {
    parts: WriteMultipart,
    digest: Sha256,
    attempt: i32,
    bytes: i64,
    rows: i64,
}

impl Writing {
    /// Appends lines; waits while too much is on its way.
    pub(crate) async fn append(&mut self, text: &[u8], rows: usize) -> Result<(), FileError> {
        self.parts.wait_for_capacity(PARTS).await?;
        self.parts.write(text);
        self.digest.update(text);
        self.bytes += i64::try_from(text.len()).unwrap_or_default();
        self.rows += i64::try_from(rows).unwrap_or_default();
        Ok(())
    }

    /// Rows so far.
    pub(crate) fn rows(&self) -> i64 {
        self.rows
    }

    /// Gives the file its name.
    pub(crate) async fn finish(self, next_evaluation: Timestamp) -> Result<Document, FileError> {
        let Self { parts, digest, attempt, bytes, rows } = self;
        parts.finish().await?;
        Ok(Document { attempt, sha256: hex::encode(digest.finalize()), bytes, rows, next_evaluation })
    }

    /// Gives the file up. What cannot be deleted now goes with the report's other files.
    pub(crate) async fn abort(self) {
        if let Err(error) = self.parts.abort().await {
            tracing::warn!(%error, "report.unfinished_file_left");
        }
    }
}

/// The folder of a report, one of 256 so that none holds millions. The last digits: the first ones are a time.
fn home(report: ReportId) -> Key {
    let id = report.to_string();
    let last: String = id.chars().skip(id.len().saturating_sub(2)).collect();
    Key::from_iter(["reports", &last, &id])
}

fn key(report: ReportId, attempt: i32) -> Key {
    home(report).join(format!("{attempt}.tsv"))
}
