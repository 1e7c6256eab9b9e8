//! A mirror that is empty is made from a state topic, before anything is consumed: what events told in the past is not told
//! again.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use bus::InRecord;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use sqlx::PgConnection;
use wire::Event;

use crate::HandleError;
use crate::service::Core;

/// First key of the advisory lock; the second is the topic's. ("rbld")
const LOCK_CLASS: i32 = 0x7262_6c64;
/// How long the transaction may wait and be idle.
const PATIENCE: &str =
    "SET LOCAL statement_timeout = '30min'; SET LOCAL idle_in_transaction_session_timeout = '30min'";
/// Records handed over at a time, of at most a million bytes each.
const MOST: usize = 20;

/// A mirror of what a state topic says.
pub trait Rebuild<E: Event>: Send + Sync + 'static {
    /// Whether there is nothing yet.
    fn is_empty(&self, db: &mut PgConnection) -> impl Future<Output = Result<bool, HandleError>> + Send;

    /// Takes what holds: of every key once, in any order, all in one transaction.
    fn fill(
        &self,
        db: &mut PgConnection,
        records: Vec<E>,
    ) -> impl Future<Output = Result<(), HandleError>> + Send;
}

/// A rebuild whose types are forgotten: does it where it is needed.
pub(crate) type Rebuilder = Box<dyn Fn(Core) -> BoxFuture<'static, Result<(), HandleError>> + Send + Sync>;

/// The rebuild of a mirror.
pub(crate) fn rebuilder<E: Event>(mirror: impl Rebuild<E>) -> Rebuilder {
    let mirror = Arc::new(mirror);
    Box::new(move |core| rebuild(core, mirror.clone()).boxed())
}

async fn rebuild<E: Event, R: Rebuild<E>>(core: Core, mirror: Arc<R>) -> Result<(), HandleError> {
    let mut tx = core.begin().await?;
    // Reading takes its time, and so does waiting for another replica that reads.
    sqlx::raw_sql(PATIENCE).execute(&mut *tx).await?;
    sqlx::query!("SELECT pg_advisory_xact_lock($1, hashtext($2))", LOCK_CLASS, E::PACKAGE)
        .execute(&mut *tx)
        .await?;
    if !mirror.is_empty(&mut tx).await? {
        return Ok(());
    }
    let newest = newest::<E>(&core).await?;
    let keys = newest.len();
    let mut follower = core.bus.follow(&core.bus.topic::<E>()).await?;
    let (mut left, mut batch) = (keys, Vec::with_capacity(MOST));
    while left > 0 && !follower.caught_up().await? {
        for record in follower.next_batch().await? {
            if newest.get(&record.key) == Some(&Place::of(&record)) {
                left -= 1;
                batch.push(decoded::<E>(&record)?);
            }
            if batch.len() == MOST || (left == 0 && !batch.is_empty()) {
                mirror.fill(&mut tx, std::mem::take(&mut batch)).await?;
            }
        }
    }
    if left > 0 {
        let problem = format!("{left} records of {} were superseded while it was read", E::PACKAGE);
        return Err(HandleError::unavailable(problem));
    }
    tx.commit().await?;
    if keys > 0 {
        tracing::info!(topic = E::PACKAGE, keys, "mirror.rebuilt");
    }
    Ok(())
}

/// Where a record stands, and which version of its subject it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    sequence: i64,
    offset: i64,
    partition: i32,
}

impl Place {
    fn of(record: &InRecord) -> Self {
        let sequence = record.headers.as_ref().map_or(0, |headers| headers.sequence);
        Self { sequence, offset: record.origin.offset, partition: record.origin.partition }
    }
}

/// The newest record of every key: that of the highest version.
async fn newest<E: Event>(core: &Core) -> Result<HashMap<String, Place>, HandleError> {
    let mut newest: HashMap<String, Place> = HashMap::new();
    let mut follower = core.bus.follow(&core.bus.topic::<E>()).await?;
    let keep = |record: InRecord| {
        let place = Place::of(&record);
        let known = newest.entry(record.key).or_insert(place);
        *known = (*known).max(place);
    };
    follower.read_to_end(keep).await?;
    Ok(newest)
}

fn decoded<E: Event>(record: &InRecord) -> Result<E, HandleError> {
    E::decode(record.payload.as_slice())
        .map_err(|error| HandleError::failed(format!("{} cannot be read: {error}", record.origin)))
}
