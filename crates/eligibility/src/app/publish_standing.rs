//! Publishes what stood before there was a state topic. What changes is published with its event, here or elsewhere.

use jiff::Timestamp;
use messaging::{HandleError, Worker, outbox};
use sqlx::PgConnection;

use crate::store::cycle_rows::SHARDS;
use crate::{NAME, publish, store};

/// Products looked at together. There is a pause after each piece, so that what happens now does not wait behind what has been
/// true for long.
const PIECE: i64 = 2_000;

/// Publishes every verdict of some shards once.
pub(crate) struct StandingPublisher;

impl Worker for StandingPublisher {
    const NAME: &'static str = "state topic of verdicts";

    /// Products are held while their verdicts are read, so that an older one is not published after a newer one.
    async fn work(&self, db: &mut PgConnection, _now: Timestamp) -> Result<usize, HandleError> {
        let Some(shard) = store::state_backfill::take(db).await? else { return Ok(0) };
        let slice = store::standing::hold(db).await?.number * SHARDS + shard.number;
        let asins = store::products::hold(db, shard.number, &shard.after, PIECE).await?;
        let told = store::told::of(db, slice, &asins).await?;
        let records: Vec<_> = told.iter().map(publish::current_verdict).collect();
        outbox::enqueue(db, NAME, &records).await?;
        match asins.last() {
            Some(last) if asins.len() as i64 == PIECE => {
                store::state_backfill::up_to(db, shard.number, last.as_str()).await?;
            }
            _ => store::state_backfill::done(db, shard.number).await?,
        }
        Ok(0)
    }
}
