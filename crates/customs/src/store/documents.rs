//! The store of documents: files named by the SHA-256 of their content, so that writing one twice changes nothing and a
//! file that no row names does no harm.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

/// Files written at a time, by all who write.
const CONCURRENT_WRITES: usize = 16;
/// The largest document that is read.
const MAX_BYTES: u64 = 64 << 20;

/// A document with its name.
pub(crate) struct Document {
    /// SHA-256 of the content, hex.
    pub(crate) sha256: String,
    /// The content.
    pub(crate) bytes: Bytes,
}

impl Document {
    /// Names the content.
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { sha256: sha256(&bytes), bytes: bytes.into() }
    }
}

/// A document cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DocumentError {
    /// The store does not answer or refuses.
    #[error("the document store failed")]
    Store(#[from] object_store::Error),
    /// The file is not what was written.
    #[error("document {0} has other content than its name says: restore it from a backup")]
    Changed(String),
}

/// Where documents are.
#[derive(Clone)]
pub(crate) struct Documents {
    store: Arc<dyn ObjectStore>,
    writing: Arc<Semaphore>,
}

impl Documents {
    /// Documents in a local folder, which is made where it is missing. A file is on disk when its row commits.
    pub(crate) fn local(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), writing: Arc::new(Semaphore::new(CONCURRENT_WRITES)) })
    }

    /// Writes documents.
    pub(crate) async fn put(&self, documents: Vec<Document>) -> Result<(), DocumentError> {
        let writes = documents.into_iter().map(|document| async move {
            // Nobody closes it.
            let _turn = self.writing.acquire().await;
            self.store.put(&key(&document.sha256), document.bytes.into()).await.map(drop)
        });
        futures::stream::iter(writes).buffer_unordered(CONCURRENT_WRITES).try_collect::<()>().await?;
        Ok(())
    }

    /// Reads a document and makes sure that it is what was written.
    pub(crate) async fn get(&self, name: &str) -> Result<Bytes, DocumentError> {
        let found = self.store.get(&key(name)).await?;
        if found.meta.size > MAX_BYTES {
            return Err(DocumentError::Changed(name.to_owned()));
        }
        let bytes = found.bytes().await?;
        if sha256(&bytes) == name { Ok(bytes) } else { Err(DocumentError::Changed(name.to_owned())) }
    }
}

/// Two levels, so that no folder holds millions of files.
fn key(sha256: &str) -> Key {
    let folder: String = sha256.chars().take(2).collect();
    Key::from_iter(["invoices", &folder, &format!("{sha256}.pdf")])
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
