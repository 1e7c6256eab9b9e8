//! An exclusion file arrives, is read, and becomes the list, whole or not at all: in one transaction, which begins with the
//! first line and ends with the list in force and what became of each line on file.

mod read;
mod settle;

use std::sync::Arc;
use std::time::Duration;

use chassis::Clock;
use futures::channel::mpsc::Sender;
use futures::{Stream, StreamExt as _};
use kernel::{SellerId, derive_uuid};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Error;
use crate::clients::Eligibility;
use crate::domain::{
    Channel, FileRefused, LineReader, Messages, Policy, Upload, UploadMode, UploadState, day,
};
use crate::store::{self, staging};
use read::FileReader;

/// Files that are taken at a time: each holds a connection, and as much memory and work as the database gives it.
const MOST: usize = 2;
/// Bytes read at a time: what is read of them is in memory before it is on its way to the database.
const SLICE: usize = 64 * 1024;
/// Text of lines that is sent to the database at a time, at least.
const FLUSH: usize = 256 * 1024;
/// How long the count of what a dry run would stop may take.
const PREVIEW: Duration = Duration::from_secs(120);
/// Lines after which the caller is told how far it is.
const TELL: i64 = 20_000;

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) request_id: String,
    pub(crate) seller: SellerId,
    pub(crate) mode: UploadMode,
    pub(crate) dry_run: bool,
    pub(crate) accept_good_lines: bool,
    pub(crate) reason: String,
    pub(crate) file_name: String,
    /// The settings version the caller read; 0 = any.
    pub(crate) expected_version: i64,
    pub(crate) by: String,
    pub(crate) channel: Channel,
}

/// A piece of what arrives.
#[derive(Debug)]
pub(crate) enum Arrived {
    Bytes(Vec<u8>),
    /// The end, with the number of bytes that were sent.
    End(u64),
}

/// Takes files.
pub(crate) struct Uploads {
    pool: PgPool,
    policy: Arc<Policy>,
    messages: Arc<Messages>,
    clock: Clock,
    eligibility: Eligibility,
    room: Arc<Semaphore>,
}

/// An upload that is taken on.
pub(crate) enum Begun {
    /// The same request came before: this is what came of it.
    Repeat(Box<Upload>),
    First(Box<Receiving>),
}

/// A file that is about to arrive. Dropped before its end, nothing has happened.
pub(crate) struct Receiving {
    db: Transaction<'static, Postgres>,
    pool: PgPool,
    policy: Arc<Policy>,
    messages: Arc<Messages>,
    clock: Clock,
    eligibility: Eligibility,
    channel: Channel,
    upload: Upload,
    _room: OwnedSemaphorePermit,
}

impl Uploads {
    pub(crate) fn new(
        pool: PgPool,
        policy: Arc<Policy>,
        messages: Arc<Messages>,
        clock: Clock,
        eligibility: Eligibility,
    ) -> Self {
        Self { pool, policy, messages, clock, eligibility, room: Arc::new(Semaphore::new(MOST)) }
    }

    /// Takes an upload on, unless the same was sent before or is being sent.
    pub(crate) async fn begin(&self, order: Order) -> Result<Begun, Error> {
        let room = Arc::clone(&self.room).try_acquire_owned().map_err(|_| Error::TooManyUploads)?;
        let channel = order.channel;
        let asked = self.upload(order);
        let upload = self.stored(&asked).await?;
        if !upload.same_request(&asked) {
            return Err(Error::RequestReused(asked.request_id));
        }
        let mut db = self.pool.begin().await?;
        if !store::uploads::hold(&mut db, upload.id).await? {
            return Err(Error::UploadRunning(upload.id));
        }
        // Held, so that nobody else changes it any more; read again, since somebody may have until then.
        let upload = store::uploads::get(&mut db, upload.id).await?.unwrap_or(upload);
        if upload.state.is_final() {
            return Ok(Begun::Repeat(Box::new(upload)));
        }
        Ok(Begun::First(Box::new(Receiving {
            db,
            pool: self.pool.clone(),
            policy: self.policy.clone(),
            messages: self.messages.clone(),
            clock: self.clock.clone(),
            eligibility: self.eligibility.clone(),
            channel,
            upload: Upload { number: upload.number, started_at: upload.started_at, ..asked },
            _room: room,
        })))
    }

