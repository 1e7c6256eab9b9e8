//! Shards of a cycle: work that the processes of this service share.

use std::sync::Arc;

use chassis::Clock;
use messaging::{HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::WireError;
use wire::convert::parse;
use wire::eligibility::work::v1::{EligibilityWork, ShardDue, eligibility_work::Event};

use super::refusal;
use crate::app::{Rules, evaluate_shard};
use crate::store::cycle_rows::SHARDS;

/// Evaluates shards.
pub(crate) struct WorkHandler {
    pub(crate) rules: Arc<Rules>,
    pub(crate) clock: Clock,
}

impl Handler<EligibilityWork> for WorkHandler {
    /// A shard takes seconds, and each is a transaction of its own.
    const MOST: usize = 1;

    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<EligibilityWork>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let mut refused = Vec::new();
        for (index, received) in batch.iter().enumerate() {
            let Some(Event::ShardDue(due)) = &received.event.event else { continue };
            match shard(due) {
                Ok(cycle) => {
                    let shard = (cycle, due.attempt, due.shard);
                    evaluate_shard(db, &self.rules, self.clock.now(), shard).await?;
                }
                Err(error) => refused.push(refusal(index, &error)),
            }
        }
        Ok(refused)
    }
}

fn shard(due: &ShardDue) -> Result<kernel::CycleId, WireError> {
    if !(0..SHARDS).contains(&due.shard) {
        return Err(WireError::invalid("shard", format!("must be 0 to {}", SHARDS - 1)));
    }
    parse("cycle_id", &due.cycle_id)
}
