//! Publishes what holds now, after changes: first chunks of excluded products, then, when none is left, the settings.

use jiff::Timestamp;
use messaging::{HandleError, Outgoing, Worker, outbox};
use sqlx::PgConnection;

use crate::{NAME, publish, store};

/// Sellers looked at together.
const SELLERS: i64 = 50;
/// Chunks published together, of at most some five hundred products each: few, so that a large list takes no more memory
/// than a small one.
const CHUNKS: i64 = 8;

/// Keeps the state topic up to date.
pub(crate) struct StatePublisher;

impl Worker for StatePublisher {
    const NAME: &'static str = "state topic";

    async fn work(&self, db: &mut PgConnection, now: Timestamp) -> Result<usize, HandleError> {
        let taken = store::state::take(db, SELLERS).await?;
        if taken.is_empty() {
            return Ok(0);
        }
        let chunks = store::state::chunks(db, &taken, CHUNKS).await?;
        let mut records: Vec<Outgoing> =
            chunks.into_iter().map(|chunk| publish::chunk(chunk, now)).filter(can_be_told).collect();
        for id in store::state::complete(db, &taken).await? {
            let Some(seller) = store::sellers::get(db, id).await? else { continue };
            let authority = match seller.participation.authority {
                Some(id) => store::authorities::get(db, id).await?,
                None => None,
            };
            records.push(publish::settings(&seller, authority.as_ref(), now));
        }
        outbox::enqueue(db, NAME, &records).await?;
        Ok(records.len())
    }
}

/// A chunk fits, unless somebody makes up ASINs to fill it; that seller's must not keep others waiting.
fn can_be_told(record: &Outgoing) -> bool {
    let fits = record.fits();
    if !fits {
        tracing::error!(id = %record.id(), "state.chunk_too_large");
    }
    fits
}