    fn upload(&self, order: Order) -> Upload {
        Upload {
            id: derive_uuid("exclusion_upload", &[order.seller.as_str(), &order.by, &order.request_id]),
            seller: order.seller,
            number: 0,
            request_id: order.request_id,
            mode: order.mode,
            dry_run: order.dry_run,
            accept_good_lines: order.accept_good_lines,
            expected_version: order.expected_version,
            reason: order.reason,
            file_name: order.file_name,
            by: order.by,
            started_at: self.clock.now(),
            finished_at: None,
            state: UploadState::Receiving,
            file_lines: 0,
            lines: 0,
            refused_lines: 0,
            repeated_lines: 0,
            effect: None,
            preview: None,
            settings_version: None,
            refused: None,
        }
    }

    /// The upload as it stands, taken on now if it was not before. What can be refused at once is.
    async fn stored(&self, asked: &Upload) -> Result<Upload, Error> {
        let mut db = self.pool.acquire().await?;
        if let Some(upload) = store::uploads::get(&mut db, asked.id).await? {
            return Ok(upload);
        }
        let seller = store::sellers::get(&mut db, asked.seller).await?;
        let seller = seller.ok_or(Error::SellerNotFound(asked.seller))?;
        seller.expect(expected(asked))?;
        store::uploads::insert(&mut db, asked).await?;
        let upload = store::uploads::get(&mut db, asked.id).await?;
        Ok(upload.unwrap_or_else(|| asked.clone()))
    }
}

impl Receiving {
    /// Reads the file to its end and carries it out. `told` hears how far it is; whoever listens too slowly hears less.
    pub(crate) async fn run(
        mut self,
        pieces: impl Stream<Item = Result<Arrived, Error>>,
        mut told: Sender<Upload>,
    ) -> Result<Upload, Error> {
        staging::create(&mut self.db).await?;
        let policy = self.policy.clone();
        let lines = LineReader::new(policy.regions(), day(self.clock.now()), self.upload.mode);
        let mut file = FileReader::new(lines, self.upload.mode);
        let refused = self.receive(pieces, &mut file, &mut told).await?;
        self.upload.state = UploadState::Applying;
        self.tell(&file, &mut told).await;
        self.settle(refused, file.names_skus()).await
    }

    async fn receive(
        &mut self,
        pieces: impl Stream<Item = Result<Arrived, Error>>,
        file: &mut FileReader<'_>,
        told: &mut Sender<Upload>,
    ) -> Result<Option<FileRefused>, Error> {
        // The copy keeps the transaction's connection to itself; progress goes another way.
        let (pool, mut upload) = (self.pool.clone(), self.upload.clone());
        let mut copy = staging::copy_lines(&mut self.db).await?;
        let mut pieces = std::pin::pin!(pieces);
        let mut size = 0;
        loop {
            match pieces.next().await.ok_or(Error::BrokenOff)?? {
                Arrived::Bytes(bytes) => {
                    size += bytes.len() as u64;
                    for slice in bytes.chunks(SLICE) {
                        file.feed(slice);
                        if file.text.len() >= FLUSH {
                            copy.send(file.text.as_slice()).await?;
                            file.text.clear();
                        }
                    }
                    if file.lines() - upload.lines >= TELL {
                        file.count(&mut upload);
                        tell(&pool, &upload, told).await;
                    }
                }
                Arrived::End(sent) if sent == size => break,
                Arrived::End(sent) => return Err(Error::Incomplete { arrived: size, sent }),
            }
        }
        let refused = file.finish();
        copy.send(file.text.as_slice()).await?;
        copy.finish().await?;
        file.count(&mut self.upload);
        Ok(refused)
    }

    async fn tell(&self, file: &FileReader<'_>, told: &mut Sender<Upload>) {
        let mut upload = self.upload.clone();
        file.count(&mut upload);
        tell(&self.pool, &upload, told).await;
    }
}

/// Lets the caller know, and those who ask. Neither is waited for: a full queue or a busy database skips it.
async fn tell(pool: &PgPool, upload: &Upload, told: &mut Sender<Upload>) {
    let _ = told.try_send(upload.clone());
    let Some(mut db) = pool.try_acquire() else { return };
    if let Err(error) = store::uploads::save(&mut db, upload).await {
        tracing::debug!(%error, "upload.progress_not_saved");
    }
}

/// The version that settings must have.
fn expected(upload: &Upload) -> Option<i64> {
    Some(upload.expected_version).filter(|version| *version != 0)
}

/// An upload as it stands: one that nobody works on any more is interrupted.
pub(crate) async fn standing(db: &mut PgConnection, mut upload: Upload) -> sqlx::Result<Upload> {
    if !upload.state.is_final() && !store::uploads::is_held(db, upload.id).await? {
        upload.state = UploadState::Interrupted;
    }
    Ok(upload)
}
