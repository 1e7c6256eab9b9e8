//! Keeps the tables bounded and their sizes in the metrics.

use std::time::Duration;

use chassis::Shutdown;

use crate::metrics::{self, Levels};
use crate::retry::Retry;
use crate::service::Core;
use crate::{HandleError, dead_letters, deadlines, inbox, outbox, requests};

/// How often levels are measured.
const MEASURE_EVERY: Duration = Duration::from_secs(15);
/// How often old rows are deleted, in measurements.
const FORGET_EVERY: u32 = 20;
/// Rows deleted in one transaction.
const CHUNK: i64 = 5_000;

/// Measures and deletes until `stop`.
pub(crate) async fn run(core: Core, stop: Shutdown) -> anyhow::Result<()> {
    let mut retry = Retry::new("retention");
    let mut round: u32 = 0;
    while !stop.is_cancelled() {
        let pause = match keep(&core, round.is_multiple_of(FORGET_EVERY)).await {
            Ok(()) => {
                retry.succeeded();
                MEASURE_EVERY
            }
            Err(error) => retry.failed(&error),
        };
        round = round.wrapping_add(1);
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    Ok(())
}

async fn keep(core: &Core, forget: bool) -> Result<(), HandleError> {
    let mut db = core.connection().await?;
    let depth = outbox::depth(&mut db).await?;
    metrics::levels(&Levels {
        outbox_depth: depth.rows,
        outbox_age_seconds: depth.oldest_seconds,
        dead_letters: dead_letters::count(&mut db, "").await?,
        deadlines_due: deadlines::count_due(&mut db, core.clock.now()).await?,
    });
    if forget {
        while inbox::forget(&mut db, core.args.inbox_days.into(), CHUNK).await? == CHUNK as u64 {}
        let (now, days) = (core.clock.now(), core.args.request_days.into());
        while requests::forget(&mut db, now, days, CHUNK).await? == CHUNK as u64 {}
    }
    drop(db);
    metrics::lag(core.lag().await?);
    Ok(())
}
